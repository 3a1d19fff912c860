import { type Kysely, sql } from 'kysely';

/** When a backup of each kind was last taken: the backups themselves are elsewhere. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table backup_successes (
      kind text collate "C" primary key,
      backup text not null,
      succeeded_at timestamptz not null
    )`.execute(db);
}
