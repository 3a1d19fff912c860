import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import type { Database } from '../../src/kernel/database';
import { pgliteDialect } from '../../src/kernel/database/pglite-dialect';
import type { EventTables } from '../../src/modules/events/tables';
import { databaseTar } from './cache-directory';

/** A migrated database in memory, from the tar that the global setup made. */
export async function memoryDatabase(): Promise<{ db: Kysely<EventTables>; database: Database }> {
  const { PGlite } = await import('@electric-sql/pglite');
  const pglite = new PGlite({ loadDataDir: new Blob([readFileSync(databaseTar())]) });
  await pglite.waitReady;
  const db = new Kysely<EventTables>({ dialect: pgliteDialect(pglite) });
  const database: Database = {
    tables: <Tables>() => db as unknown as Kysely<Tables>,
    read: (query) => query(db as never),
    check: async () => {},
    close: () => db.destroy(),
  };
  return { db, database };
}

/** Fills a directory as `prepare-database` would, from the same tar. */
export function prepareDirectory(directory: string): void {
  const data = join(directory, 'pglite');
  mkdirSync(data, { recursive: true });
  // PGlite writes absolute names; tar makes them relative, and would say so.
  execFileSync('tar', ['-xf', databaseTar(), '-C', data], { stdio: ['ignore', 'ignore', 'ignore'] });
}
