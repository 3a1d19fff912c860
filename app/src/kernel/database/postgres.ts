import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { Settings } from '../../contract';
import type { Logger } from '../logging';
import { connectPostgres } from './connection';
import type { Database, MigrationSet } from './index';
import { migrate } from './migrate';
import { ReplaceablePool } from './replaceable-pool';

/** Milliseconds; a little less than a health check waits, so that it ends by itself and says why. */
const checkTimeoutMs = 2500;

export interface PostgresOptions {
  readonly settings: Settings;
  readonly user: string;
  readonly password: () => string | undefined;
  readonly log: Logger;
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

/** Opens the pool. Connects on first use, so this succeeds while the server is out of reach. */
export function openPostgres(options: PostgresOptions): Database {
  const pool = new ReplaceablePool(() => {
    const fresh = new Pool({
      ...connectPostgres(options.settings, options.user, options.password),
      max: options.settings.HOLDFAST_DATABASE_POOL_SIZE,
      idleTimeoutMillis: 30_000,
      // A proxy or a failover may leave a connection behind that looks alive; none lives for ever.
      maxLifetimeSeconds: 1800,
    });
    surviveLostConnections(fresh, (error) =>
      options.log.debug({ err: error }, 'a database connection was lost'),
    );
    return fresh;
  });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });

  let migrated = options.migrations === undefined;
  return {
    tables: <Tables>() => db as unknown as Kysely<Tables>,
    async check() {
      if (!migrated) await migrate(db, options.migrations ?? {});
      migrated = true;
      await pool.ask('select 1', checkTimeoutMs);
    },
    pool: () => pool.use(),
    recovery: () => [
      { name: 'reset_pool', run: async () => pool.replace({ cut: false }) },
      { name: 'cut_connections', run: async () => pool.replace({ cut: true }) },
    ],
    close: () => db.destroy(),
  };
}
