import type { ErrorCodeOf } from '../../contract';
import { isDatabaseUnavailable } from '../database/failures';
import { defaultWindow, type FailureWindowOptions } from './failure-window';

/** How calls to one dependency are protected. What is absent isn't done. Times are milliseconds. */
export interface PolicyDefinition {
  /** After it a call counts as failed, and whoever waits is answered. */
  readonly timeoutMs?: number;
  /** Further tries, at most 3; only for calls that may be repeated. */
  readonly retries?: number;
  /** Pause before the first retry; later ones grow exponentially, with jitter. */
  readonly firstPauseMs?: number;
  /** Calls at once, and calls that wait for their turn; more are refused. */
  readonly bulkhead?: { readonly concurrent: number; readonly waiting: number };
  readonly breaker: FailureWindowOptions & {
    /** How long the dependency is left alone before one call probes it. */
    readonly halfOpenAfterMs: number;
  };
  /** Whether an error is the dependency's failure, and not the caller's. */
  readonly isFailure: (error: unknown) => boolean;
  /** What the caller is told. */
  readonly codes: {
    readonly unavailable: ErrorCodeOf<'EXT'>;
    readonly timeout: ErrorCodeOf<'EXT'>;
    readonly open: ErrorCodeOf<'EXT'>;
  };
}

const codes = (unavailable: ErrorCodeOf<'EXT'>) => ({ unavailable, timeout: unavailable, open: unavailable });

const cachePolicy: PolicyDefinition = {
  breaker: { ...defaultWindow, halfOpenAfterMs: 2_000 },
  isFailure: () => true,
  codes: codes('EXT_CACHE_UNAVAILABLE'),
};

/**
 * The policy of each dependency. A whole policy costs 13–20 µs a call, a breaker alone less than one: so reads of the
 * database have everything, the cache a breaker (its client has timeouts of its own, and a miss is cheaper than a
 * retry), and events, which are written in batches, none at all: a failed write is the client's to repeat, under its
 * idempotency key.
 */
export const policyDefinitions = {
  database: {
    timeoutMs: 10_000,
    retries: 2,
    firstPauseMs: 50,
    bulkhead: { concurrent: 50, waiting: 200 },
    // The health check looks as often at a database that is down.
    breaker: { ...defaultWindow, halfOpenAfterMs: 2_000 },
    isFailure: isDatabaseUnavailable,
    codes: codes('EXT_DATABASE_UNAVAILABLE'),
  },
  cache: cachePolicy,
  // The same server, but apart: a user who may not run scripts must not cost everybody the cache.
  rate_limits: cachePolicy,
} as const satisfies Record<string, PolicyDefinition>;

/** For services that are called over HTTP, each under its own name. */
export const httpPolicy: PolicyDefinition = {
  timeoutMs: 5_000,
  retries: 3,
  firstPauseMs: 100,
  bulkhead: { concurrent: 20, waiting: 100 },
  breaker: { ...defaultWindow, halfOpenAfterMs: 10_000 },
  // Who gives up a call says nothing about the service that was called.
  isFailure: (error) => (error as { name?: unknown } | null)?.name !== 'AbortError',
  codes: { unavailable: 'EXT_HTTP_UNAVAILABLE', timeout: 'EXT_HTTP_TIMEOUT', open: 'EXT_CIRCUIT_OPEN' },
};
