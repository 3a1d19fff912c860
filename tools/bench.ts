/**
 * `npm run bench`: the figures that docs/measurements.md quotes. Nothing passes or fails here; a test that depends on
 * the clock would fail for the machine's reasons.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { preparedDatabase } from './lib/embedded-database';
import { containerOf } from './lib/local-pod';
import { ask, startContainer } from './lib/run-pod';
import { defaultOutdir } from './lib/run-synth';
import { readStack } from './lib/stack-json';
import { table } from './lib/terminal';

const runs = 5;
const node = (...args: string[]) => spawnSync(process.execPath, args, { stdio: 'ignore' });

function synthesis(): number {
  const started = performance.now();
  const { status } = node('--import', 'tsx', 'tools/synth.ts');
  if (status !== 0) throw new Error('npm run synth fails; run it to see why');
  return performance.now() - started;
}

/** From the start of the process to the first success of the readiness probe, asked every 10 ms. */
async function serviceStart(): Promise<number> {
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
  const milliseconds = performance.now() - started;
  child.kill('SIGTERM');
  await exited;
  rmSync(root, { recursive: true, force: true });
  return milliseconds;
}

async function main(): Promise<void> {
  const figures: [string, number[]][] = [
    ['synthesis of all environments', []],
    ['service until ready', []],
  ];
  const [synth, start] = figures.map(([, values]) => values) as [number[], number[]];
  node('node_modules/typescript/bin/tsc', '-p', 'app/tsconfig.build.json');
  for (let run = 0; run < runs; run += 1) synth.push(synthesis());
  if (!existsSync(preparedDatabase.path())) preparedDatabase.build(preparedDatabase.path());
  for (let run = 0; run < runs; run += 1) start.push(await serviceStart());
  const seconds = (value: number) => `${(value / 1000).toFixed(2)} s`;
  const rows = figures.map(([name, values]) => {
    const sorted = [...values].sort((a, b) => a - b);
    return [
      name,
      seconds(sorted[0] ?? 0),
      seconds(sorted[Math.floor(runs / 2)] ?? 0),
      seconds(sorted.at(-1) ?? 0),
    ];
  });
  console.log(`Node ${process.version}, ${runs} runs each\n`);
  console.log(table(['', 'fastest', 'median', 'slowest'], rows));
}

main().catch((error: Error) => {
  console.error(`error ${error.message}`);
  process.exitCode = 1;
});
