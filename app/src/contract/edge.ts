/**
 * What the service and the load balancer in front of it agree on. All durations are seconds. `npm test` holds their
 * order; docs/edge.md shows them on the path of a request.
 */
export const edge = {
  /** An idle connection, on either side of the load balancer, after which it closes it. */
  idleSeconds: 60,
  /**
   * An idle connection, after which the service closes it. Longer than `idleSeconds`: a connection that the service
   * closes while the load balancer sends a request into it is a 502 for the client.
   */
  keepAliveSeconds: 72,
  /** Within which a client must have sent its whole request. */
  requestSeconds: 30,
} as const;
