import { spawnSync } from 'node:child_process';

/** Runs Git and returns what it says; throws a sentence where it refuses. */
export function git(...args: readonly string[]): string {
  const run = spawnSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status === 0) return run.stdout;
  const said = run.error?.message ?? run.stderr.trim();
  throw new Error(`git ${args.join(' ')}: ${said} (a job needs the whole history: fetch-depth: 0)`);
}
