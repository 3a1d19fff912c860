/** How a role stops. All durations are seconds. */
export const lifecycle = {
  /**
   * Default time between failing readiness and closing the listener: long enough for the load balancer to
   * deregister the target (its deregistration delay is set to the same value).
   */
  drainDelaySeconds: 15,
  /** Time for requests and batches in flight, then for closing connections; after it the process exits 1. */
  shutdownDeadlineSeconds: 20,
} as const;

/** `terminationGracePeriodSeconds` of a pod: the drain, the shutdown, and five seconds so that SIGKILL never wins. */
export function terminationGracePeriodSeconds(drainDelaySeconds: number): number {
  return drainDelaySeconds + lifecycle.shutdownDeadlineSeconds + 5;
}

/** States of a role, published as a metric and in /health. */
export const lifecycleStates = ['starting', 'running', 'degraded', 'stopping', 'stopped'] as const;
export type LifecycleState = (typeof lifecycleStates)[number];
