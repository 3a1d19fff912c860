import { lifecycle } from '../contract';
import type { StartOptions } from '../kernel/kernel';
import type { Environment } from '../kernel/settings';
import { exitCodes } from '../kernel/start-error';
import { startService } from '../roles';

/**
 * Runs a role until SIGTERM or SIGINT, then stops it and ends the process: 0 when everything was finished, 1
 * when something was not at the deadline. A second signal skips the drain delay.
 *
 * @throws StartError when the role cannot start
 */
export async function serve(role: string, env: Environment, options?: StartOptions): Promise<void> {
  const skipDrain = new AbortController();
  let asked: () => void = () => {};
  const stopAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  let signals = 0;
  // Installed before the start, so that a signal during it is obeyed after it, not lost or fatal.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) skipDrain.abort();
      asked();
    });
  }

  const service = await startService(role, env, options);
  const { log } = service.kernel;
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => {
      log.fatal({ err: error }, `${event}: a defect; the process ends`);
      process.exit(exitCodes.failure);
    });
  }
  log.info({ ports: service.ports }, 'serving');

  await stopAsked;
  const hung = await service.shutdown(skipDrain.signal);
  if (hung !== undefined) {
    const seconds = lifecycle.shutdownDeadlineSeconds;
    log.fatal(
      { step: hung },
      `"${hung}" was not done ${seconds} seconds after the drain; the process ends anyway`,
    );
  }
  process.exit(hung === undefined ? exitCodes.ok : exitCodes.failure);
}
