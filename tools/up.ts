/**
 * `npm run up`: synthesises every environment, then runs the service as the synthesised `local-app` stack says, on this
 * machine, with embedded backing services.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { cpSync, createWriteStream, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { routes } from '../app/src/contract';
import { preparedDatabase } from './lib/embedded-database';
import { containerOf, type PodContainer } from './lib/local-pod';
import { probeUrl, type RunPodOptions, startContainer, waitFor } from './lib/run-pod';
import { defaultOutdir, type ReadAndSynthesised, runSynth } from './lib/run-synth';
import { printServiceLog } from './lib/service-log';
import { readStack } from './lib/stack-json';
import { duration, exitWith, paint } from './lib/terminal';

const stackName = 'local-app';
/** Stands for the pod's file system; keeps the embedded database between two runs. */
const root = resolve('.holdfast/local');

async function up(): Promise<number> {
  const done = runSynth();
  if (!done) return 1;
  if (
    !step('Building the service', () =>
      run('node_modules/typescript/bin/tsc', '-p', 'app/tsconfig.build.json'),
    )
  ) {
    return 1;
  }
  const container = containerOf(readStack(defaultOutdir, stackName), 'holdfast-all');
  const options: RunPodOptions = { root, cwd: resolve('app') };
  prepareDatabase(container);
  return serve(container, options, done);
}

/** Puts a migrated database where the service will look, unless one from an earlier run is there. */
function prepareDatabase(container: PodContainer): void {
  const directory = container.env.HOLDFAST_DATABASE_DIRECTORY;
  if (!directory) return;
  const target = join(root, directory);
  if (existsSync(target) && readdirSync(target).length > 0) return;
  const template = preparedDatabase.path();
  if (!existsSync(template)) {
    step('Preparing the embedded database (first time only)', () => preparedDatabase.build(template));
  }
  mkdirSync(target, { recursive: true });
  cpSync(template, target, { recursive: true });
}

async function serve(
  container: PodContainer,
  options: RunPodOptions,
  done: ReadAndSynthesised,
): Promise<number> {
  const started = performance.now();
  const child = startContainer(container, options);
  const log = createWriteStream(join(root, 'service.log'), { flags: 'w' });
  printServiceLog(child, log);
  const gone = new AbortController();
  const exited = new Promise<number>((done) => {
    child.once('error', (error) => {
      console.error(`${paint('red', 'error')} the service can't be started: ${error.message}`);
      done(1);
    });
    child.once('exit', (code, signal) => done(code ?? (signal ? 1 : 0)));
  }).finally(() => gone.abort());
  const stop = stopper(child, container);

  for (const name of ['startup', 'readiness'] as const) {
    const probe = container.probes[name];
    if (!probe) throw new Error(`the manifest has no ${name} probe`);
    if (!(await waitFor(container, probe, gone.signal))) {
      if (!gone.signal.aborted) {
        console.error(
          `${paint('red', 'error')} the ${name} probe failed ${probe.failureThreshold} times; stopping`,
        );
        stop();
      }
      return (await exited) || 1;
    }
  }
  announce(container, performance.now() - started);
  await report(done);
  const code = await exited;
  log.end();
  console.log(code === 0 ? 'Stopped.' : `${paint('red', 'error')} the service ended with exit code ${code}`);
  return code;
}

/** Ctrl-C as the kubelet would: SIGTERM, and SIGKILL when the grace period is over. A second Ctrl-C hurries. */
function stopper(child: ChildProcess, container: PodContainer): () => void {
  let asked = false;
  const stop = () => {
    if (!asked) {
      console.log('\nStopping: draining, then closing …');
      setTimeout(() => child.kill('SIGKILL'), container.terminationGracePeriodSeconds * 1000).unref();
    }
    asked = true;
    child.kill('SIGTERM');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('exit', () => child.kill('SIGKILL'));
  return stop;
}

function announce(container: PodContainer, milliseconds: number): void {
  const publicUrl = `http://localhost:${container.ports.find((port) => port.name === 'public')?.containerPort}`;
  const management = container.probes.liveness
    ? new URL(probeUrl(container, container.probes.liveness)).port
    : '';
  const managementUrl = `http://localhost:${management}`;
  console.log(`
${paint('green', `Holdfast is ready after ${duration(milliseconds)}`)}, as cdktf.out/stacks/${stackName} describes it.

  send events    curl -X POST ${publicUrl}${routes.ingestEvents.path} -H 'content-type: application/json' \\
                      -d '{"events":[{"name":"signup"},{"name":"payment","value":42}]}'
  query them     curl '${publicUrl}${routes.queryAggregates.path}?name=signup'
  health         ${managementUrl}/health
  metrics        ${managementUrl}/metrics
  logs           ${join(root, 'service.log')}

Ctrl-C stops it.`);
}

/** After the service is ready, so that nobody waits for it; what it needs is loaded only here. It never stops the service. */
async function report(done: ReadAndSynthesised): Promise<void> {
  try {
    const { defaultReport, writeReport } = await import('./lib/report/write.js');
    writeReport(done);
    console.log(`  report         ${resolve(defaultReport)}\n`);
  } catch (error) {
    console.error(`${paint('yellow', 'warning')} the report was not written: ${(error as Error).message}`);
  }
}

function step(title: string, work: () => boolean): boolean {
  process.stdout.write(`${title} … `);
  const started = performance.now();
  const done = work();
  console.log(done ? duration(performance.now() - started) : paint('red', 'failed'));
  return done;
}

function run(script: string, ...args: string[]): boolean {
  return (
    spawnSync(process.execPath, [script, ...args], { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
  );
}

exitWith(up());
