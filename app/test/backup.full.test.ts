/** Backups of a real PostgreSQL server: taken, checked, damaged, restored. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { Catalog, openStore, readKeys } from '../src/backup';
import { backupAt, type Folder, inPieces, temporaryFolder } from './support/backup';
import { buildDirectory } from './support/cache-directory';
import { type Ran, runHere, type Surroundings } from './support/cli';
import { onServers, testEnvironment } from './support/environment';
import { type PostgresServer, startPostgres } from './support/servers';
import { eventually, runCli } from './support/service-process';

jest.setTimeout(120_000);

let postgres: PostgresServer;
let folder: Folder;
let env: Record<string, string>;
const environment = testEnvironment();
const owner = (statement: string) => postgres.sql(statement, 'holdfast_owner');

beforeAll(async () => {
  postgres = await startPostgres();
  env = { ...environment.env, ...onServers(postgres, { port: 1 }) };
  expect(await runCli(['migrate'], env)).toMatchObject({ code: 0 });
  owner(`insert into event_aggregates select now() - make_interval(mins => n), 'a ' || n, n, n / 7.0, 0, 1e-300
    from generate_series(1, 5000) n`);
  owner(
    `insert into event_batches (byte_count, events) select 10, '[{"name": "é", "value": 1.10}]' from generate_series(1, 50)`,
  );
  owner(
    `insert into flag_overrides values ('beta_ui', '{"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"}', 1, now(), 'me')`,
  );
});
beforeEach(() => {
  folder = temporaryFolder();
  writeFileSync(join(folder.path, 'key'), `${'01'.repeat(32)}\n`);
  env = {
    ...env,
    HOLDFAST_BACKUP_STORE: join(folder.path, 'store'),
    HOLDFAST_BACKUP_KEY_FILE: join(folder.path, 'key'),
  };
});
afterEach(() => folder.remove());
afterAll(async () => {
  await postgres?.stop();
  environment.remove();
});

const backup = (args: readonly string[], surroundings: Surroundings = {}): Promise<Ran> =>
  runHere(['backup', ...args], { env, ...surroundings });
async function take(...args: string[]): Promise<{ readonly id: string; readonly finishedAt: string }> {
  const { code, err, json } = await backup(['create', ...args, '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return json;
}
/** All rows of the service's own tables, as one text. */
const fingerprint = () =>
  owner(`select string_agg(t::text, E'\\n' order by t::text) from (
    select e::text as t from event_aggregates e union all select b::text from event_batches b
    union all select f::text from flag_overrides f) t`);
const checksOf = ({ json }: Ran) =>
  Object.fromEntries(json.checks.map((each: { name: string; ok: boolean }) => [each.name, each.ok]));

it('is taken of one moment, while others write', async () => {
  let writing = true;
  const writes = (async () => {
    while (writing) {
      owner(`insert into event_batches (byte_count, events) values (1, '[]')`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const taken = await take().finally(() => {
    writing = false;
  });
  await writes;
  expect(taken).toMatchObject({
    kind: 'postgres',
    target: `holdfast@127.0.0.1:${postgres.port}`,
    environment: 'local',
    serverVersion: expect.stringMatching(/^1\d\./),
    contents: {
      exact: true,
      tables: { 'public.event_aggregates': { rows: 5000 } },
      migrations: expect.arrayContaining(['0001_events']),
    },
    payload: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), compression: 'gzip' },
  });
  // Restored elsewhere, every table has the rows and checksums that were counted: one moment for all of them.
  postgres.sql('alter role holdfast_owner createdb');
  const verified = await backup(['verify', 'postgres', '--deep', '--json']);
  expect(verified).toMatchObject({ code: 0, json: { ok: true } });
  expect(verified.json.backups[0].checks.map(({ name }: { name: string }) => name)).toEqual([
    'integrity',
    'rehearsal',
    'migrations',
    'flags',
    'event round trip',
  ]);
  expect(postgres.sql(`select count(*) from pg_database where datname ~ 'verify'`)).toBe('0');
});

it('brings everything back after damage, and checks it as the service would', async () => {
  await take();
  const before = fingerprint();
  owner(
    "delete from event_aggregates; drop table flag_overrides cascade; create table junk (a int); create schema extra; create type mood as enum ('ok')",
  );
  const restored = await backup(['restore', 'postgres', '--yes', '--json', '--skip-backup']);
  expect(restored.err).toContain('Checking');
  expect(restored).toMatchObject({ code: 0, json: { ok: true, before: null } });
  expect(checksOf(restored)).toEqual({
    contents: true,
    schema: true,
    migrations: true,
    flags: true,
    'event round trip': true,
  });
  expect(fingerprint()).toBe(before);
  expect(
    owner(
      `select to_regclass('junk') is null and to_regnamespace('extra') is null and to_regtype('mood') is null`,
    ),
  ).toBe('t');
  // The roles may what they may, and ids go on where they were.
  expect(postgres.sql('select count(*) from event_aggregates', 'holdfast_gateway')).toBe('5000');
  expect(
    Number(
      owner(`insert into event_batches (byte_count, events) values (1, '[]') returning id`).split('\n')[0],
    ),
  ).toBeGreaterThan(50);
});

it('backs up what a restore overwrites, and that brings it back', async () => {
  await take();
  owner(`insert into event_aggregates values (now(), 'written later', 1, 1, 1, 1)`);
  const { json } = await backup(['restore', 'postgres', '--yes', '--json']);
  expect(owner(`select count(*) from event_aggregates where name = 'written later'`)).toBe('0');
  const listed = (await backup(['list', '--json'])).json.backups;
  expect(listed[0]).toMatchObject({
    id: json.before,
    reason: expect.stringMatching(/^before restoring postgres-/),
  });
  expect(await backup(['restore', json.before, '--yes', '--skip-backup'])).toMatchObject({ code: 0 });
  expect(owner(`select count(*) from event_aggregates where name = 'written later'`)).toBe('1');
});

it('asks for the name of what it overwrites', async () => {
  await take();
  owner('delete from event_batches');
  expect(await backup(['restore', 'postgres'])).toMatchObject({
    code: 64,
    err: expect.stringContaining('nobody can be asked'),
  });
  expect(await backup(['restore', 'postgres'], { answer: 'y' })).toMatchObject({
    code: 1,
    err: expect.stringContaining('Nothing was changed'),
  });
  expect(owner('select count(*) from event_batches')).toBe('0');
  const target = `holdfast@127.0.0.1:${postgres.port}`;
  expect(await backup(['restore', 'postgres'], { answer: target })).toMatchObject({
    code: 0,
    err: expect.stringContaining(`Type ${target} to go on`),
  });
  expect(owner('select count(*) from event_batches')).not.toBe('0');
});

it('is found damaged before it is needed, and then restores nothing', async () => {
  const { id } = await take();
  const path = join(folder.path, 'store/backups', id, 'data');
  const bytes = readFileSync(path);
  bytes[bytes.length - 100] = (bytes[bytes.length - 100] as number) ^ 1;
  writeFileSync(path, bytes);
  const verified = await backup(['verify', '--json']);
  expect(verified).toMatchObject({
    code: 1,
    json: { ok: false, backups: [{ id, ok: false, problem: expect.stringContaining('is damaged') }] },
  });
  const before = fingerprint();
  expect(await backup(['restore', 'postgres', '--yes'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('is damaged'),
  });
  expect(fingerprint()).toBe(before);
  expect((await backup(['list', '--json'])).json.backups).toHaveLength(1);
});

it('names both keys when the wrong one is given', async () => {
  await take();
  writeFileSync(join(folder.path, 'key'), '02'.repeat(32));
  expect(await backup(['verify'])).toMatchObject({
    code: 1,
    out: expect.stringMatching(/encrypted with the key [0-9a-f]{16}, and the key file holds [0-9a-f]{16}/),
  });
  expect(await backup(['restore', 'postgres', '--yes'])).toMatchObject({ code: 1 });
  writeFileSync(join(folder.path, 'key'), `${'02'.repeat(32)}\n${'01'.repeat(32)}`);
  expect(await backup(['verify'])).toMatchObject({ code: 0, out: expect.stringContaining('is good') });
});

it('changes nothing when the restore fails half-way', async () => {
  await take();
  const before = fingerprint();
  // Late: tables and rows are there again, indexes are not.
  postgres.sql(`create function pg_catalog.refuse() returns event_trigger language plpgsql as $$ begin raise 'no more indexes'; end $$;
    create event trigger refuse on ddl_command_start when tag in ('CREATE INDEX') execute function pg_catalog.refuse()`);
  const { code, err } = await backup(['restore', 'postgres', '--yes', '--skip-backup']);
  postgres.sql('drop event trigger refuse; drop function pg_catalog.refuse');
  expect(code).toBe(1);
  expect(err).toMatch(/psql ended with 3[\s\S]*no more indexes/);
  expect(fingerprint()).toBe(before);
});

it('of an older release is migrated forward', async () => {
  owner(`drop table backup_successes; delete from kysely_migration where name = '0005_backups'`);
  const { code, err } = await backup(['create']);
  expect({ code, err }).toMatchObject({
    code: 0,
    err: expect.stringContaining('The backup is complete. Its time could not be noted'),
  });
  const { json } = await backup(['restore', 'postgres', '--yes', '--json', '--skip-backup']);
  expect(json.checks[1]).toMatchObject({
    name: 'schema',
    ok: true,
    detail: expect.stringContaining('migrated: 0005_backups'),
  });
});

it('of a newer release is restored, and said not to fit', async () => {
  owner(`insert into kysely_migration values ('9999_future', now()::text)`);
  await take();
  const restored = await backup(['restore', 'postgres', '--yes', '--json', '--skip-backup']);
  owner(`delete from kysely_migration where name = '9999_future'`);
  expect(await runCli(['migrate'], env)).toMatchObject({ code: 0 });
  expect(restored.code).toBe(1);
  expect(checksOf(restored)).toMatchObject({ contents: true, schema: false, migrations: false, flags: true });
});

it('that differs from its database is told by "check", row by row', async () => {
  const { id } = await take();
  expect(await backup(['check', id, '--json'])).toMatchObject({ code: 1 });
  owner(`delete from backup_successes`);
  const { id: again } = await take();
  owner(`delete from backup_successes`);
  expect(await backup(['check', again, '--json'])).toMatchObject({ code: 0, json: { ok: true } });
  owner(`update event_aggregates set max = max + 1 where name = 'a 17'`);
  const changed = await backup(['check', again, '--json']);
  expect(changed).toMatchObject({ code: 1 });
  expect(changed.json.checks[0].detail).toBe(
    'the rows of table public.event_aggregates are not those of the backup',
  );
  expect(await backup(['check'])).toMatchObject({ code: 0 });
});

it('that is interrupted is no backup', async () => {
  const main = join(buildDirectory(), 'dist/main.js');
  // pg_dump waits for this lock in the middle of its work.
  const holder = new Client({
    port: postgres.port,
    host: '127.0.0.1',
    user: 'holdfast_owner',
    database: 'holdfast',
  });
  await holder.connect();
  await holder.query('begin; lock table kysely_migration_lock in access exclusive mode');
  const child = spawn(process.execPath, [main, 'backup', 'create'], {
    env: { PATH: process.env.PATH, ...env },
  });
  await eventually(
    () => postgres.sql(`select count(*) from pg_locks where not granted`),
    (count) => count !== '0',
  );
  mkdirSync(join(folder.path, 'store/backups/postgres-20261101t000000z-0000'), { recursive: true });
  child.kill('SIGKILL');
  await new Promise((done) => child.once('close', done));
  await holder.end();
  expect((await backup(['list', '--json'])).json).toEqual({ backups: [], broken: [] });
  expect(await backup(['verify'])).toMatchObject({ code: 1, out: 'There is no backup.\n' });
});

it('leaves nothing when the server cannot be reached, and says what to look at', async () => {
  const wrong = { ...env, HOLDFAST_DATABASE_PORT: '1' };
  const { code, err } = await runHere(['backup', 'create', 'postgres'], { env: wrong });
  expect(code).toBe(1);
  expect(err).toMatch(/cannot be used by holdfast_owner: .*ECONNREFUSED.*HOLDFAST_DATABASE_HOST/);
  expect(readdirSync(folder.path)).toEqual(['key']);
});

it('is noted in the database, for the metric', async () => {
  const { id, finishedAt } = await take();
  expect(
    owner(`select backup, succeeded_at = '${finishedAt}' from backup_successes where kind = 'postgres'`),
  ).toBe(`${id}|t`);
  expect(postgres.sql('select count(*) from backup_successes', 'holdfast_worker')).toBe('1');
});

it('is pruned when it is old, but not the last good one', async () => {
  const catalog = new Catalog(await openStore(join(folder.path, 'store')));
  const keys = readKeys(join(folder.path, 'key'));
  const target = `holdfast@127.0.0.1:${postgres.port}`;
  const old = async (day: string, changes = {}) => {
    const made = backupAt(`2026-0${day}T00:00:00.000Z`, { target, ...changes });
    const written = await catalog.writePayload(made.id, inPieces(Buffer.from('x'), 1), keys);
    await catalog.commit(
      { ...made, payload: { ...written, compression: 'gzip', keyId: keys.current.id } },
      keys,
    );
    return made.id;
  };
  const [first, second] = [await old('1-01'), await old('2-01')];
  const dry = await backup(['prune', '--check', '--json']);
  expect(dry.json).toEqual({ removed: [first], spared: [second], segments: 0 });
  expect(await backup(['prune'])).toMatchObject({ code: 64 });
  const { id } = await take();
  const done = await backup(['prune', '--yes', '--json']);
  expect(done.json.removed.sort()).toEqual([first, second].sort());
  expect((await backup(['list', '--json'])).json.backups.map((each: { id: string }) => each.id)).toEqual([
    id,
  ]);
});
