import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StartError } from '../kernel/start-error';

/** How a program is run: its environment beside ours, its folder, and as whom. */
export type ProgramOptions = Pick<SpawnOptions, 'cwd' | 'uid' | 'gid'> & {
  readonly env?: Readonly<Record<string, string | undefined>>;
};

const debian = '/usr/lib/postgresql';

/** Path of a program of PostgreSQL: on PATH, else the newest of Debian's. @throws StartError when it is missing */
export function postgresProgram(name: string): string {
  const majors = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...majors.map((major) => join(debian, major, 'bin')),
  ];
  // Debian's wrappers of the same name on PATH choose by clusters of this machine, not by version.
  const found = places
    .map((place) => join(place, name))
    .find((path) => existsSync(path) && !path.startsWith('/usr/bin/'));
  const path = found ?? places.map((place) => join(place, name)).find((each) => existsSync(each));
  if (path) return path;
  throw new StartError(
    `${name} was not found. Install PostgreSQL's programs, of the server's version or newer ` +
      '(Debian: postgresql-client, for pg_verifybackup and postgres itself postgresql), or add their folder to PATH. ' +
      'Backups of the kind postgres-copy need none of them.',
  );
}

/** Path of the first of these programs that is on PATH. */
export const findProgram = (names: readonly string[]): string | undefined =>
  names
    .flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((place) => join(place, name)))
    .find((path) => existsSync(path));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function start(path: string, args: readonly string[], options: ProgramOptions) {
  const child = spawn(path, args, { ...options, env: { ...process.env, ...options.env } });
  let errors = '';
  child.stderr.on('data', (part: Buffer) => {
    // The end says what went wrong.
    errors = (errors + part.toString('utf8')).slice(-4000);
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  // Whoever waits for it sees it; until then it is nobody's unhandled rejection.
  ended.catch(() => {});
  const succeed = async () => {
    const { code, signal } = await ended;
    if (code === 0) return;
    const name = path.split('/').at(-1);
    const said = errors.trim().split('\n').slice(-6).join('\n  ');
    throw new StartError(
      `${name} ended with ${signal ?? code}${said ? `:\n  ${said}` : ''}\n${remedyFor(errors)}`.trim(),
    );
  };
  return { child, succeed };
}

/** What to do about what PostgreSQL's programs say most often. */
function remedyFor(errors: string): string {
  if (/server version mismatch/.test(errors))
    return 'Use programs of the server’s version or newer: put their folder first in PATH.';
  if (/lock timeout|lock_timeout/.test(errors))
    return 'Somebody holds a table: stop the service (scale its Deployments to 0), and try again.';
  if (/permission denied|must be (owner|superuser)|no pg_hba\.conf entry for replication/.test(errors))
    return 'Name a login that may (--login): the schema’s owner for dumps, one with REPLICATION for base backups.';
  if (/could not connect|Connection refused|could not translate host/.test(errors))
    return 'See HOLDFAST_DATABASE_HOST, HOLDFAST_DATABASE_DIRECT_HOST and HOLDFAST_DATABASE_PORT.';
  return '';
}

/**
 * What a program writes. Ends with a StartError unless the program ends with 0.
 *
 * @param input what the program reads; an error in it ends the program at once
 */
export async function* outputOf(
  path: string,
  args: readonly string[],
  options: ProgramOptions = {},
  input: AsyncIterable<Buffer> = Readable.from([]),
): AsyncGenerator<Buffer> {
  const { child, succeed } = start(path, args, options);
  let broken: Error | undefined;
  const source = (async function* () {
    const parts = input[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await parts.next().catch((error: Error) => {
          broken = error;
          throw error;
        });
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await parts.return?.();
    }
  })();
  // A program that has seen enough closes its input: its exit code counts, not the broken pipe.
  const fed = pipeline(Readable.from(source, { objectMode: false }), child.stdin).catch(() => {
    if (broken) end(child);
  });
  try {
    for await (const part of child.stdout) yield part as Buffer;
    await fed;
    if (broken) throw broken;
    await succeed();
  } finally {
    end(child);
  }
}

/** Runs a program to its end. @returns what it wrote, which must be short */
export async function runProgram(
  path: string,
  args: readonly string[],
  options?: ProgramOptions,
  input?: AsyncIterable<Buffer>,
): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of outputOf(path, args, options, input)) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function end(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}
