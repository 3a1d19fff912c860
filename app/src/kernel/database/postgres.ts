import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { Settings } from '../../contract';
import type { Logger } from '../logging';
import { connectPostgres, type Endpoint } from './connection';
import type { Database, MigrationSet } from './index';
import { migrate } from './migrate';
import { type DatabaseObserver, observePool, observeStatements } from './observe';
import { type Query, readingFrom } from './reader';
import { ReplaceablePool } from './replaceable-pool';

/** Share of a health check's time: a little less, so that the check ends by itself and says why. */
const checkShare = 0.8;

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

function openPool(options: PostgresOptions, endpoint: Endpoint) {
  const { settings, user, password, log, observer } = options;
  const pool = new ReplaceablePool(() => {
    const fresh = new Pool({
      ...connectPostgres(settings, user, password, endpoint),
      max: settings.HOLDFAST_DATABASE_POOL_SIZE,
      idleTimeoutMillis: settings.HOLDFAST_DATABASE_IDLE_SECONDS * 1000,
      // A proxy or a failover may leave a connection behind that looks alive; none lives for ever.
      maxLifetimeSeconds: 1800,
    });
    surviveLostConnections(fresh, (error) => log.debug({ err: error }, 'a database connection was lost'));
    return fresh;
  });
  if (observer) observePool(pool, endpoint, observer);
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool }),
    log: observer && observeStatements(observer),
  });
  return { pool, db };
}

/**
 * Opens the pool, and one of a replica where there are any. They connect on first use, so this succeeds while the servers
 * are out of reach.
 */
export function openPostgres(options: PostgresOptions): Database {
  const { settings, log } = options;
  const { pool, db } = openPool(options, 'pool');
  const reader = settings.HOLDFAST_DATABASE_READER_HOSTS ? openPool(options, 'reader') : undefined;
  const read = reader ? readingFrom(reader.db, db, log) : <R>(query: Query<R>) => query(db);
  const replace = async (how: { readonly cut: boolean }) => {
    for (const each of [pool, reader?.pool]) each?.replace(how);
  };

  let migrated = options.migrations === undefined;
  return {
    tables: <Tables>() => db as unknown as Kysely<Tables>,
    read: (query) => read(query as Query<never>),
    async check() {
      if (!migrated) await migrate(db, options.migrations ?? {});
      migrated = true;
      await pool.ask('select 1', settings.HOLDFAST_HEALTH_TIMEOUT_MS * checkShare);
    },
    pool: () => pool.use(),
    recovery: () => [
      { name: 'reset_pool', run: () => replace({ cut: false }) },
      { name: 'cut_connections', run: () => replace({ cut: true }) },
    ],
    async close() {
      await Promise.all([db.destroy(), reader?.db.destroy()]);
    },
  };
}
