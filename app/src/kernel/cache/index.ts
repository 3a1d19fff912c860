import type { RecoveryStep } from '../health/check';

/**
 * Answers that may be computed again. Whatever goes wrong inside is a miss: a cache never fails a request.
 */
export interface Cache {
  /** The value, or nothing when it is not there, too old or out of reach. Never rejects. */
  get(key: string): Promise<string | undefined>;
  /** Keeps the value for `ttlSeconds`, if it can. Never rejects. */
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /**
   * Runs a Lua script on the server, by its hash where the server knows it; only where the cache is one. Rejects when
   * the server doesn't answer. All keys must share one hash tag.
   */
  script?(name: string, source: string, keys: readonly string[], args: readonly string[]): Promise<unknown>;
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

/** Hints between processes: none is promised to arrive, so nothing may depend on one. */
export interface Channel {
  /** Tells all processes, this one included. Never rejects. */
  publish(message: string): Promise<void>;
  /** @returns ends the subscription */
  subscribe(listener: () => void): () => void;
  close(): Promise<void>;
}

export { openNode, withTimeout } from './connection';
export { MemoryCache } from './memory';
export { loginOf, openValkey } from './valkey';
export { openValkeyChannel } from './valkey-channel';
