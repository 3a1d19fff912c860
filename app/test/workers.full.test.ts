import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { migrate } from '../src/kernel/database';
import { migrations } from '../src/modules/events';
import { aggregateBatches } from '../src/modules/events/aggregation-store';
import { storeBatch } from '../src/modules/events/ingestion-store';
import type { EventTables } from '../src/modules/events/tables';
import { type PostgresServer, startPostgres } from './support/servers';

let postgres: PostgresServer;
let db: Kysely<EventTables>;
beforeAll(async () => {
  postgres = await startPostgres();
  const { host, port, user, database } = postgres;
  const pool = new Pool({ host, port, user, database, max: 20 });
  // The server may stop while a connection is still closing; nobody is interested by then.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  await migrate(db as unknown as Kysely<unknown>, migrations);
}, 60_000);
afterAll(async () => {
  await db?.destroy();
  await postgres?.stop();
});

const names = Array.from({ length: 50 }, (_, index) => `name-${index}`);
const now = Date.parse('2026-03-01T12:00:00Z');
/** Each batch touches every name, in an order of its own: the best way to a deadlock. */
const batch = (seed: number) =>
  names
    .map((_, index) => names[(index * 7 + seed) % names.length] as string)
    .map((name) => ({ name, value: 1, timestamp: now }));

it('many workers at once neither lose, nor count twice, nor deadlock', async () => {
  const batches = 400;
  for (let seed = 0; seed < batches; seed++) {
    await storeBatch(db, batch(seed), { accepted: names.length, rejected: [] }, undefined);
  }
  const failures: unknown[] = [];
  const worker = async () => {
    for (let empty = 0; empty < 3; ) {
      try {
        const { batches: done } = await aggregateBatches(db, 7);
        empty = done === 0 ? empty + 1 : 0;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));

  expect(failures).toEqual([]);
  const rows = await db
    .selectFrom('event_aggregates')
    .select(['name', sql<number>`count::int`.as('count'), 'sum'])
    .execute();
  expect(rows).toHaveLength(names.length);
  for (const row of rows) expect(row).toMatchObject({ count: batches, sum: batches });
  expect(Number(postgres.sql("select deadlocks from pg_stat_database where datname = 'holdfast'"))).toBe(0);
}, 60_000);

it('requests at once with one idempotency key store one batch, and all get its answer', async () => {
  const answer = { accepted: 1, rejected: [] };
  const events = [{ name: 'once', value: 1, timestamp: now }];
  const results = await Promise.all(
    Array.from({ length: 12 }, () => storeBatch(db, events, answer, { key: 'one', bodyHash: 'h' })),
  );
  expect(results.filter((result) => result.kind === 'stored')).toHaveLength(1);
  expect(results.filter((result) => result.kind === 'replayed')).toHaveLength(11);
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from event_batches`.execute(db);
  expect(rows).toEqual([{ count: 1 }]);
});
