import type { PortName } from './ports';

/** How the kubelet (and `npm run up`) asks one health endpoint. All durations are seconds. */
export interface Probe {
  readonly path: `/health/${string}`;
  readonly port: PortName;
  /** Seconds between two questions. */
  readonly periodSeconds: number;
  /** Seconds after which an unanswered question counts as failed. */
  readonly timeoutSeconds: number;
  /** Failures in a row before Kubernetes acts (restart for startup and liveness, no traffic for readiness). */
  readonly failureThreshold: number;
}

/**
 * - startup: passes once the role has built its components. 60 × 1 s covers the slowest allowed wait for a database.
 * - liveness: the event loop answers; knows nothing of dependencies, so a broken database never restarts pods.
 * - readiness: follows the lifecycle alone (starting, draining). A dependency that is down makes the service
 *   DEGRADED, not unready: an outage of the database must not take every pod out of the load balancer at once.
 */
export const probes = {
  startup: {
    path: '/health/startup',
    port: 'management',
    periodSeconds: 1,
    timeoutSeconds: 2,
    failureThreshold: 60,
  },
  liveness: {
    path: '/health/live',
    port: 'management',
    periodSeconds: 10,
    timeoutSeconds: 2,
    failureThreshold: 3,
  },
  readiness: {
    path: '/health/ready',
    port: 'management',
    periodSeconds: 5,
    timeoutSeconds: 2,
    failureThreshold: 2,
  },
} as const satisfies Record<string, Probe>;

export type ProbeName = keyof typeof probes;

/** Endpoints of the management port that are no probes. */
export const managementPaths = {
  /** State, components and their causes, as JSON. */
  health: '/health',
  /** Prometheus text format. */
  metrics: '/metrics',
} as const;

/** The image's own HEALTHCHECK, for engines without probes (Compose, plain Docker). Seconds. */
export const containerHealthcheck = {
  command: ['node', 'dist/main.js', 'healthcheck'],
  intervalSeconds: 30,
  timeoutSeconds: 10,
  startPeriodSeconds: 40,
  retries: 3,
} as const;
