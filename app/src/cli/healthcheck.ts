import { ports, probes } from '../contract';
import { StartError } from '../kernel/start-error';

/**
 * Asks the liveness probe of this machine's management port.
 *
 * @throws StartError when it doesn't pass within the probe's timeout
 */
export async function healthcheck(): Promise<{ readonly probe: 'liveness'; readonly passes: true }> {
  const { path, port, timeoutSeconds } = probes.liveness;
  const address = `http://127.0.0.1:${ports[port]}${path}`;
  let cause: string;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(timeoutSeconds * 1000) });
    await response.body?.cancel();
    if (response.ok) return { probe: 'liveness', passes: true };
    cause = `status ${response.status}`;
  } catch (error) {
    cause = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message;
  }
  throw new StartError(`${address} does not pass: ${cause}`);
}
