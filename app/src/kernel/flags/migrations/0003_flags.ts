import { type Kysely, sql } from 'kysely';

/** Overrides of flags at run time, and who changed which when and why. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The version is the id of the change that made it, so that no version ever comes back.
  await sql`
    create table flag_overrides (
      key text collate "C" primary key,
      definition jsonb not null,
      version bigint not null,
      updated_at timestamptz not null default now(),
      updated_by text not null
    )`.execute(db);
  await sql`
    create table flag_changes (
      id bigint generated always as identity primary key,
      at timestamptz not null default now(),
      key text collate "C" not null,
      actor text not null,
      action text not null,
      reason text not null,
      before jsonb,
      after jsonb
    )`.execute(db);
  await sql`create index flag_changes_key on flag_changes (key, id)`.execute(db);
}
