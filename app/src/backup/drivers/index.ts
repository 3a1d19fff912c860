import { resolve } from 'node:path';
import type { Settings } from '../../contract';
import { migrationJob } from '../../contract';
import {
  type Environment,
  type LoadedSettings,
  loadCacheSettings,
  loadDatabaseSettings,
  readSecretFile,
} from '../../kernel/settings';
import { exitCodes, StartError } from '../../kernel/start-error';
import { readContents } from '../contents';
import type { Backup, Kind } from '../format/metadata';
import { type Expectations, queryOn } from '../verification';
import { PostgresBase } from './base';
import type { Driver } from './driver';
import { PgliteDirectory } from './pglite';
import { PostgresDump } from './postgres';
import { PostgresCopy } from './postgres-copy';
import { type PostgresServer, withDatabase } from './postgres-server';
import { ValkeyServer } from './valkey';

export interface DriverOptions {
  readonly env: Environment;
  readonly expectations: Expectations;
  /** Who logs in at a server; default: the schema's owner, and the cache's default user. */
  readonly login?: string;
  /** RDS instance or replication group. */
  readonly source?: string;
  /** What PostgreSQL runs to get a segment of its log. */
  readonly fetchCommand: string;
}

/** @param backup says what AWS calls its source, unless the options do */
export async function driverFor(kind: Kind, options: DriverOptions, backup?: Backup): Promise<Driver> {
  const { env, expectations, login, fetchCommand } = options;
  const source = options.source ?? backup?.snapshot?.source;
  const server = () => postgresServer(env, login);
  switch (kind) {
    case 'postgres':
      return new PostgresDump(server, expectations);
    case 'postgres-copy':
      return new PostgresCopy(server, expectations);
    case 'postgres-base':
      return new PostgresBase(server, expectations, fetchCommand);
    case 'pglite':
      return new PgliteDirectory(() => pgliteDirectory(env), expectations);
    case 'valkey':
      return new ValkeyServer(() => valkeyServer(env, login));
    case 'rds':
      return (await import('./rds.js')).RdsSnapshot.open(named(source, 'RDS instance'), () =>
        // Settings that name no server, or one that is away, are no reason against a snapshot.
        countTables(server).catch(() => undefined),
      );
    case 'elasticache':
      return (await import('./elasticache.js')).ElastiCacheSnapshot.open(named(source, 'replication group'));
  }
}

const countTables = async (serverOf: () => PostgresServer) =>
  withDatabase(serverOf(), (db) => db.connection().execute((one) => readContents(queryOn(one), false)));

/** The kind that fits the database which the settings name. */
export const defaultKind = (env: Environment): Kind =>
  loadDatabaseSettings(env).settings.HOLDFAST_DATABASE_ENGINE === 'pglite' ? 'pglite' : 'postgres';

export function postgresServer(env: Environment, login?: string): PostgresServer {
  const loaded = loadDatabaseSettings(env);
  if (loaded.settings.HOLDFAST_DATABASE_ENGINE !== 'postgres')
    throw wrongEngine('pglite', 'a server', 'pglite');
  const password = secretOf(loaded, 'HOLDFAST_DATABASE_PASSWORD');
  return { settings: loaded.settings, login: login ?? migrationJob.databaseUser, password };
}

export function pgliteDirectory(env: Environment): string {
  const { settings } = loadDatabaseSettings(env);
  const { HOLDFAST_DATABASE_ENGINE: engine, HOLDFAST_DATABASE_DIRECTORY: directory } = settings;
  if (engine !== 'pglite' || !directory) throw wrongEngine('postgres', 'an embedded database', 'postgres');
  return resolve(directory);
}

function valkeyServer(env: Environment, login: string | undefined) {
  const loaded = loadCacheSettings(env);
  if (loaded.settings.HOLDFAST_CACHE_ENGINE !== 'valkey') {
    throw new StartError(
      'HOLDFAST_CACHE_ENGINE is "memory": a cache inside the process has nothing to save.',
      exitCodes.usage,
    );
  }
  const needed = loaded.settings.HOLDFAST_CACHE_AUTH === 'password';
  const password = needed ? secretOf(loaded, 'HOLDFAST_CACHE_PASSWORD')() : undefined;
  return { settings: loaded.settings, login: { username: login, password } };
}

/** Read each time: it may be rotated meanwhile. */
const secretOf =
  (
    { settings, secretFiles }: LoadedSettings,
    key: 'HOLDFAST_DATABASE_PASSWORD' | 'HOLDFAST_CACHE_PASSWORD',
  ) =>
  (): Settings[typeof key] => {
    const file = secretFiles[key];
    return file === undefined ? settings[key] : readSecretFile(file);
  };

const wrongEngine = (engine: string, wanted: string, kind: Kind): StartError =>
  new StartError(
    `HOLDFAST_DATABASE_ENGINE is "${engine}", and this kind of backup is for ${wanted}. Use "${kind}".`,
    exitCodes.usage,
  );

function named(source: string | undefined, what: string): string {
  if (source) return source;
  throw new StartError(`Name the ${what} by --source.`, exitCodes.usage);
}
