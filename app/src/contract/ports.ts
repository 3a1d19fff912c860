/**
 * The two ports of every role. `public` carries the API and may be reached through a route; `management` carries
 * probes, metrics and diagnostics and is never exposed by a route.
 *
 * Changing a number rolls every pod; Service and container ports are the same number, so no network policy has to
 * translate between the two.
 */
export const ports = {
  public: 8080,
  management: 8081,
} as const;

export type PortName = keyof typeof ports;
