import type { ServiceRoleName } from './roles';

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: `/v1/${string}` | `/ofrep/v1/${string}`;
  /** The role that serves it; `all` serves every route. */
  readonly role: ServiceRoleName;
}

/** The public API. The path is also the `route` label of the HTTP metrics. */
export const routes = {
  ingestEvents: { method: 'POST', path: '/v1/events', role: 'collector' },
  queryAggregates: { method: 'GET', path: '/v1/aggregates', role: 'gateway' },
  /** OFREP: all client flags; with a flag's key behind it, that one. */
  evaluateFlags: { method: 'POST', path: '/ofrep/v1/evaluate/flags', role: 'gateway' },
} as const satisfies Record<string, Route>;
