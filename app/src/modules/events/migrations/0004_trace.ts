import { type Kysely, sql } from 'kysely';

/** Where in its trace the request stands that a batch came with, so that the worker's part of it is seen, too. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Without a default, so that the table isn't rewritten; untraced requests have none.
  await sql`alter table event_batches add column traceparent text`.execute(db);
}
