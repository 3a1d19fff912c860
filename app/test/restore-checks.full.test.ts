/** What must work after a restore, asked of an embedded database; and the times of backups, as a metric. */
import { sql } from 'kysely';
import { compareContents, readContents } from '../src/backup/contents';
import type { Contents } from '../src/backup/format/metadata';
import { queryOn, runChecks } from '../src/backup/verification';
import { backupTimes, recordBackup } from '../src/kernel/backups';
import type { Kernel } from '../src/kernel/kernel';
import { createMetrics } from '../src/kernel/metrics';
import { restoreChecks } from '../src/roles/restore-checks';
import { schema } from '../src/roles/schema';
import { memoryDatabase } from './support/database';

jest.setTimeout(60_000);

let opened: Awaited<ReturnType<typeof memoryDatabase>>;
beforeEach(async () => {
  opened = await memoryDatabase();
});
afterEach(() => opened.database.close());
const db = () => opened.database.tables<unknown>();
const run = async (statement: string) => (await sql.raw(statement).execute(db())).rows;
const results = async () =>
  Object.fromEntries(
    (await runChecks(db(), { schema, checks: restoreChecks })).map(({ name, ok, detail }) => [
      name,
      [ok, detail],
    ]),
  );

describe('the checks after a restore', () => {
  it('pass on a database of this release, and leave nothing behind', async () => {
    const before = await readContents(queryOn(db()), true);
    expect(await results()).toEqual({
      migrations: [true, 'up to 0005_backups'],
      flags: [true, expect.stringMatching(/^\d+ flags evaluate, 0 of them overridden$/)],
      'event round trip': [true, expect.stringContaining('taken back')],
    });
    expect(await readContents(queryOn(db()), true)).toEqual(before);
  });

  it.each<[string, RegExp, string[]]>([
    ['event round trip', /event_aggregates/, ['drop table event_aggregates']],
    [
      'event round trip',
      /nothing/,
      [
        "create function lose() returns trigger language plpgsql as 'begin return null; end'",
        'create trigger lose before insert on event_aggregates for each row execute function lose()',
      ],
    ],
    ['flags', /flag_overrides/, ['drop table flag_overrides']],
    [
      'flags',
      /must be a boolean/,
      [
        `insert into flag_overrides values
          ('beta_ui', '{"state": "ENABLED", "variants": {"on": 1}, "defaultVariant": "on"}', 1, now(), 'me')`,
      ],
    ],
    [
      'migrations',
      /9999_future, which this release doesn't know/,
      ["insert into kysely_migration values ('9999_future', '')"],
    ],
  ])('fail, %s, by %s', async (name, message, damage) => {
    for (const statement of damage) await run(statement);
    const found = await results();
    expect(found[name]).toEqual([false, expect.stringMatching(message)]);
    expect(Object.values(found).filter(([ok]) => !ok)).toHaveLength(1);
  });
});

describe('the figures of tables', () => {
  const figures = () => readContents(queryOn(db()), true);
  const row = (name: string, value: number) =>
    `insert into event_aggregates values ('2026-01-01', '${name}', 1, ${value}, 0, 0)`;

  it('do not depend on the order of rows, nor on how the session shows values', async () => {
    await run(row('a', 0.1 + 0.2));
    await run(row('b', 1e-30));
    const before = await figures();
    expect(before.tables['public.event_aggregates']).toMatchObject({ rows: 2 });
    await run('delete from event_aggregates');
    await run(row('b', 1e-30));
    await run(row('a', 0.1 + 0.2));
    for (const setting of ["timezone = 'Asia/Tokyo'", "datestyle = 'SQL, DMY'", 'extra_float_digits = -3']) {
      await run(`set ${setting}`);
    }
    expect(await figures()).toEqual(before);
  });

  it('tell what differs', async () => {
    await run(row('a', 1));
    const before = await figures();
    await run('update event_aggregates set sum = 1.0000000000000002');
    expect(compareContents(before, await figures())).toEqual([
      'the rows of table public.event_aggregates are not those of the backup',
    ]);
    await run(row('b', 1));
    await run('drop table backup_successes');
    await run('create table extra (a int)');
    expect(compareContents(before, await figures())).toEqual([
      'table public.backup_successes is missing',
      'table public.event_aggregates has 2 rows instead of 1',
      'table public.extra was not in the backup',
    ]);
    const inexact: Contents = { ...before, exact: false, migrations: ['0001_events'] };
    expect(compareContents(inexact, await figures())).toEqual([
      'table public.backup_successes is missing',
      'table public.extra was not in the backup',
      expect.stringMatching(/^the schema has the migrations .* instead of 0001_events$/),
    ]);
  });
});

it('the worker exports when the last backup of each kind was finished', async () => {
  await recordBackup(db(), { kind: 'postgres', id: 'one', finishedAt: '2026-11-01T00:00:00.000Z' });
  await recordBackup(db(), { kind: 'postgres', id: 'two', finishedAt: '2026-11-02T00:00:00.500Z' });
  await recordBackup(db(), { kind: 'valkey', id: 'three', finishedAt: '2026-11-03T00:00:00.000Z' });
  const metrics = createMetrics({ process: false });
  const log = { debug: jest.fn() };
  const part = backupTimes({ database: opened.database, metrics, log } as unknown as Kernel);
  part.start?.();
  await part.stop?.();
  const seconds = (text: string) => Date.parse(text) / 1000;
  expect(await metrics.render()).toContain(
    [
      `holdfast_backup_last_success_timestamp_seconds{kind="postgres"} ${seconds('2026-11-02T00:00:00.500Z')}`,
      `holdfast_backup_last_success_timestamp_seconds{kind="valkey"} ${seconds('2026-11-03T00:00:00Z')}`,
    ].join('\n'),
  );
  expect(log.debug).not.toHaveBeenCalled();
});
