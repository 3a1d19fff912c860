import { cacheUser, type RoleName, roles, type Settings } from '../contract';
import { type Cache, MemoryCache, openValkey } from './cache';
import { type Database, openPglite, openPostgres, type Schema } from './database';
import type { Logger } from './logging';
import type { Secrets } from './secrets';

/** The database that the settings name, opened as the role's login. */
export function openDatabase(
  role: RoleName,
  schema: Schema,
  settings: Settings,
  secrets: Secrets,
  log: Logger,
): Database | Promise<Database> {
  if (settings.HOLDFAST_DATABASE_ENGINE === 'pglite') {
    return openPglite(settings.HOLDFAST_DATABASE_DIRECTORY as string, schema.migrations, log);
  }
  return openPostgres({
    settings,
    user: roles[role].databaseUser,
    password: () => secrets.current('HOLDFAST_DATABASE_PASSWORD'),
    log,
    // Elsewhere the migration Job does it, as the schema's owner.
    migrations: role === 'all' ? schema.migrations : undefined,
  });
}

/** The cache that the settings name. */
export function openCache(role: RoleName, settings: Settings, secrets: Secrets, log: Logger): Cache {
  if (settings.HOLDFAST_CACHE_ENGINE === 'memory')
    return new MemoryCache(settings.HOLDFAST_CACHE_MEMORY_ENTRIES);
  const password = () => secrets.current('HOLDFAST_CACHE_PASSWORD');
  return openValkey({ settings, user: cacheUser(role, settings.HOLDFAST_ENVIRONMENT), password, log });
}
