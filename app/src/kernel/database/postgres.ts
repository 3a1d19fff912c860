import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import type { Settings } from '../../contract';
import type { Logger } from '../logging';
import { connectPostgres, type Endpoint } from './connection';
import type { Database, MigrationSet } from './index';
import { migrate } from './migrate';
import { type DatabaseObserver, observePool, observeStatements } from './observe';
import { type Query, readingFrom } from './reader';

export interface PostgresOptions {
  readonly settings: Settings;
  readonly user: string;
  readonly password: () => string | undefined;
  readonly log: Logger;
  readonly observer?: DatabaseObserver;
  /** Run before the first successful check. Only where no migration Job exists, in the role `all`. */
  readonly migrations?: MigrationSet;
}

/**
 * Node ends a process on an `error` event that nobody listens to. The pool listens only to idle connections;
 * one that is lost while somebody uses it, between two queries, would take the process with it.
 */
export function surviveLostConnections(pool: Pool, lost: (error: Error) => void): void {
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));
}

function openPool(options: PostgresOptions, endpoint: Endpoint): Kysely<unknown> {
  const { settings, user, password, log, observer } = options;
  const pool = new Pool({
    ...connectPostgres(settings, user, password, endpoint),
    max: settings.HOLDFAST_DATABASE_POOL_SIZE,
    idleTimeoutMillis: settings.HOLDFAST_DATABASE_IDLE_SECONDS * 1000,
    // A proxy or a failover may leave a connection behind that looks alive; none lives for ever.
    maxLifetimeSeconds: 1800,
  });
  surviveLostConnections(pool, (error) => log.debug({ err: error }, 'a database connection was lost'));
  if (observer) observePool(pool, endpoint, observer);
  return new Kysely<unknown>({
    dialect: new PostgresDialect({ pool }),
    log: observer && observeStatements(observer),
  });
}

/**
 * Opens the pool, and one of a replica where there are any. They connect on first use, so this succeeds while the servers
 * are out of reach.
 */
export function openPostgres(options: PostgresOptions): Database {
  const db = openPool(options, 'pool');
  const reader = options.settings.HOLDFAST_DATABASE_READER_HOSTS ? openPool(options, 'reader') : undefined;
  const read = reader ? readingFrom(reader, db, options.log) : <R>(query: Query<R>) => query(db);

  let migrated = options.migrations === undefined;
  return {
    tables: <Tables>() => db as unknown as Kysely<Tables>,
    read: (query) => read(query as Query<never>),
    async check() {
      if (!migrated) await migrate(db, options.migrations ?? {});
      migrated = true;
      await sql`select 1`.execute(db);
    },
    async close() {
      await Promise.all([db.destroy(), reader?.destroy()]);
    },
  };
}
