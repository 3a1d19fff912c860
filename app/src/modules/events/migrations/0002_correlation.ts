import { type Kysely, sql } from 'kysely';

/** Whose request a batch came with, so that what becomes of it can be told in the same words. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Without a default, so that the table isn't rewritten: batches from before have none.
  await sql`alter table event_batches add column correlation_id text`.execute(db);
  await sql`alter table event_batches_dead add column correlation_id text`.execute(db);
}
