import type { RateLimit } from '../../contract';

/** What became of one request at its client's bucket. */
export interface Taken {
  readonly allowed: boolean;
  /** Whole tokens that are left. */
  readonly remaining: number;
  /** Seconds until the request would be allowed; 0 when it is. */
  readonly retryAfterSeconds: number;
  /** Seconds until the bucket is full again. */
  readonly fullAfterSeconds: number;
}

export interface Bucket {
  readonly tokens: number;
  /** Milliseconds since 1970 at which it held them. */
  readonly at: number;
}

/** Tokens come back evenly over time; who finds too few takes none. bucket.lua is the same in Valkey's language. */
export function take(
  bucket: Bucket | undefined,
  { perMinute, burst }: RateLimit,
  cost: number,
  now: number,
): { bucket: Bucket; taken: Taken } {
  const perMs = perMinute / 60_000;
  // A clock that was set back must not take tokens away.
  const elapsed = bucket ? Math.max(0, now - bucket.at) : 0;
  const before = bucket ? Math.min(burst, bucket.tokens + elapsed * perMs) : burst;
  const allowed = before >= cost;
  const tokens = allowed ? before - cost : before;
  return { bucket: { tokens, at: now }, taken: describe(allowed, tokens, { perMinute, burst }, cost) };
}

/** The same answer from tokens that were counted elsewhere. */
export function describe(
  allowed: boolean,
  tokens: number,
  { perMinute, burst }: RateLimit,
  cost: number,
): Taken {
  const seconds = (missing: number) => Math.ceil((Math.max(0, missing) / perMinute) * 60);
  return {
    allowed,
    remaining: Math.max(0, Math.floor(tokens)),
    retryAfterSeconds: allowed ? 0 : Math.max(1, seconds(cost - tokens)),
    fullAfterSeconds: seconds(burst - tokens),
  };
}
