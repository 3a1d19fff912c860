import type { Kysely, Migration } from 'kysely';
import type { ServiceRoleName } from '../../contract';
import type { RecoveryStep } from '../health/check';

/** Numbered migrations: the names decide the order and never change once released. */
export type MigrationSet = Readonly<Record<string, Migration>>;

export type Privilege = 'select' | 'insert' | 'update' | 'delete';
/** What each service role may do, per table. A table that is not listed is out of the role's reach. */
export type Grants = Readonly<Record<ServiceRoleName, Readonly<Record<string, readonly Privilege[]>>>>;

/** What the modules together ask of the database. */
export interface Schema {
  readonly migrations: MigrationSet;
  readonly grants: Grants;
}

/** Connections of a pool. */
export interface PoolUse {
  readonly used: number;
  readonly idle: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
  readonly maximum: number;
}

export interface Database {
  /** Query builder over the tables that a module declares as its own. */
  tables<Tables>(): Kysely<Tables>;
  /**
   * Runs a query that may be some seconds behind: on a replica where there is one, again on the primary when the replica
   * fails it. The query must only read, and may run twice.
   */
  read<Tables, Result>(query: (tables: Kysely<Tables>) => Promise<Result>): Promise<Result>;
  /** Rejects when the database doesn't answer. Also brings a lost connection back. */
  check(): Promise<void>;
  /** Use of the connections; absent where there is no pool. */
  pool?(): PoolUse;
  /** What may help when it doesn't answer, the mildest first; absent where nothing does. */
  recovery?(): readonly RecoveryStep[];
  close(): Promise<void>;
}

export { connectPostgres, hostOf } from './connection';
export { isDatabaseUnavailable, isTransient } from './failures';
export { provisionLogins } from './logins';
export { migrate } from './migrate';
export { openPglite } from './pglite';
export { openPostgres, surviveLostConnections } from './postgres';
export { schemaRestoreCheck } from './restore-check';
