import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import type { Logger } from '../logging';
import { StartError } from '../start-error';
import { lockDirectory } from './directory-lock';
import type { Database, MigrationSet } from './index';
import { migrate } from './migrate';
import { type DatabaseObserver, observeStatements } from './observe';
import { pgliteDialect } from './pglite-dialect';

/**
 * Opens the embedded database, alone in its directory, and migrates it. An empty directory is initialised
 * first, which takes seconds.
 *
 * @throws StartError when another process uses the directory, or when it cannot be written
 */
export async function openPglite(
  directory: string,
  migrations: MigrationSet,
  log: Logger,
  observer?: DatabaseObserver,
): Promise<Database> {
  // A subdirectory, because initialisation wants an empty one and the lock file needs a place too.
  const data = join(directory, 'pglite');
  try {
    mkdirSync(data, { recursive: true });
  } catch (error) {
    throw new StartError(
      `The database directory ${directory} cannot be created: ${(error as Error).message}`,
    );
  }
  const unlock = await lockDirectory(directory);
  try {
    if (!existsSync(join(data, 'PG_VERSION'))) {
      log.info({ directory }, 'initialising an empty database directory; this takes a few seconds');
    }
    const { PGlite } = await import('@electric-sql/pglite');
    const pglite = new PGlite(data);
    await pglite.waitReady;
    const db = new Kysely<unknown>({
      dialect: pgliteDialect(pglite),
      log: observer && observeStatements(observer),
    });
    const names = await migrate(db, migrations);
    if (names.length > 0) log.info({ migrations: names }, 'schema migrated');
    return {
      tables: <Tables>() => db as unknown as Kysely<Tables>,
      read: (query) => query(db as never),
      check: async () => void (await sql`select 1`.execute(db)),
      close: () => db.destroy().finally(unlock),
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
