import type { FastifyInstance } from 'fastify';
import type { DestinationStream } from 'pino';
import {
  cacheUser,
  ports as contractPorts,
  lifecycle as lifecycleContract,
  type PortName,
  type RoleName,
  roles,
  type Settings,
} from '../contract';
import { type Cache, MemoryCache, openValkey } from './cache';
import { type Database, openPglite, openPostgres, type Schema } from './database';
import { Flags } from './flags';
import { Health, type HealthCheck, type HealthTimings, standardChecks } from './health';
import { createPublicServer } from './http';
import { Lifecycle } from './lifecycle';
import { listen } from './listen';
import { createLogger, type Logger } from './logging';
import { createManagementServer } from './management';
import { createMetrics, type Metrics } from './metrics';
import { Secrets } from './secrets';
import { type Environment, loadSettings } from './settings';
import { Closers } from './shutdown';
import { exitCodes, StartError } from './start-error';
import { version } from './version';

/** What modules stand on. */
export interface Kernel {
  readonly role: RoleName;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly flags: Flags;
  readonly database: Database;
  readonly cache: Cache;
}

/** One capability of a role. */
export interface Part {
  readonly name: string;
  /** Adds routes to the public server. */
  routes?(server: FastifyInstance): void;
  /** What is to be watched of it. */
  readonly healthChecks?: readonly HealthCheck[];
  /** Begins work in the background. */
  start?(): void;
  /** Ends it; resolves when what was in flight is done. */
  stop?(): Promise<void>;
}

/** What a role consists of. */
export interface RoleDefinition {
  readonly mount: (kernel: Kernel) => readonly Part[];
  readonly schema: Schema;
}

/** Deviations from the contract and the defaults, for tests. */
export interface StartOptions {
  /** Ports to listen on instead of the contract's; 0 takes a free one. */
  readonly ports?: Readonly<Record<PortName, number>>;
  readonly logDestination?: DestinationStream;
  /** Milliseconds between two looks at flags and secret files. */
  readonly pollMs?: number;
  readonly healthTimings?: Partial<HealthTimings>;
}

export interface Service {
  readonly kernel: Kernel;
  readonly lifecycle: Lifecycle;
  /** The ports it listens on; `public` only where the role has one. */
  readonly ports: { readonly management: number; readonly public?: number };
  /**
   * Fails readiness, serves on for the drain delay (unless `skipDrain` is or becomes aborted), then closes
   * everything.
   *
   * @returns the name of what was still busy at the deadline, or nothing when all went well
   */
  shutdown(skipDrain?: AbortSignal): Promise<string | undefined>;
}

/**
 * Builds and starts a role. Succeeds, degraded, while database and cache are out of reach.
 *
 * @throws StartError when the settings, the role or a port make a start impossible
 */
export async function startRole(
  role: RoleName,
  definition: RoleDefinition,
  env: Environment,
  options: StartOptions = {},
): Promise<Service> {
  const loaded = loadSettings(env);
  const { settings } = loaded;
  if (roles[role].localOnly && settings.HOLDFAST_TIER !== 'local') {
    throw new StartError(
      `The role "${role}" is for the tier local only, and HOLDFAST_TIER is "${settings.HOLDFAST_TIER}". ` +
        'Start gateway, collector and worker as processes of their own.',
      exitCodes.configuration,
    );
  }
  const log = createLogger(settings, role, options.logDestination);
  for (const warning of loaded.warnings) log.warn(warning);

  const closers = new Closers();
  try {
    return await build(role, definition, { ...options, loaded, log, closers });
  } catch (error) {
    await closers.closeAll(lifecycleContract.shutdownDeadlineSeconds, log);
    throw error;
  }
}

interface BuildContext extends StartOptions {
  readonly loaded: ReturnType<typeof loadSettings>;
  readonly log: Logger;
  readonly closers: Closers;
}

async function build(role: RoleName, definition: RoleDefinition, context: BuildContext): Promise<Service> {
  const { log, closers, loaded } = context;
  const { settings } = loaded;
  const environment = settings.HOLDFAST_ENVIRONMENT;
  const metrics = createMetrics();
  metrics.holdfast_build_info.set({ version, role, environment }, 1);
  const lifecycle = new Lifecycle(log, metrics);
  const health = new Health({ log, metrics, timings: context.healthTimings });
  health.on('change', () => lifecycle.setImpaired(health.impaired));
  const flags = new Flags(settings.HOLDFAST_FLAGS_DIRECTORY, log, metrics, context.pollMs);
  closers.add('flags', () => flags.stop());
  const secrets = new Secrets(loaded, log, context.pollMs);
  closers.add('secrets', () => secrets.stop());

  // First of all, so that the startup probe is answered (with 503) while the rest takes its time.
  const http = { log, metrics, lifecycle, flags };
  const management = createManagementServer({ ...http, role, environment, health });
  closers.add('management server', () => management.close());
  const managementPort = await listen(management, context.ports?.management ?? contractPorts.management);

  const database = await openDatabase(role, definition.schema, settings, secrets, log);
  closers.add('database', () => database.close());
  const cache = openCache(role, settings, secrets, log);
  closers.add('cache', () => cache.close());
  closers.add('health checks', () => health.stop());
  for (const check of standardChecks({ settings, database, cache })) health.register(check);
  await health.start();

  const kernel: Kernel = { role, settings, secrets, log, metrics, flags, database, cache };
  const parts = definition.mount(kernel);
  for (const part of parts) {
    if (part.stop) closers.add(part.name, () => part.stop?.());
    part.start?.();
    for (const check of part.healthChecks ?? []) health.register(check);
  }
  const publicPort = await startPublic(role, parts, http, context);
  lifecycle.markStarted();

  return {
    kernel,
    lifecycle,
    ports: { management: managementPort, ...(publicPort === undefined ? {} : { public: publicPort }) },
    async shutdown(skipDrain = AbortSignal.abort()) {
      lifecycle.markStopping();
      // Without a public port nobody sends requests here, so there is nothing to wait for.
      if (publicPort !== undefined) await pause(settings.HOLDFAST_DRAIN_DELAY_SECONDS, skipDrain);
      const hung = await closers.closeAll(lifecycleContract.shutdownDeadlineSeconds, log);
      if (hung === undefined) lifecycle.markStopped();
      return hung;
    },
  };
}

async function startPublic(
  role: RoleName,
  parts: readonly Part[],
  http: Parameters<typeof createPublicServer>[0],
  { ports, closers }: BuildContext,
): Promise<number | undefined> {
  if (!(roles[role].ports as readonly PortName[]).includes('public')) return undefined;
  const server = await createPublicServer(http);
  closers.add('public server', () => server.close());
  for (const part of parts) part.routes?.(server);
  return listen(server, ports?.public ?? contractPorts.public);
}

function openDatabase(
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

function openCache(role: RoleName, settings: Settings, secrets: Secrets, log: Logger): Cache {
  if (settings.HOLDFAST_CACHE_ENGINE === 'memory') return new MemoryCache();
  const password = () => secrets.current('HOLDFAST_CACHE_PASSWORD');
  return openValkey({ settings, user: cacheUser(role, settings.HOLDFAST_ENVIRONMENT), password, log });
}

/** Waits, unless or until the signal is aborted. */
function pause(seconds: number, skip: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (skip.aborted) return resolve();
    const timer = setTimeout(resolve, seconds * 1000);
    skip.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
