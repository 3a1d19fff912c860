import { cacheUser, roles } from '../contract';
import { type Cache, type Channel, MemoryCache, openValkey, openValkeyChannel } from './cache';
import { type Database, openPglite, openPostgres, type Schema } from './database';
import type { Kernel } from './kernel';

/** What opening them needs: everything that is there before them. */
type Foundation = Omit<Kernel, 'database' | 'cache'>;

/** The database that the settings name, opened as the role's login. */
export function openDatabase(
  { role, settings, secrets, log, metrics, tracing }: Foundation,
  schema: Schema,
): Database | Promise<Database> {
  const observer = { metrics, tracing };
  if (settings.HOLDFAST_DATABASE_ENGINE === 'pglite') {
    return openPglite(settings.HOLDFAST_DATABASE_DIRECTORY as string, schema.migrations, log, observer);
  }
  return openPostgres({
    ...{ settings, log, observer },
    user: roles[role].databaseUser,
    password: () => secrets.current('HOLDFAST_DATABASE_PASSWORD'),
    // Elsewhere the migration Job does it, as the schema's owner.
    migrations: role === 'all' ? schema.migrations : undefined,
  });
}

/** The cache that the settings name. */
export function openCache({ role, settings, secrets, log, metrics, resilience }: Foundation): Cache {
  if (settings.HOLDFAST_CACHE_ENGINE === 'memory')
    return new MemoryCache(settings.HOLDFAST_CACHE_MEMORY_ENTRIES);
  return openValkey({
    ...{ settings, log, metrics },
    guard: resilience.cache,
    user: cacheUser(role, settings.HOLDFAST_ENVIRONMENT),
    password: () => secrets.current('HOLDFAST_CACHE_PASSWORD'),
  });
}

/** The channel on which changed flags are announced, where there is a server that several processes share. */
export function openFlagChannel({ role, settings, secrets, log }: Foundation): Channel | undefined {
  if (settings.HOLDFAST_CACHE_ENGINE === 'memory') return undefined;
  const environment = settings.HOLDFAST_ENVIRONMENT;
  return openValkeyChannel({
    ...{ settings, log, name: `holdfast:${environment}:flags` },
    user: cacheUser(role, environment),
    password: () => secrets.current('HOLDFAST_CACHE_PASSWORD'),
  });
}
