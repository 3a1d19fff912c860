import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { buildDirectory } from '../../../app/test/support/cache-directory';

/** Seconds after which a step is given up: one of the service, and one that runs Terraform. */
const patience = { service: 60, terraform: 180 };

export interface StepResult {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/** Makes the folder that comes first on the PATH of steps: `kubectl` and `holdfast` are the drill's. */
export function makePath(directory: string): string {
  const bin = join(directory, 'bin');
  mkdirSync(bin, { recursive: true });
  const write = (name: string, script: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const node = JSON.stringify(process.execPath);
  write('kubectl', `exec ${node} ${JSON.stringify(resolve(__dirname, 'kubectl.cjs'))} "$@"`);
  // Whoever began the drill has confirmed it; what asks again is answered.
  const asks =
    '"backup restore"|"backup prune"|"flags enable"|"flags disable"|"flags delete"|"flags rollout"';
  const holdfast = JSON.stringify(join(buildDirectory(), 'dist/main.js'));
  write('holdfast', `case "$1 $2" in ${asks}) set -- "$@" --yes ;; esac\nexec ${node} ${holdfast} "$@"`);
  // Debian has Redis, whose client is the same.
  write(
    'valkey-cli',
    `PATH=${JSON.stringify(process.env.PATH)}\nexec "$(command -v valkey-cli || echo redis-cli)" "$@"`,
  );
  symlinkSync(process.execPath, join(bin, 'node'));
  return [bin, ...postgresFolders(), process.env.PATH].join(delimiter);
}

/**
 * Runs a step as it stands in the runbook, by bash; stops at its first command that fails.
 *
 * @param cwd folder that a step with Terraform is run in; default: the repository's, without
 */
export function runStep(
  script: string,
  env: Readonly<Record<string, string>>,
  cwd?: string,
): Promise<StepResult> {
  const began = performance.now();
  // In a process group of its own, so that what it leaves in the background ends with it.
  const child = spawn('bash', ['-e', '-c', script], {
    env: { HOME: process.env.HOME ?? '', ...env },
    cwd: cwd ?? process.cwd(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output += text;
    });
  const end = () => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // It is gone.
    }
  };
  const timer = setTimeout(end, (cwd ? patience.terraform : patience.service) * 1000);
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => {
      clearTimeout(timer);
      end();
      done({ code: code ?? 1, output: output.trim(), seconds: (performance.now() - began) / 1000 });
    });
  });
}

/** Where Debian puts PostgreSQL's programs, the newest first. */
const postgresFolders = (): string[] => {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return [];
  const majors = readdirSync(root).map(Number).filter(Boolean);
  return majors.toSorted((a, b) => b - a).map((major) => join(root, String(major), 'bin'));
};
