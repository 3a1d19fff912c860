import { type Kysely, sql } from 'kysely';

/** Queue of accepted batches, what became of them, and the keys that make retries harmless. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A queue is mostly dead rows: vacuum by their number, not by their share.
  await sql`
    create table event_batches (
      id bigint generated always as identity primary key,
      accepted_at timestamptz not null default now(),
      attempts integer not null default 0,
      byte_count integer not null,
      events jsonb not null
    ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)`.execute(db);
  await sql`
    create table event_batches_dead (
      id bigint primary key,
      accepted_at timestamptz not null,
      died_at timestamptz not null default now(),
      reason text not null,
      events jsonb not null
    )`.execute(db);
  // Names sort by bytes on every server, so that pages follow each other whatever its locale is.
  await sql`
    create table event_aggregates (
      minute timestamptz not null,
      name text collate "C" not null,
      count bigint not null,
      sum double precision not null,
      min double precision not null,
      max double precision not null,
      primary key (minute, name)
    )`.execute(db);
  await sql`create index event_aggregates_name on event_aggregates (name, minute)`.execute(db);
  await sql`
    create table event_idempotency_keys (
      key text collate "C" primary key,
      body_hash text not null,
      answer jsonb not null,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index event_idempotency_keys_age on event_idempotency_keys (created_at)`.execute(db);
}
