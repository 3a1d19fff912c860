import { createServer } from 'node:net';
import { type PortName, probes } from '../../../contract';
import { type Finding, fail, pass, type Subject } from '../types';

const timeoutMs = 2000;

/** Inside: it listens. On the command line: the ports are free, or a Holdfast service has them. */
export async function ports({ context, ports: wanted }: Subject): Promise<Finding[]> {
  const { service } = context;
  if (service) {
    const { management, public: open } = service.ports;
    const answers = await answersProbe(management);
    return [
      answers
        ? pass('management', `${management} answers`)
        : fail('management', `${management} does not answer`, 'Follow runbooks/event-loop-blocked.md.'),
      ...(open === undefined ? [] : [pass('public', `listens on ${open}`)]),
    ];
  }
  if (await answersProbe(wanted.management)) {
    return [pass('management', `${wanted.management}: a Holdfast service answers there`)];
  }
  return Promise.all((Object.keys(wanted) as PortName[]).map((name) => free(name, wanted[name])));
}

async function answersProbe(port: number): Promise<boolean> {
  try {
    const address = `http://127.0.0.1:${port}${probes.liveness.path}`;
    const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
    return ((await response.json()) as { probe?: string }).probe === 'liveness';
  } catch {
    return false;
  }
}

function free(name: string, port: number): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(
        fail(
          name,
          `${port} cannot be used (${code})`,
          `See who has it: ss -ltnp 'sport = :${port}'; stop that.`,
        ),
      ),
    );
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(pass(name, `${port} is free`))));
  });
}
