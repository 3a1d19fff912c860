import type { routes } from './routes';

export interface RateLimitRule {
  /** Tokens that one request takes out of its client's bucket. */
  readonly cost: number;
  /**
   * What holds while the shared buckets are out of reach (Valkey is gone or too slow):
   * - open: the route goes on, and each process limits its clients by buckets of its own. With n processes a client
   *   may send up to n times as much.
   * - closed: the route refuses with 503 RATE_LIMITER_UNAVAILABLE, for what must never be tried more often than
   *   allowed, such as a login.
   */
  readonly whenUnavailable: 'open' | 'closed';
}

/** How often one client may ask, per route. All routes share the client's bucket. */
export const rateLimits = {
  // Clients keep their events when they are refused; losing the cache must not stop them from delivering.
  ingestEvents: { cost: 1, whenUnavailable: 'open' },
  // The database is protected by its own bulkhead.
  queryAggregates: { cost: 1, whenUnavailable: 'open' },
  // Answered from memory; a limit is there because anybody may ask.
  evaluateFlags: { cost: 1, whenUnavailable: 'open' },
} as const satisfies Record<keyof typeof routes, RateLimitRule>;

/** The bucket of one client. */
export interface RateLimit {
  /** Tokens that come back in a minute: the rate that a client can keep up. */
  readonly perMinute: number;
  /** Tokens that a full bucket holds: what a client may send at once. */
  readonly burst: number;
}
