import type { Kysely, Migration } from 'kysely';
import type { ServiceRoleName } from '../../contract';

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
  close(): Promise<void>;
}

export { connectPostgres, hostOf } from './connection';
export { isDatabaseUnavailable, isTransient } from './failures';
export { provisionLogins } from './logins';
export { migrate } from './migrate';
export type { DatabaseObserver } from './observe';
export { openPglite } from './pglite';
export { openPostgres, surviveLostConnections } from './postgres';
