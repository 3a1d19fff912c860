import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildDirectory } from '../../../app/test/support/cache-directory';
import { freePort } from '../../../app/test/support/servers';

const entry = `
  const [dist, port] = process.argv.slice(1);
  require(dist + '/cli/exporter.js').exportMetrics(process.env, { ports: { management: Number(port) } });`;

/** Runs the exporter of database and cache as a process of its own, on a free port. */
export async function startExporter(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly port: number; stop(): void }> {
  const port = await freePort();
  const dist = join(buildDirectory(), 'dist');
  const child = spawn(process.execPath, ['-e', entry, dist, String(port)], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: 'ignore',
  });
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/metrics`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let attempt = 0; !(await answers()); attempt += 1) {
    if (child.exitCode !== null || attempt > 150) throw new Error('the exporter did not start');
    await sleep(100);
  }
  return { port, stop: () => child.kill('SIGKILL') };
}
