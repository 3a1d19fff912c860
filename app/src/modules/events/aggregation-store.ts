import { type Kysely, sql } from 'kysely';
import { isTransient } from '../../kernel/database';
import { type Aggregate, addToAggregates } from './aggregate';
import type { EventTables } from './tables';

/** Bytes of JSON that one transaction takes into memory at most, unless a single batch is larger. */
const maximumBytes = 16 * 1024 * 1024;
/** Times that a batch is tried before it is put aside as dead. */
export const maximumAttempts = 5;

type Db = Kysely<EventTables>;
type BatchId = string | number;

export interface Outcome {
  /** Batches turned into aggregates. */
  readonly batches: number;
  readonly events: number;
  /** Batches put aside because they failed too often. */
  readonly dead: readonly Claimed[];
  /** Of the requests that brought the batches which were turned into aggregates. */
  readonly correlationIds: readonly string[];
  /** Of those requests that are traced. */
  readonly traceparents: readonly string[];
}

/** A batch that this transaction holds. */
export interface Claimed {
  readonly id: BatchId;
  readonly correlationId: string | null;
  readonly traceparent: string | null;
}

/**
 * Claims up to `limit` of the oldest batches that no other worker holds, adds them to the aggregates and
 * deletes them: one transaction, so each batch counts exactly once whatever happens in between.
 *
 * When that fails for another reason than the database being away, every claimed batch is tried alone, so
 * that a poison one stands alone too: it is counted, and put aside after `maximumAttempts`.
 */
export async function aggregateBatches(db: Db, limit: number): Promise<Outcome> {
  let claimed: readonly Claimed[] = [];
  try {
    return await db.transaction().execute(async (trx) => {
      claimed = await claim(trx, limit);
      return { ...(await foldIn(trx, claimed)), dead: [] };
    });
  } catch (error) {
    if (isTransient(error) || claimed.length === 0) throw error;
    return aggregateOneByOne(db, claimed);
  }
}

async function aggregateOneByOne(db: Db, claimed: readonly Claimed[]): Promise<Outcome> {
  const total = {
    ...{ batches: 0, events: 0, dead: [] as Claimed[] },
    ...{ correlationIds: [] as string[], traceparents: [] as string[] },
  };
  for (const batch of claimed) {
    try {
      const one = await db.transaction().execute(async (trx) => foldIn(trx, await claim(trx, 1, batch.id)));
      total.batches += one.batches;
      total.events += one.events;
      total.correlationIds.push(...one.correlationIds);
      total.traceparents.push(...one.traceparents);
    } catch (error) {
      if (isTransient(error)) throw error;
      if (await recordFailure(db, batch.id, (error as Error).message)) total.dead.push(batch);
    }
  }
  return total;
}

/** Adds the batch that the caller's transaction has stored to the aggregates; not one that another has stored since. */
export async function aggregateOwn(trx: Db): Promise<Omit<Outcome, 'dead'>> {
  const own = await trx
    .selectFrom('event_batches')
    .select('id')
    .where(sql<boolean>`xmin = pg_current_xact_id()::xid`)
    .executeTakeFirst();
  return foldIn(trx, own === undefined ? [] : await claim(trx, 1, own.id));
}

/** Locks batches, oldest first, as many as fit into memory. Those locked by other workers are skipped. */
async function claim(trx: Db, limit: number, only?: BatchId): Promise<Claimed[]> {
  let query = trx.selectFrom('event_batches').select(['id', 'byte_count', 'correlation_id', 'traceparent']);
  if (only !== undefined) query = query.where('id', '=', only);
  const rows = await query.orderBy('id').limit(limit).forUpdate().skipLocked().execute();
  let bytes = 0;
  const fitting = rows.filter((row, index) => {
    bytes += row.byte_count;
    return index === 0 || bytes <= maximumBytes;
  });
  return fitting.map((row) => ({
    id: row.id,
    correlationId: row.correlation_id,
    traceparent: row.traceparent,
  }));
}

async function foldIn(trx: Db, claimed: readonly Claimed[]): Promise<Omit<Outcome, 'dead'>> {
  if (claimed.length === 0) return { batches: 0, events: 0, correlationIds: [], traceparents: [] };
  const ids = claimed.map(({ id }) => id);
  const batches = await trx.selectFrom('event_batches').select('events').where('id', 'in', ids).execute();
  const aggregates = new Map<string, Aggregate>();
  let events = 0;
  for (const batch of batches) events += addToAggregates(aggregates, batch.events);
  await upsert(trx, [...aggregates.values()]);
  await trx.deleteFrom('event_batches').where('id', 'in', ids).execute();
  const correlationIds = claimed.flatMap(({ correlationId }) => correlationId ?? []);
  const traceparents = claimed.flatMap(({ traceparent }) => traceparent ?? []);
  return { batches: batches.length, events, correlationIds, traceparents };
}

async function upsert(trx: Db, aggregates: readonly Aggregate[]): Promise<void> {
  // In one order for all workers: two that want the same rows queue up instead of deadlocking.
  await sql`
    insert into event_aggregates (minute, name, count, sum, min, max)
    select minute, name, count, sum, min, max
    from jsonb_to_recordset(${JSON.stringify(aggregates)}::jsonb) as given(
      minute timestamptz, name text,
      count bigint, sum double precision, min double precision, max double precision
    )
    order by minute, name collate "C"
    on conflict (minute, name) do update set
      count = event_aggregates.count + excluded.count,
      sum = event_aggregates.sum + excluded.sum,
      min = least(event_aggregates.min, excluded.min),
      max = greatest(event_aggregates.max, excluded.max)`.execute(trx);
}

/** Counts the failure; true when it was one too many and the batch was put aside. */
async function recordFailure(db: Db, id: BatchId, reason: string): Promise<boolean> {
  const counted = await db
    .updateTable('event_batches')
    .set({ attempts: sql`attempts + 1` })
    .where('id', '=', id)
    .returning('attempts')
    .executeTakeFirst();
  if (counted === undefined || counted.attempts < maximumAttempts) return false;
  await sql`
    with dead as (delete from event_batches where id = ${id} returning id, accepted_at, events, correlation_id)
    insert into event_batches_dead (id, accepted_at, reason, events, correlation_id)
    select id, accepted_at, ${reason}, events, correlation_id from dead`.execute(db);
  return true;
}

/** Seconds since the oldest batch that still waits was accepted; 0 when none waits. */
export async function aggregationLagSeconds(db: Db): Promise<number> {
  const oldest = await db
    .selectFrom('event_batches')
    .select(sql<number>`cast(extract(epoch from now() - accepted_at) as double precision)`.as('age'))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return Math.max(0, oldest?.age ?? 0);
}

/** Batches that wait, counted up to `most`: a long queue must not be read to its end to say that it is long. */
export async function queuedBatches(db: Db, most = 10_000): Promise<number> {
  const waiting = db.selectFrom('event_batches').select('id').limit(most).as('waiting');
  const { count } = await db
    .selectFrom(waiting)
    .select(sql<number>`cast(count(*) as double precision)`.as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Forgets idempotency keys older than `hours`. */
export async function purgeIdempotencyKeys(db: Db, hours: number): Promise<void> {
  await db
    .deleteFrom('event_idempotency_keys')
    .where('created_at', '<', sql<Date>`now() - make_interval(hours => ${hours})`)
    .execute();
}
