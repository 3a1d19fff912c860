/**
 * State of a component, and of the service as a whole:
 *
 * - HEALTHY: does its work.
 * - DEGRADED: still does it, but slower or close to a limit.
 * - UNHEALTHY: does not do it; the capability is lost.
 * - UNKNOWN: nobody has asked yet, or there is nothing to judge by.
 */
export const healthStates = ['HEALTHY', 'DEGRADED', 'UNHEALTHY', 'UNKNOWN'] as const;
export type HealthState = (typeof healthStates)[number];

/** What it means for the service that a component is in trouble. */
export interface Impact {
  /** What is lost, or suffers while it is only DEGRADED; completes the sentence "… is at risk". */
  readonly capability: string;
  /** File in runbooks/, without its ending. */
  readonly runbook: string;
  /** Whether the service can do nothing useful without it: then it is UNHEALTHY as a whole. */
  readonly essential: boolean;
}

interface ComponentDefinition extends Impact {
  /**
   * Seconds between two checks, where the general interval is too long. Asking is also what reconnects, so what can be
   * lost at any moment is asked often; what changes slowly is not. Default: the general interval.
   */
  readonly intervalSeconds?: number;
}

/** What the service is made of and stands on: component → capability → runbook. */
export const components = {
  database: {
    capability: 'storing events, and answering what is not in the cache',
    runbook: 'database-unreachable',
    essential: true,
    intervalSeconds: 2,
  },
  cache: {
    capability: 'answering repeated queries quickly',
    runbook: 'cache-unreachable',
    essential: false,
    intervalSeconds: 2,
  },
  cpu: {
    capability: 'answering in time',
    runbook: 'processor-saturated',
    essential: false,
  },
  memory: {
    capability: 'staying alive: at the limit the process is killed',
    runbook: 'memory-exhausted',
    essential: false,
  },
  disk: {
    capability: 'writing files: embedded database, temporary files',
    runbook: 'disk-full',
    essential: false,
  },
  event_loop: {
    capability: 'answering in time',
    runbook: 'event-loop-blocked',
    essential: false,
  },
  queue: {
    capability: 'fresh aggregates',
    runbook: 'queue-lagging',
    essential: false,
  },
} as const satisfies Record<string, ComponentDefinition>;
export type ComponentName = keyof typeof components;

/** Runbook of a foreign HTTP service that has no better one. */
export const dependencyRunbook = 'dependency-unreachable';

/** From where on a component is DEGRADED, and UNHEALTHY. */
export interface Thresholds {
  readonly degraded: number;
  readonly unhealthy: number;
}

/** Defaults of what the checks measure against. */
export const healthThresholds = {
  /** Share of the processor time that the process may use. */
  cpu: { degraded: 0.7, unhealthy: 0.9 },
  /** Share of the memory at which the process is killed. */
  memory: { degraded: 0.7, unhealthy: 0.9 },
  /** Share of a file system. */
  disk: { degraded: 0.8, unhealthy: 0.9 },
  /** Share of the cache server's own limit. Never UNHEALTHY: a full cache forgets, and goes on. */
  cacheMemory: { degraded: 0.9, unhealthy: Number.POSITIVE_INFINITY },
  /** Milliseconds by which 99 of 100 timers are late at most. */
  eventLoopMs: { degraded: 100, unhealthy: 500 },
  /** Seconds that the oldest accepted batch waits to be aggregated. */
  queueLagSeconds: { degraded: 30, unhealthy: 300 },
  /** Milliseconds of an answer. Slow is never UNHEALTHY by itself: that begins at the timeout. */
  databaseMs: { degraded: 1000, unhealthy: Number.POSITIVE_INFINITY },
  cacheMs: { degraded: 250, unhealthy: Number.POSITIVE_INFINITY },
} as const satisfies Record<string, Thresholds>;
export type HealthThresholds = Readonly<Record<keyof typeof healthThresholds, Thresholds>>;

/** How often is asked, and what follows when the answer is bad. */
export const healthDefaults = {
  intervalSeconds: 30,
  timeoutMs: 3000,
  /** Share by which a pause is made shorter or longer at random, so that pods don't ask in step. */
  jitter: 0.1,
  /** Entries that are kept per component. */
  historyLength: 100,
  /** Failures in a row after which recovery begins. */
  failuresBeforeRecovery: 3,
} as const;
