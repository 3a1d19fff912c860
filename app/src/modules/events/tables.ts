import type { Generated } from 'kysely';

/**
 * The tables of this module, as migrations/ leaves them. jsonb is written as text and read as what it holds.
 */
export interface EventTables {
  event_batches: {
    /** bigint: a string with `pg`, a number with PGlite. */
    id: Generated<string | number>;
    accepted_at: Generated<Date>;
    attempts: Generated<number>;
    /** Length of `events` as JSON text, to bound what one transaction takes into memory. */
    byte_count: number;
    events: unknown;
    /** Of the request that brought the batch. */
    correlation_id: string | null;
    /** Of that request, where it is traced. */
    traceparent: string | null;
  };
  event_batches_dead: {
    id: string | number;
    accepted_at: Date;
    died_at: Generated<Date>;
    reason: string;
    events: unknown;
    correlation_id: string | null;
  };
  event_aggregates: {
    minute: Date;
    name: string;
    count: string | number;
    sum: number;
    min: number;
    max: number;
  };
  event_idempotency_keys: {
    key: string;
    body_hash: string;
    answer: unknown;
    created_at: Generated<Date>;
  };
}
