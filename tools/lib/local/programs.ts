import { spawnSync } from 'node:child_process';

export interface Ran {
  /** Exit code; 127 where there is no such program. */
  readonly status: number;
  readonly output: string;
}

/**
 * Runs a program to its end.
 *
 * @param shown lets a person see what it says, and wait for it; otherwise it is a question, over after half a minute
 */
export type Programs = (command: readonly [string, ...string[]], shown?: boolean) => Ran;

export const programs: Programs = ([program, ...args], shown = false) => {
  const run = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe'],
    ...(shown ? {} : { timeout: 30_000 }),
  });
  const missing = (run.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  return {
    status: missing ? 127 : (run.status ?? 1),
    output: `${run.stdout ?? ''}${run.stderr ?? ''}`.trim(),
  };
};

/** Runs it before somebody's eyes. @throws Error with a sentence when it fails */
export function must(
  run: Programs,
  command: readonly [string, ...string[]],
  what: string,
  remedy: string,
): void {
  const { status, output } = run(command, true);
  if (status === 127) throw new Error(`${command[0]} was not found; it ${what}: ${remedy}`);
  if (status !== 0) {
    throw new Error(
      `${command.join(' ')} failed${output ? `: ${output.split('\n').at(-1)}` : '; it says why above'}`,
    );
  }
}
