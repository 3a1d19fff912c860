import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { managementPaths, type PortName, probes } from '../../src/contract';
import type { StartOptions } from '../../src/kernel/kernel';
import { buildDirectory } from './cache-directory';
import { freePort } from './servers';

const dist = () => join(buildDirectory(), 'dist');
/** Only what a process needs of ours, so that no HOLDFAST_* of the developer's shell comes in. */
const surroundings = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the compiled command line, as the image does, until it ends. */
export async function runCli(args: readonly string[], env: Record<string, string>): Promise<Finished> {
  return finished(
    spawn(process.execPath, [join(dist(), 'main.js'), ...args], { env: { ...surroundings, ...env } }),
  );
}

export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly ports: Record<PortName, number>;
  readonly publicUrl: string;
  readonly managementUrl: string;
  readonly finished: Promise<Finished>;
  /** Status of a path of the management port; 0 when nobody answers. */
  status(path: string): Promise<number>;
  state(): Promise<string>;
  /** Resolves when readiness passes; rejects when the process ends first. */
  ready(): Promise<void>;
  stop(): Promise<Finished>;
}

const entry = `
  const [dist, role, options] = process.argv.slice(1);
  // What a test wants to reach inside the running service.
  const roles = require(dist + '/roles');
  const { startService } = roles;
  roles.startService = async (...given) => {
    const service = await startService(...given);
    process.on('SIGUSR2', () => service.kernel.fail('public server', new Error('broken')));
    return service;
  };
  const { serve } = require(dist + '/cli/serve.js');
  serve(role, process.env, JSON.parse(options)).catch((error) => {
    console.error(error.exitCode ? error.message : error);
    process.exit(error.exitCode ?? 1);
  });`;

/** Runs a role in a process of its own, on free ports. */
export async function startProcess(
  role: string,
  env: Record<string, string>,
  options: Pick<StartOptions, 'pollMs' | 'partDeadlineSeconds'> = {},
): Promise<ServiceProcess> {
  const ports = { public: await freePort(), management: await freePort() };
  const child = spawn(process.execPath, ['-e', entry, dist(), role, JSON.stringify({ ...options, ports })], {
    env: { ...surroundings, ...env },
  });
  const end = finished(child);
  const managementUrl = `http://127.0.0.1:${ports.management}`;
  const status = (path: string) =>
    fetch(managementUrl + path).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
  return {
    child,
    ports,
    publicUrl: `http://127.0.0.1:${ports.public}`,
    managementUrl,
    finished: end,
    status,
    state: async () => {
      const response = await fetch(managementUrl + managementPaths.health);
      return ((await response.json()) as { state: string }).state;
    },
    ready: async () => {
      while ((await status(probes.readiness.path)) !== 200) {
        if (child.exitCode !== null) throw new Error(`${role} ended: ${JSON.stringify(await end)}`);
        await sleep(25);
      }
    },
    stop: () => {
      child.kill('SIGTERM');
      return end;
    },
  };
}

function finished(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const killWithUs = () => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  return new Promise((resolve) =>
    child.once('close', (code) => {
      process.off('exit', killWithUs);
      resolve({ code, stdout, stderr });
    }),
  );
}

/** Asks again until the answer satisfies; rejects after `seconds` with the last one. */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  satisfied: (answer: T) => boolean,
  seconds = 10,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (satisfied(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(answer)} after ${seconds} s`);
    await sleep(25);
  }
}
