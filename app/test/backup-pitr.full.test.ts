/** Back to the moment before a mistake: a base backup and the archived log of a real PostgreSQL server. */

import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Folder, temporaryFolder } from './support/backup';
import { buildDirectory } from './support/cache-directory';
import { onServers, testEnvironment } from './support/environment';
import { freePort, type PostgresServer, startPostgres } from './support/servers';
import { eventually, runCli } from './support/service-process';

jest.setTimeout(180_000);

let postgres: PostgresServer;
let folder: Folder;
let env: Record<string, string>;
const environment = testEnvironment();
const nobody = 65_534;
/** For whoever PostgreSQL runs as: as root the tests borrow a user. */
function shared(path: string): string {
  if (process.getuid?.() === 0) chownSync(path, nobody, nobody);
  return path;
}

beforeAll(async () => {
  postgres = await startPostgres();
  folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
  shared(folder.path);
  const [store, key] = [join(folder.path, 'store'), join(folder.path, 'key')];
  writeFileSync(key, '01'.repeat(32), { mode: 0o600 });
  shared(key);
  mkdirSync(store);
  shared(store);
  env = {
    ...environment.env,
    ...onServers(postgres, { port: 1 }),
    HOLDFAST_BACKUP_STORE: store,
    HOLDFAST_BACKUP_KEY_FILE: key,
  };
  expect(await runCli(['migrate'], env)).toMatchObject({ code: 0 });
  const main = join(buildDirectory(), 'dist/main.js');
  const archive = `"${process.execPath}" "${main}" backup archive-wal "%p" --store "${store}" --key-file "${key}"`;
  for (const [name, value] of [
    ['archive_mode', 'on'],
    ['archive_command', archive],
  ]) {
    postgres.sql(`alter system set ${name} = '${value}'`);
  }
  await postgres.restart();
});
afterAll(async () => {
  await postgres?.stop();
  folder?.remove();
  environment.remove();
});

const backup = (...args: string[]) => runCli(['backup', ...args, '--login', 'postgres'], env);
const addEvents = (from: number, to: number) =>
  postgres.sql(
    `insert into event_aggregates select now(), 'event ' || n, 1, 1, 1, 1 from generate_series(${from}, ${to}) n`,
  );
const serverTime = () =>
  postgres.sql(`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);
async function archiveAll(): Promise<void> {
  const segment = postgres.sql('select pg_walfile_name(pg_switch_wal())');
  await eventually(
    () => postgres.sql('select last_archived_wal from pg_stat_archiver'),
    (last) => last >= segment,
    30,
  );
}
const emptyFolder = (name: string): string => {
  const path = join(folder.path, name);
  mkdirSync(path);
  return shared(path);
};

/** Starts PostgreSQL in a restored folder, as an operator would, and asks it something. */
async function ask(data: string, question: string): Promise<unknown> {
  const port = await freePort();
  const program = execFileSync('bash', ['-c', 'ls /usr/lib/postgresql/*/bin/postgres | tail -1'], {
    encoding: 'utf8',
  }).trim();
  const as = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  const args = [
    '-D',
    data,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-k',
    folder.path,
    '-c',
    'archive_mode=off',
  ];
  const child = spawn(program, args, { ...as, stdio: 'ignore' });
  const ended = new Promise((done) => child.once('close', done));
  try {
    return await eventually(
      async () => {
        const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'holdfast' });
        client.on('error', () => {});
        try {
          await client.connect();
          return Object.values((await client.query(question)).rows[0] as object)[0] as unknown;
        } catch {
          return undefined;
        } finally {
          await client.end().catch(() => {});
        }
      },
      (answer) => answer !== undefined,
      20,
    );
  } finally {
    child.kill('SIGINT');
    await ended;
  }
}

let baseId: string;
let mistake: string;
it('a base backup is taken of the running server, and the log follows', async () => {
  addEvents(1, 100);
  const { code, stdout, stderr } = await backup('create', 'postgres-base', '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const taken = JSON.parse(stdout);
  baseId = taken.id;
  expect(taken).toMatchObject({
    kind: 'postgres-base',
    walFrom: expect.stringMatching(/^[0-9A-F]{24}$/),
    contents: { exact: false, tables: { 'public.event_aggregates': { rows: 100 } } },
  });
  expect(await backup('verify', 'postgres-base', '--deep')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('is good'),
  });
  // After the backup: these are in the archive alone.
  addEvents(101, 150);
  mistake = serverTime();
  postgres.sql(`delete from event_aggregates`);
  addEvents(151, 160);
  await archiveAll();
  expect(
    readdirSync(join(folder.path, 'store/wal')).filter((name) => /^[0-9A-F]{24}$/.test(name)).length,
  ).toBeGreaterThan(0);
});

it('goes back to just before a bad DELETE, checked as the service would', async () => {
  const into = emptyFolder('restored');
  const { code, stdout, stderr } = await backup(
    'restore',
    baseId,
    '--into',
    into,
    '--until',
    mistake,
    '--yes',
    '--json',
  );
  expect({ code, stderr: stderr.replace(/^(Checking|Restoring).*\n/gm, '') }).toEqual({
    code: 0,
    stderr: '',
  });
  const { checks, next } = JSON.parse(stdout);
  expect(checks.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok])).toEqual([
    ['files', true],
    ['contents', true],
    ['migrations', true],
    ['flags', true],
    ['event round trip', true],
  ]);
  expect(next).toContain(into);
  // What told the recovery where to go is gone, and so is the key's place.
  expect(existsSync(join(into, 'recovery.signal'))).toBe(false);
  expect(readFileSync(join(into, 'postgresql.auto.conf'), 'utf8')).not.toContain('restore_command');
  expect(
    await ask(
      into,
      `select string_agg(name, ',' order by name collate "C") = (
    select string_agg('event ' || n, ',' order by ('event ' || n) collate "C") from generate_series(1, 150) n) from event_aggregates`,
    ),
  ).toBe(true);
  // The server that runs was not touched.
  expect(postgres.sql('select count(*) from event_aggregates')).toBe('10');
});

it('goes to the end of the backup without a moment', async () => {
  const into = emptyFolder('to-its-end');
  expect(await backup('restore', baseId, '--into', into, '--yes')).toMatchObject({ code: 0 });
  expect(await ask(into, 'select count(*)::int from event_aggregates')).toBe(100);
});

it('is followed by a log without a gap, or says where it breaks off', async () => {
  const log = async () => {
    const { stdout } = await backup('verify', 'postgres-base', '--json');
    return JSON.parse(stdout).backups[0].checks.find(({ name }: { name: string }) => name === 'log');
  };
  expect(await log()).toMatchObject({ ok: true, detail: expect.stringContaining('without a gap') });
  const wal = join(folder.path, 'store/wal');
  const far = '000000010000000000000077';
  writeFileSync(join(wal, far), '');
  expect(await log()).toMatchObject({ ok: false, detail: expect.stringContaining('has a gap after') });
  rmSync(join(wal, far));
});

it('says that the archive does not reach a moment', async () => {
  const into = emptyFolder('too-late');
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const { code, stderr } = await backup('restore', baseId, '--into', into, '--until', tomorrow, '--yes');
  expect(code).toBe(1);
  expect(stderr).toMatch(/did not recover[\s\S]*The archive doesn’t reach that moment/);
});

it.each([
  [['--yes'], /Name by --into an empty folder/],
  [['--into', '/nowhere', '--yes'], /\/nowhere cannot be read \(ENOENT\)/],
  [['--into', '/etc', '--yes'], /\/etc is not empty/],
  [['--into', '/tmp', '--until', '2026-01-01', '--yes'], /--until: 2026-01-01 is no moment/],
  [['--into', '/tmp'], /nobody can be asked/],
])('refuses %j', async (args, message) => {
  const { code, stderr } = await backup('restore', baseId, ...args);
  expect([code, stderr]).toEqual([64, expect.stringMatching(message)]);
});

it('refuses a moment before the backup was finished', async () => {
  const args = ['--into', emptyFolder('too-early'), '--until', '2020-01-01T00:00:00Z', '--yes'];
  expect(await backup('restore', baseId, ...args)).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('Choose an older backup'),
  });
});

it('takes a segment twice when it is the same, and refuses another of its name', async () => {
  const name = '0000000100000000000000FF';
  const path = join(folder.path, name);
  writeFileSync(path, 'one');
  const wal = (...args: string[]) => runCli(['backup', ...args], env);
  expect(await wal('archive-wal', path)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(await wal('archive-wal', path)).toMatchObject({ code: 0 });
  writeFileSync(path, 'another');
  expect(await wal('archive-wal', path)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('another content'),
  });
  expect(await wal('fetch-wal', name, join(folder.path, 'fetched'))).toMatchObject({ code: 0 });
  expect(readFileSync(join(folder.path, 'fetched'), 'utf8')).toBe('one');
  expect(await wal('fetch-wal', '0000000100000000000000FE', path)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is not in the archive'),
  });
  expect(await wal('archive-wal', '/etc/passwd')).toMatchObject({ code: 64 });
});
