import { sql } from 'kysely';
import { aggregation } from '../src/modules/events';
import {
  aggregateBatches,
  aggregationLagSeconds,
  maximumAttempts,
  purgeIdempotencyKeys,
} from '../src/modules/events/aggregation-store';
import { storeBatch } from '../src/modules/events/ingestion-store';
import { startTestKernel, type TestKernel } from './support/kernel';
import { eventually } from './support/service-process';

let service: TestKernel;
beforeAll(async () => {
  service = await startTestKernel();
});
afterAll(() => service.close());
beforeEach(async () => {
  for (const table of ['event_batches', 'event_batches_dead', 'event_aggregates'] as const) {
    await service.db.deleteFrom(table).execute();
  }
});

const noon = Date.parse('2026-03-01T12:00:00Z');
const event = (name: string, value: number, second = 0) => ({ name, value, timestamp: noon + second * 1000 });
const store = (...events: ReturnType<typeof event>[]) =>
  storeBatch(service.db, events, { accepted: events.length, rejected: [] }, undefined);
const waiting = async () => (await service.db.selectFrom('event_batches').select('id').execute()).length;
const aggregates = () =>
  service.db
    .selectFrom('event_aggregates')
    .select(['minute', 'name', sql<number>`count::int`.as('count'), 'sum', 'min', 'max'])
    .orderBy('minute')
    .orderBy('name')
    .execute();

describe('aggregateBatches', () => {
  it('counts every event exactly once, per name and minute', async () => {
    await store(event('a', 1), event('a', 5, 59), event('b', -2));
    await store(event('a', 3, 60), event('a', 2));

    expect(await aggregateBatches(service.db, 100)).toMatchObject({ batches: 2, events: 5, dead: [] });
    expect(await aggregateBatches(service.db, 100)).toMatchObject({ batches: 0, events: 0, dead: [] });

    const minute = new Date(noon);
    expect(await aggregates()).toEqual([
      { minute, name: 'a', count: 3, sum: 8, min: 1, max: 5 },
      { minute, name: 'b', count: 1, sum: -2, min: -2, max: -2 },
      { minute: new Date(noon + 60_000), name: 'a', count: 1, sum: 3, min: 3, max: 3 },
    ]);
  });

  it('adds to what is already there', async () => {
    await store(event('a', 1));
    await aggregateBatches(service.db, 100);
    await store(event('a', 9));
    await aggregateBatches(service.db, 100);
    expect(await aggregates()).toMatchObject([{ count: 2, sum: 10, min: 1, max: 9 }]);
  });

  it('takes no more than the limit, the oldest first', async () => {
    for (const name of ['a', 'b', 'c']) await store(event(name, 1));
    await aggregateBatches(service.db, 2);
    expect((await aggregates()).map((row) => row.name)).toEqual(['a', 'b']);
    expect(await waiting()).toBe(1);
  });

  it('leaves batches and aggregates as they were when the transaction fails', async () => {
    await store(event('a', 1));
    await sql`alter table event_aggregates rename to hidden`.execute(service.db);
    await expect(aggregateBatches(service.db, 10)).rejects.toThrow('event_aggregates');
    await sql`alter table hidden rename to event_aggregates`.execute(service.db);
    expect(await waiting()).toBe(1);
    expect(await aggregateBatches(service.db, 10)).toMatchObject({ batches: 1 });
  });

  it.each([
    ['of another shape', '{"events":[]}'],
    ['with an event of another shape', '[{"name":"a","timestamp":"yesterday","value":1}]'],
    [
      'that overflows a sum',
      '[{"name":"poison","timestamp":0,"value":1.7e308},{"name":"poison","timestamp":0,"value":1.7e308}]',
    ],
  ])('puts a batch %s aside after some attempts, and the others pass meanwhile', async (_, poison) => {
    await store(event('a', 1));
    await sql`insert into event_batches (byte_count, events) values (1, ${poison}::jsonb)`.execute(
      service.db,
    );
    await store(event('b', 1));

    expect(await aggregateBatches(service.db, 100)).toMatchObject({ batches: 2, events: 2, dead: [] });
    for (let attempt = 2; attempt < maximumAttempts; attempt++) {
      expect(await aggregateBatches(service.db, 100)).toMatchObject({ batches: 0, events: 0, dead: [] });
    }
    expect(await aggregateBatches(service.db, 100)).toMatchObject({
      batches: 0,
      events: 0,
      dead: [{ correlationId: null }],
    });
    expect(await waiting()).toBe(0);
    const dead = await service.db.selectFrom('event_batches_dead').selectAll().execute();
    expect(dead).toMatchObject([{ events: JSON.parse(poison), reason: expect.stringMatching(/\w+/) }]);
    expect((await aggregates()).map((row) => row.name)).toEqual(['a', 'b']);
  });
});

describe('the worker', () => {
  it('obeys the flag aggregation, and measures how far behind it is', async () => {
    await service.setFlags({ aggregation: false });
    await store(event('a', 1));
    await sql`update event_batches set accepted_at = now() - interval '90 seconds'`.execute(service.db);
    expect(await aggregationLagSeconds(service.db)).toBeGreaterThan(89);

    const worker = aggregation(service.kernel);
    worker.start?.();
    await eventually(
      () => service.metric('holdfast_aggregation_lag_seconds'),
      (lag) => lag > 89,
    );
    expect(await waiting()).toBe(1);

    await service.setFlags({ aggregation: true });
    await eventually(waiting, (count) => count === 0);
    await eventually(
      () => service.metric('holdfast_aggregation_events_total'),
      (count) => count === 1,
    );
    await worker.stop?.();
    expect(await service.metric('holdfast_aggregation_duration_seconds_count')).toBe(1);
  });

  it.each([0, -5, 0.5, 1e9])('works on with a senseless batch limit of %d', async (limit) => {
    await service.setFlags({ aggregation_batch_limit: limit });
    await store(event('a', 1));
    await store(event('a', 1));
    const worker = aggregation(service.kernel);
    worker.start?.();
    await eventually(waiting, (count) => count === 0);
    await worker.stop?.();
    await service.setFlags({});
  });

  it('finishes its transaction when it is stopped', async () => {
    for (let index = 0; index < 20; index++) await store(event('a', 1));
    const worker = aggregation(service.kernel);
    worker.start?.();
    await worker.stop?.();
    expect(await waiting()).toBe(0);
    expect(await aggregates()).toMatchObject([{ count: 20 }]);
  });
});

describe('purgeIdempotencyKeys', () => {
  it('forgets old keys only', async () => {
    for (const [key, hours] of [
      ['old', 25],
      ['young', 23],
    ] as const) {
      await sql`insert into event_idempotency_keys (key, body_hash, answer, created_at)
        values (${key}, '', '{}', now() - make_interval(hours => ${hours}))`.execute(service.db);
    }
    await purgeIdempotencyKeys(service.db, 24);
    const left = await service.db.selectFrom('event_idempotency_keys').select('key').execute();
    expect(left).toEqual([{ key: 'young' }]);
  });
});

describe('the embedded database', () => {
  it('lets transactions take turns on its one session', async () => {
    const insert = (key: string, fail: boolean) =>
      service.db.transaction().execute(async (trx) => {
        await trx.insertInto('event_idempotency_keys').values({ key, body_hash: '', answer: '{}' }).execute();
        if (fail) throw new Error('rolled back');
      });
    await Promise.allSettled([insert('a', false), insert('b', true), insert('c', false), insert('d', true)]);
    const kept = service.db.selectFrom('event_idempotency_keys').select('key').where('body_hash', '=', '');
    expect((await kept.orderBy('key').execute()).map(({ key }) => key)).toEqual(['a', 'c', 'young']);
  });
});
