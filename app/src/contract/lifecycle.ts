/** How a role starts and stops. All durations are seconds. */
export const lifecycle = {
  /**
   * Longest that a start may be told to wait for the database: with the second that everything else takes, a process is
   * ready within ten, whatever its database does.
   */
  longestDatabaseWaitSeconds: 8,
  /**
   * Default time between failing readiness and closing the listener: long enough for the load balancer to
   * deregister the target (its deregistration delay is set to the same value).
   */
  drainDelaySeconds: 15,
  /** Time for requests and batches in flight, then for closing connections; after it the process exits 1. */
  shutdownDeadlineSeconds: 20,
  /** Default of what one component may take of it; what hangs longer is reported, and the next one's turn comes. */
  componentDeadlineSeconds: 5,
} as const;

/** `terminationGracePeriodSeconds` of a pod: the drain, the shutdown, and five seconds so that SIGKILL never wins. */
export function terminationGracePeriodSeconds(drainDelaySeconds: number): number {
  return drainDelaySeconds + lifecycle.shutdownDeadlineSeconds + 5;
}

/**
 * States of a role, published as a metric and in /health:
 * - `stopped`: before the start and after the end; `starting`: builds its components
 * - `running` and `degraded` serve; `degraded` while a dependency is down
 * - `stopping`: drains, then closes; `error`: could not start, or cannot go on
 */
export const lifecycleStates = ['stopped', 'starting', 'running', 'degraded', 'stopping', 'error'] as const;
export type LifecycleState = (typeof lifecycleStates)[number];

/** Where each state may lead. Anything else is a defect. */
export const lifecycleTransitions: Readonly<Record<LifecycleState, readonly LifecycleState[]>> = {
  stopped: ['starting'],
  starting: ['running', 'degraded', 'stopping', 'error'],
  running: ['degraded', 'stopping', 'error'],
  degraded: ['running', 'stopping', 'error'],
  stopping: ['stopped', 'error'],
  error: ['stopping'],
};
