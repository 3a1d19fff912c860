import type { RecoveryStep } from '../health/check';

/**
 * Answers that may be computed again. Whatever goes wrong inside is a miss: a cache never fails a request.
 */
export interface Cache {
  /** The value, or nothing when it is not there, too old or out of reach. Never rejects. */
  get(key: string): Promise<string | undefined>;
  /** Keeps the value for `ttlSeconds`, if it can. Never rejects. */
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** Rejects when the cache doesn't answer. */
  check(): Promise<void>;
  /**
   * Bytes in use, and the server's limit (0: none). Nothing where the server doesn't say, or its user may not ask.
   * Never rejects.
   */
  memory?(): Promise<{ readonly usedBytes: number; readonly maximumBytes: number } | undefined>;
  /** What may help when it doesn't answer, the mildest first; absent where nothing does. */
  recovery?(): readonly RecoveryStep[];
  close(): Promise<void>;
}

export { MemoryCache } from './memory';
export { openValkey } from './valkey';
