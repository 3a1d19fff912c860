import { type Kysely, sql } from 'kysely';
import { currentWork } from '../../kernel/telemetry/context';
import { passOn } from '../../kernel/telemetry/tracing';
import type { StoredEvent } from './schema';
import type { EventTables } from './tables';
import type { Rejection } from './validation';

/** What the client is told; kept with the idempotency key. */
export interface Answer {
  readonly accepted: number;
  readonly rejected: readonly Rejection[];
}

export interface IdempotencyKey {
  readonly key: string;
  readonly bodyHash: string;
}

export type Stored =
  | { readonly kind: 'stored' | 'replayed'; readonly answer: Answer }
  | { readonly kind: 'conflict' };

/** Stores the batch durably. It is committed when the promise resolves. */
export async function storeBatch(
  db: Kysely<EventTables>,
  events: readonly StoredEvent[],
  answer: Answer,
  idempotency: IdempotencyKey | undefined,
): Promise<Stored> {
  if (idempotency === undefined) {
    await insertBatch(db, events);
    return { kind: 'stored', answer };
  }
  return db.transaction().execute(async (trx) => {
    // Of two requests with one key, the second waits here until the first has committed, and then finds its
    // answer.
    const inserted = await trx
      .insertInto('event_idempotency_keys')
      .values({ key: idempotency.key, body_hash: idempotency.bodyHash, answer: json(answer) })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('key')
      .executeTakeFirst();
    if (inserted) {
      await insertBatch(trx, events);
      return { kind: 'stored', answer };
    }
    const earlier = await trx
      .selectFrom('event_idempotency_keys')
      .select(['body_hash', 'answer'])
      .where('key', '=', idempotency.key)
      .executeTakeFirstOrThrow();
    if (earlier.body_hash !== idempotency.bodyHash) return { kind: 'conflict' };
    return { kind: 'replayed', answer: earlier.answer as Answer };
  });
}

async function insertBatch(db: Kysely<EventTables>, events: readonly StoredEvent[]): Promise<void> {
  const text = JSON.stringify(events);
  await db
    .insertInto('event_batches')
    .values({
      byte_count: Buffer.byteLength(text),
      events: sql`${text}::jsonb`,
      correlation_id: currentWork()?.correlationId ?? null,
      traceparent: passOn() ?? null,
    })
    .execute();
}

/** As text, because the driver takes a JavaScript array for a PostgreSQL one. */
const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`;
