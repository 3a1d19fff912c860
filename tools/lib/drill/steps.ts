import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** Seconds after which a step is given up. */
const patience = 60;

export interface StepResult {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/** Makes the folder that comes first on the PATH of steps: `kubectl` and `holdfast` are the drill's. */
export function makePath(directory: string): string {
  const bin = join(directory, 'bin');
  mkdirSync(bin, { recursive: true });
  const script = (name: string, path: string) => {
    writeFileSync(
      join(bin, name),
      `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(path)} "$@"\n`,
    );
    chmodSync(join(bin, name), 0o755);
  };
  script('kubectl', resolve(__dirname, 'kubectl.cjs'));
  script('holdfast', resolve(__dirname, '../../../app/bin/holdfast.cjs'));
  symlinkSync(process.execPath, join(bin, 'node'));
  return `${bin}${delimiter}${process.env.PATH}`;
}

/** Runs a step as it stands in the runbook, by bash; stops at its first command that fails. */
export function runStep(script: string, env: Readonly<Record<string, string>>): Promise<StepResult> {
  const began = performance.now();
  // In a process group of its own, so that what it leaves in the background ends with it.
  const child = spawn('bash', ['-e', '-c', script], {
    env: { HOME: process.env.HOME ?? '', ...env },
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
  const timer = setTimeout(end, patience * 1000);
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => {
      clearTimeout(timer);
      end();
      done({ code: code ?? 1, output: output.trim(), seconds: (performance.now() - began) / 1000 });
    });
  });
}
