import type { FastifyInstance } from 'fastify';
import type { DestinationStream } from 'pino';
import {
  ports as contractPorts,
  lifecycle as lifecycleContract,
  type PortName,
  type RoleName,
  roles,
  type Settings,
} from '../contract';
import type { AdminRoutes } from './admin';
import { openCache, openDatabase } from './backing-services';
import type { Cache } from './cache';
import { Components } from './components';
import type { Database, Schema } from './database';
import { Failure } from './failure';
import { Flags } from './flags';
import { type Dependency, Health, type HealthTimings } from './health';
import { Lifecycle } from './lifecycle';
import { listen } from './listen';
import { createLogger, type Logger } from './logging';
import { createManagementServer } from './management';
import { defaultRunDirectory, leaveAccess } from './management-access';
import { createMetrics, type Metrics } from './metrics';
import { addParts } from './parts';
import { Secrets } from './secrets';
import { type Environment, type LoadedSettings, loadSettings } from './settings';
import { SettingsStore } from './settings-store';
import { shutDown } from './shutdown';
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
  /** Says that a component cannot go on: the process becomes unready, stops and exits 1. */
  fail(component: string, error: unknown): void;
}

/** One capability of a role. */
export interface Part {
  readonly name: string;
  /** Adds routes to the public server. */
  routes?(server: FastifyInstance): void;
  /** Begins work in the background. */
  start?(): void;
  /** Ends it; resolves when what was in flight is done. */
  stop?(): Promise<void>;
  /** Names of parts that start before and stop after it. */
  readonly needs?: readonly string[];
  /** Seconds that stopping may take, default 10. */
  readonly deadlineSeconds?: number;
}

/** What a role consists of. */
export interface RoleDefinition {
  readonly mount: (kernel: Kernel) => readonly Part[];
  readonly schema: Schema;
  /** What modules add to the admin API. */
  readonly admin?: readonly AdminRoutes[];
}

/** Deviations from the contract and the defaults, for tests. */
export interface StartOptions {
  /** Ports to listen on instead of the contract's; 0 takes a free one. */
  readonly ports?: Readonly<Record<PortName, number>>;
  readonly logDestination?: DestinationStream;
  /** Milliseconds between two looks at flags and secret files. */
  readonly pollMs?: number;
  readonly healthTimings?: HealthTimings;
  /** Seconds that a part, or the public server, may take to stop. */
  readonly partDeadlineSeconds?: number;
}

export interface Service {
  readonly kernel: Kernel;
  readonly lifecycle: Lifecycle;
  readonly config: SettingsStore;
  /** The ports it listens on; `public` only where the role has one. */
  readonly ports: { readonly management: number; readonly public?: number };
  /** Resolves to the reason when a component cannot go on; it is time for a shutdown. */
  readonly failed: Promise<string>;
  /**
   * Fails readiness, serves on for the drain delay (unless `skipDrain` is or becomes aborted), then closes
   * everything.
   *
   * @returns the names of what was not done in time, or nothing when all went well
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
  const metrics = createMetrics();
  const lifecycle = new Lifecycle(log, metrics);
  const components = new Components(log);
  try {
    return await build(role, definition, { env, options, loaded, log, metrics, lifecycle, components });
  } catch (error) {
    if (lifecycle.state !== 'error') lifecycle.markFailed((error as Error).message);
    await components.stop(lifecycleContract.shutdownDeadlineSeconds);
    throw error;
  }
}

interface BuildContext {
  readonly env: Environment;
  readonly options: StartOptions;
  readonly loaded: LoadedSettings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  readonly components: Components;
}

async function build(role: RoleName, definition: RoleDefinition, context: BuildContext): Promise<Service> {
  const { log, lifecycle, metrics, components, loaded, options } = context;
  const environment = loaded.settings.HOLDFAST_ENVIRONMENT;
  metrics.holdfast_build_info.set({ version, role, environment }, 1);
  const health = new Health(log, metrics, (down) => lifecycle.setImpaired(down), options.healthTimings);

  // What everything else reads is there before anything starts.
  const secrets = new Secrets(loaded, log, options.pollMs);
  const config = new SettingsStore(loaded, context.env, secrets, log, metrics);
  const { settings } = config;
  const flags = new Flags(settings.HOLDFAST_FLAGS_DIRECTORY, log, metrics, options.pollMs);
  config.onChange(() => {
    log.level = settings.HOLDFAST_LOG_LEVEL;
  });
  components.add({
    name: 'configuration',
    start: () => config.watch(options.pollMs),
    stop: () => {
      for (const each of [flags, config, secrets]) each.stop();
    },
  });

  const failure = new Failure(log, lifecycle);
  const kernel: Kernel = {
    ...{ role, settings, secrets, log, metrics, flags },
    fail: (component, error) => failure.report(component, error),
    get database() {
      return database.value;
    },
    get cache() {
      return cache.value;
    },
  };

  const http = { log, metrics, lifecycle, flags, settings };
  const admin = { kernel, lifecycle, health, config, components };
  // Before all that takes its time, so that the startup probe is answered (with 503) meanwhile; closed after all else.
  const management = components.add({
    name: 'management server',
    needs: ['configuration'],
    start: async () => {
      const server = createManagementServer({
        ...{ ...http, role, environment, health, admin },
        adminRoutes: definition.admin,
      });
      const port = options.ports?.management ?? contractPorts.management;
      return { server, port: await listen(server, port, settings.HOLDFAST_MANAGEMENT_HOST) };
    },
    stop: ({ server }) => server.close(),
  });
  const database = components.add({
    name: 'database',
    needs: ['management server'],
    start: () => openDatabase(role, definition.schema, settings, secrets, log),
    check: (opened) => opened.check(),
    stop: (opened) => opened.close(),
  });
  const cache = components.add({
    name: 'cache',
    needs: ['management server'],
    start: () => openCache(role, settings, secrets, log),
    check: (opened) => opened.check(),
    stop: (opened) => opened.close(),
  });
  components.add({
    name: 'health checks',
    needs: ['database', 'cache'],
    start: () => health.start(components.healthChecks() as Dependency[]),
    stop: () => health.stop(),
  });
  await components.start();
  const publicServer = addParts(definition.mount(kernel), role, components, http, kernel, options);
  if (settings.HOLDFAST_TIER === 'local') addAccess(components, kernel, () => management.value.port);
  await components.start();
  if (failure.reported) throw new StartError(failure.reported);
  lifecycle.markStarted();

  const publicPort = publicServer?.value.port;
  return {
    ...{ kernel, lifecycle, config },
    ports: { management: management.value.port, ...(publicPort === undefined ? {} : { public: publicPort }) },
    failed: failure.happened,
    shutdown: (hurry = AbortSignal.abort()) => {
      // Without a public port nobody sends requests here, so there is nothing to wait for.
      const drainSeconds = publicPort === undefined ? 0 : settings.HOLDFAST_DRAIN_DELAY_SECONDS;
      return shutDown({ lifecycle, components, log, metrics, drainSeconds }, hurry);
    },
  };
}

/** On a laptop the command line finds the token by itself. */
function addAccess(components: Components, { role, settings, secrets }: Kernel, port: () => number): void {
  components.add({
    name: 'management access',
    needs: ['management server'],
    start: () =>
      leaveAccess(settings.HOLDFAST_RUN_DIRECTORY ?? defaultRunDirectory(), {
        url: `http://127.0.0.1:${port()}`,
        token: secrets.current('HOLDFAST_MANAGEMENT_TOKEN'),
        role,
        pid: process.pid,
      }),
    stop: (takeAway) => takeAway(),
  });
}
