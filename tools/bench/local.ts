import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { preparedDatabase } from '../lib/embedded-database';
import { containerOf } from '../lib/local-pod';
import { ask, startContainer } from '../lib/run-pod';
import { defaultOutdir } from '../lib/run-synth';
import { readStack } from '../lib/stack-json';
import type { Figure } from './figure';

const runs = 5;
const node = (...args: string[]) => spawnSync(process.execPath, args, { stdio: 'ignore' });

/** What somebody waits for who works on Holdfast: synthesis, and the service on a laptop. */
export async function measure(): Promise<Figure[]> {
  node('node_modules/typescript/bin/tsc', '-p', 'app/tsconfig.build.json');
  const synthesis = Array.from({ length: runs }, synthesise);
  if (!existsSync(preparedDatabase.path())) preparedDatabase.build(preparedDatabase.path());
  const start: number[] = [];
  for (let run = 0; run < runs; run += 1) start.push(await startService());
  return [
    { name: 'synthesis of all environments', unit: 's', promised: 10, values: synthesis },
    { name: 'start of the service, embedded database', unit: 's', promised: 3, values: start },
  ];
}

function synthesise(): number {
  const started = performance.now();
  const { status } = node('--import', 'tsx', 'tools/synth.ts');
  if (status !== 0) throw new Error('npm run synth fails; run it to see why');
  return (performance.now() - started) / 1000;
}

/** From the start of the process to the first success of the readiness probe, asked every 10 ms. */
async function startService(): Promise<number> {
  const container = containerOf(readStack(defaultOutdir, 'local-app'), 'holdfast-all');
  const root = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  cpSync(preparedDatabase.path(), join(root, container.env.HOLDFAST_DATABASE_DIRECTORY ?? ''), {
    recursive: true,
  });
  const { readiness } = container.probes;
  if (!readiness) throw new Error('the manifest has no readiness probe');
  const started = performance.now();
  const child = startContainer(container, { root, cwd: resolve('app') });
  const exited = new Promise((done) => child.once('exit', done));
  while (!(await ask(container, readiness))) {
    if (child.exitCode !== null) throw new Error('the service ended; are its ports in use?');
    await sleep(10);
  }
  const seconds = (performance.now() - started) / 1000;
  child.kill('SIGTERM');
  await exited;
  rmSync(root, { recursive: true, force: true });
  return seconds;
}
