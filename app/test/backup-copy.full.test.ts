/** The scheduled backup: the command lines of its CronJob, by the login that only reads, on a real server and S3. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type StateStore, startStateStore } from '../../__tests__/support/state-bucket';
import { Catalog, openStore, readKeys } from '../src/backup';
import { postgresProgram } from '../src/backup/programs';
import { backupJob, backupLogin } from '../src/contract';
import { type Folder, temporaryFolder } from './support/backup';
import { type Ran, runHere } from './support/cli';
import { onServers, testEnvironment } from './support/environment';
import { type PostgresServer, startPostgres } from './support/servers';
import { runCli } from './support/service-process';

jest.setTimeout(120_000);

let postgres: PostgresServer;
let aws: StateStore;
let folder: Folder;
let env: Record<string, string>;
const environment = testEnvironment();
const before = { ...process.env };
const owner = (statement: string) => postgres.sql(statement, 'holdfast_owner');
const reader = (statement: string) => postgres.sql(statement, backupLogin.databaseUser);
const cli = (args: readonly string[]): Promise<Ran> => runHere(args, { env });
/** What the CronJob's first container runs, and a reader's form of its answer. */
const take = async () => {
  const { code, err, json } = await cli([...backupJob.create, '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return json;
};
const fingerprint = () =>
  owner(`select md5(string_agg(t::text, E'\\n' order by t::text)) from (
    select e::text as t from event_aggregates e union all select b::text from event_batches b
    union all select f::text from flag_overrides f union all select k::text from kysely_migration k) t`);

beforeAll(async () => {
  postgres = await startPostgres();
  aws = await startStateStore();
  Object.assign(process.env, aws.environment, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
  await aws.createBucket('backups');
  folder = temporaryFolder();
  writeFileSync(join(folder.path, 'key'), `${'01'.repeat(32)}\n`);
  env = {
    ...environment.env,
    ...onServers(postgres, { port: 1 }),
    HOLDFAST_BACKUP_STORE: 's3://backups/dumps',
    HOLDFAST_BACKUP_KEY_FILE: join(folder.path, 'key'),
  };
  expect(await runCli(['migrate'], env)).toMatchObject({ code: 0 });
  owner(`insert into event_aggregates select now() - make_interval(mins => n), E'tab \\t line \\n \\\\. ' || n, n, n / 7.0, 0, 1e-300
    from generate_series(1, 20000) n`);
  owner(
    `insert into event_batches (byte_count, events) select 10, '[{"name": "é\\\\u0001", "value": 1.10, "none": null}]' from generate_series(1, 50)`,
  );
  owner(
    `insert into flag_overrides values ('beta_ui', '{"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"}', 1, now(), 'me')`,
  );
});
afterAll(async () => {
  process.env = before;
  await postgres?.stop();
  aws?.stop();
  folder?.remove();
  environment.remove();
});

describe('the login', () => {
  it('reads every table and sequence', () => {
    const tables = owner(`select string_agg(relname, ' ') from pg_class where relkind in ('r', 'S')
      and relnamespace = 'public'::regnamespace`).split(' ');
    expect(tables.length).toBeGreaterThan(5);
    for (const table of tables) expect(() => reader(`select count(*) from ${table}`)).not.toThrow();
  });

  it.each([
    `insert into event_aggregates values (now(), 'x', 1, 1, 1, 1)`,
    `update flag_overrides set version = 2`,
    `delete from event_aggregates`,
    `truncate event_batches`,
    `drop table event_batches`,
    `select setval('event_batches_id_seq', 1)`,
    `create table mine (a int)`,
  ])('cannot write: %s', (statement) => {
    // Its own default would be enough; whoever has the login could lift that.
    expect(() => reader(`set transaction read write; ${statement}`)).toThrow(
      /permission denied|must be owner/,
    );
    expect(() => reader(statement)).toThrow(/read-only|permission denied|must be owner/);
  });
});

describe('a backup of the kind postgres-copy', () => {
  it('is taken of one moment, and can be restored', async () => {
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
      kind: 'postgres-copy',
      reason: 'by schedule',
      contents: { exact: true, tables: { 'public.event_aggregates': { rows: 20_000 } } },
    });
    expect((await cli(['backup', 'verify', taken.id, '--json'])).json.backups[0].checks).toContainEqual(
      expect.objectContaining({ name: 'rows', ok: true }),
    );
    postgres.sql('alter role holdfast_owner createdb');
    const deep = await cli(['backup', 'verify', taken.id, '--deep', '--json']);
    expect(deep).toMatchObject({ code: 0, json: { ok: true } });
    expect(deep.json.backups[0].checks.map(({ name }: { name: string }) => name)).toContain(
      'event round trip',
    );
  });

  it('brings back every row and number, and the roles their rights', async () => {
    const { id } = await take();
    const all = fingerprint();
    const next = Number(owner(`select last_value from event_batches_id_seq`));
    owner('delete from event_aggregates; drop table flag_overrides cascade; create table junk (a int)');
    const restored = await cli(['backup', 'restore', id, '--yes', '--skip-backup', '--json']);
    expect(restored).toMatchObject({ code: 0, json: { ok: true } });
    expect(fingerprint()).toBe(all);
    expect(owner(`select to_regclass('junk') is null`)).toBe('t');
    const given = owner(`insert into event_batches (byte_count, events) values (1, '[]') returning id`);
    expect(Number(given.split('\n')[0])).toBeGreaterThan(next);
    expect(postgres.sql('select count(*) from event_aggregates', 'holdfast_gateway')).toBe('20000');
    expect(reader('select count(*) from event_aggregates')).toBe('20000');
  });

  it('is a script for psql, once the schema is there', async () => {
    const { id } = await take();
    const catalog = new Catalog(await openStore('s3://backups/dumps'));
    const parts: Buffer[] = [];
    for await (const part of await catalog.open(
      await catalog.find(id),
      readKeys(env.HOLDFAST_BACKUP_KEY_FILE),
    ))
      parts.push(part);
    postgres.sql('create database by_psql owner holdfast_owner');
    expect(await runCli(['migrate'], { ...env, HOLDFAST_DATABASE_NAME: 'by_psql' })).toMatchObject({
      code: 0,
    });
    const address = [
      '-h',
      postgres.host,
      '-p',
      String(postgres.port),
      '-U',
      'holdfast_owner',
      '-d',
      'by_psql',
    ];
    const psql = (...args: string[]) =>
      execFileSync(postgresProgram('psql'), [...address, '-XAtq', '-v', 'ON_ERROR_STOP=1', ...args], {
        input: args.includes('-f') ? Buffer.concat(parts) : '',
        encoding: 'utf8',
      }).trim();
    psql('-c', 'truncate kysely_migration, kysely_migration_lock');
    psql('-f', '-');
    const counted = `select md5(string_agg(t::text, '' order by t::text)) from event_aggregates t`;
    expect(psql('-c', counted)).toBe(owner(counted));
  });

  it('changes nothing when a restore cannot be finished', async () => {
    owner(
      'create table by_hand (a int); insert into by_hand values (1); grant select on by_hand to holdfast_backup',
    );
    const { id } = await take();
    const all = fingerprint();
    owner('drop table by_hand; create table later (a int)');
    const restored = await cli(['backup', 'restore', id, '--yes', '--skip-backup', '--json']);
    expect(restored.code).toBe(1);
    expect(restored.err).toContain('"public"."by_hand", which no migration makes');
    expect(fingerprint()).toBe(all);
    expect(owner(`select to_regclass('later') is null`)).toBe('f');
    owner('drop table later');
  });

  it('fails when rows are hidden from the login, and leaves nothing behind', async () => {
    owner('alter table event_aggregates enable row level security');
    const count = async () => (await cli(['backup', 'list', '--json'])).json.backups.length;
    const had = await count();
    const { code, err } = await cli(backupJob.create);
    owner('alter table event_aggregates disable row level security');
    expect(code).toBe(1);
    expect(err).toContain('row-level security');
    expect(await count()).toBe(had);
  });

  it('goes when it is too old, by the second command, but never the last good one', async () => {
    expect(await cli(backupJob.prune(30))).toMatchObject({ code: 0 });
    const had = (await cli(['backup', 'list', '--json'])).json.backups;
    expect(had.length).toBeGreaterThan(1);
    jest.useFakeTimers({
      now: Date.now() + 31 * 86_400_000,
      doNotFake: ['nextTick', 'setImmediate', 'setTimeout'],
    });
    const pruned = await cli([...backupJob.prune(30), '--json']).finally(() => jest.useRealTimers());
    expect(pruned).toMatchObject({ code: 0, json: { removed: expect.any(Array) } });
    expect((await cli(['backup', 'list', '--json'])).json.backups).toEqual([
      expect.objectContaining({ id: had[0].id }),
    ]);
  });
});
