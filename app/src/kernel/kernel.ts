import type { FastifyInstance } from 'fastify';
import type { DestinationStream } from 'pino';
import {
  lifecycle as lifecycleContract,
  type PortName,
  type RoleName,
  roles,
  type Settings,
} from '../contract';
import type { AdminRoutes } from './admin';
import { build } from './build';
import type { Cache } from './cache';
import { Components } from './components';
import type { Database, Schema } from './database';
import type { ErrorReports } from './errors/reports';
import type { Flags } from './flags';
import type { HealthCheck, HealthTimings } from './health';
import { Lifecycle } from './lifecycle';
import { createLogger, type Logger } from './logging';
import { createMetrics, type Metrics } from './metrics';
import type { Resilience } from './resilience';
import type { Secrets } from './secrets';
import { type Environment, loadSettings } from './settings';
import type { SettingsStore } from './settings-store';
import { exitCodes, StartError } from './start-error';
import type { Tracing } from './telemetry/tracing';

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
  /** What protects, and protects from, each dependency. */
  readonly resilience: Resilience;
  readonly reports: ErrorReports;
  readonly tracing?: Tracing;
  /** Says that a component cannot go on: the process becomes unready, stops and exits 1. */
  fail(component: string, error: unknown): void;
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
  readonly healthTimings?: Partial<HealthTimings>;
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
