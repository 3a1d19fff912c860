import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { destination } from 'pino';
import { migrationJob } from '../contract';
import {
  connectPostgres,
  hostOf,
  isDatabaseUnavailable,
  migrate as migrateSchema,
  provisionLogins,
  surviveLostConnections,
} from '../kernel/database';
import { createLogger } from '../kernel/logging';
import { type Environment, loadDatabaseSettings, readSecretFile } from '../kernel/settings';
import { StartError } from '../kernel/start-error';
import { schema } from '../roles';

/**
 * Brings the schema of a PostgreSQL server up to date and creates the roles' logins, as the schema's owner.
 * May run any number of times, also at once.
 *
 * @param waitSeconds how long to wait for the database to answer
 * @param logTo file descriptor of the log
 * @returns names of the migrations that were run, oldest first
 * @throws StartError when the database doesn't answer
 */
export async function migrate(
  env: Environment,
  waitSeconds: number,
  logTo: 1 | 2,
): Promise<{ readonly migrations: readonly string[] }> {
  const { settings, secretFiles } = loadDatabaseSettings(env);
  const log = createLogger(settings, 'migrate', destination({ dest: logTo, sync: true }));
  if (settings.HOLDFAST_DATABASE_ENGINE === 'pglite') {
    log.info('nothing to do: the role all migrates its embedded database when it starts');
    return { migrations: [] };
  }
  const file = secretFiles.HOLDFAST_DATABASE_PASSWORD;
  // Read for each attempt: the owner's password is rotated by RDS.
  const password = () => (file === undefined ? settings.HOLDFAST_DATABASE_PASSWORD : readSecretFile(file));
  // Not through a proxy: kysely's lock belongs to its session, and the owner logs in with a password.
  const pool = new Pool({
    ...connectPostgres(settings, migrationJob.databaseUser, password, 'direct'),
    max: 1,
  });
  surviveLostConnections(pool, (error) => log.warn({ err: error }, 'the database connection was lost'));
  // A long migration is no failure: only the Job's own deadline ends it.
  pool.options.query_timeout = migrationJob.deadlineSeconds * 1000;
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const address = `${hostOf(settings, 'direct')}:${settings.HOLDFAST_DATABASE_PORT}`;
    await waitForDatabase(db, address, waitSeconds);
    const names = await migrateSchema(db, schema.migrations);
    await provisionLogins(db, schema.grants);
    log.info({ migrations: names }, 'the schema is up to date and the logins exist');
    return { migrations: names };
  } finally {
    await db.destroy();
  }
}

async function waitForDatabase(db: Kysely<unknown>, address: string, waitSeconds: number): Promise<void> {
  const deadline = Date.now() + waitSeconds * 1000;
  for (;;) {
    try {
      await sql`select 1`.execute(db);
      return;
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      if (Date.now() + 500 > deadline) {
        const cause = (error as Error).message || (error as NodeJS.ErrnoException).code;
        throw new StartError(`The database at ${address} did not answer within ${waitSeconds} s: ${cause}`);
      }
      await sleep(500);
    }
  }
}
