import { type Kysely, Migrator } from 'kysely';
import type { MigrationSet } from './index';

/**
 * Brings the schema up to date. Safe to run from several processes at once: kysely takes an advisory lock,
 * and those that come second find nothing left to do.
 *
 * @returns names of the migrations that were run
 * @throws the error of the migration that failed; the whole run is rolled back
 */
export async function migrate(db: Kysely<unknown>, migrations: MigrationSet): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error;
  return (results ?? []).map((result) => result.migrationName);
}
