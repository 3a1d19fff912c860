import { createHash } from 'node:crypto';
import { Redis, type RedisOptions } from 'ioredis';
import type { Settings } from '../../contract';
import { cacheToken } from '../aws-logins';
import type { RecoveryStep } from '../health/check';
import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import type { Guard } from '../resilience';
import type { Cache } from './index';

export interface ValkeyOptions {
  readonly settings: Settings;
  readonly user: string;
  readonly password: () => string | undefined;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** Leaves a server that failed too often alone for a while. */
  readonly guard?: Guard;
}

/** Milliseconds. */
const maximumBackOffMs = 5000;

/** Opens the cache and keeps it connected in the background; succeeds while the server is out of reach. */
export function openValkey(options: ValkeyOptions): Cache {
  return new ValkeyCache(options);
}

class ValkeyCache implements Cache {
  readonly #redis: Redis;
  readonly #log: Logger;
  readonly #connectTimeoutMs: number;
  readonly #metrics: Metrics | undefined;
  readonly #guard: Guard | undefined;
  readonly #hashes = new Map<string, string>();
  readonly #login: () => Promise<{ username?: string; password?: string }>;
  #attempt: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #backOffMs = 250;
  #closed = false;
  /** A least-privilege user may be refused INFO; asking again would only fill the server's log. */
  #infoRefused = false;
  #lastError = 'not connected yet';

  constructor({ settings, user, password, log, metrics, guard }: ValkeyOptions) {
    this.#log = log;
    this.#connectTimeoutMs = settings.HOLDFAST_CACHE_CONNECT_TIMEOUT_MS;
    this.#metrics = metrics;
    this.#guard = guard;
    this.#login = loginOf(settings, user, password);
    this.#redis = new Redis(connectionOf(settings));
    this.#redis.on('error', (error: Error) => {
      this.#lastError = error.message;
    });
    // ElastiCache ends every connection made with a token after twelve hours; this is where the next one
    // begins.
    this.#redis.on('end', () => this.#scheduleConnect());
    void this.#connect();
  }

  async get(key: string): Promise<string | undefined> {
    try {
      const get = () => this.#measured('get', () => this.#redis.get(key));
      return (await (this.#guard ? this.#guard.callOr(null, get) : get())) ?? undefined;
    } catch (error) {
      this.#log.debug({ err: error }, 'the cache did not answer; taken as a miss');
      return undefined;
    }
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    try {
      const set = () => this.#measured('set', () => this.#redis.set(key, value, 'EX', ttlSeconds));
      await (this.#guard ? this.#guard.callOr(null, set) : set());
    } catch (error) {
      this.#log.debug({ err: error }, 'the cache did not take a value');
    }
  }

  async script(
    name: string,
    source: string,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<unknown> {
    const hash = this.#hashes.get(name) ?? createHash('sha1').update(source).digest('hex');
    this.#hashes.set(name, hash);
    return this.#measured('script', async () => {
      try {
        return await this.#redis.evalsha(hash, keys.length, ...keys, ...args);
      } catch (error) {
        if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
        return this.#redis.eval(source, keys.length, ...keys, ...args);
      }
    });
  }

  async check(): Promise<void> {
    await this.#attempt;
    if (this.#redis.status !== 'ready') throw new Error(this.#lastError);
    await this.#redis.ping();
  }

  async memory(): Promise<{ usedBytes: number; maximumBytes: number } | undefined> {
    if (this.#infoRefused) return undefined;
    try {
      const text = await this.#redis.info('memory');
      const value = (key: string) => Number(new RegExp(`^${key}:(\\d+)`, 'm').exec(text)?.[1] ?? 0);
      return { usedBytes: value('used_memory'), maximumBytes: value('maxmemory') };
    } catch (error) {
      this.#infoRefused = (error as Error).message.startsWith('NOPERM');
      return undefined;
    }
  }

  recovery(): readonly RecoveryStep[] {
    return [{ name: 'reconnect', attempts: 3, run: () => this.#reconnect() }];
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#redis.disconnect();
  }

  async #measured<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } catch (error) {
      this.#metrics?.holdfast_cache_errors_total.inc({ operation });
      throw error;
    } finally {
      const seconds = (performance.now() - started) / 1000;
      this.#metrics?.holdfast_cache_operation_duration_seconds.observe({ operation }, seconds);
    }
  }

  /** One attempt, with a login made for it: tokens are only good for a quarter of an hour. Never rejects. */
  #connect(): Promise<void> {
    const attempt = async () => {
      try {
        Object.assign(this.#redis.options, await this.#login());
        if (this.#closed) return;
        await withTimeout(this.#redis.connect(), this.#connectTimeoutMs);
        this.#backOffMs = 250;
        this.#infoRefused = false;
        this.#lastError = 'the connection was lost';
      } catch (error) {
        // ioredis rejects with "Connection is closed" whatever the reason; that came as an event before.
        if (this.#redis.status !== 'end') this.#lastError = (error as Error).message;
        // Not only close: an attempt that hangs half-way in must not stay there.
        this.#redis.disconnect();
        this.#scheduleConnect();
      }
    };
    this.#attempt = attempt().finally(() => {
      this.#attempt = undefined;
    });
    return this.#attempt;
  }

  /** Gives up the connection, which may only look alive, and makes a new one without waiting longer. */
  async #reconnect(): Promise<void> {
    await this.#attempt;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#backOffMs = 250;
    this.#redis.disconnect();
    this.#scheduleConnect();
  }

  /** A failed attempt may end here twice, by its error and by the connection's end; one retry is enough. */
  #scheduleConnect(): void {
    if (this.#closed || this.#retry) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.#connect();
    }, this.#backOffMs);
    this.#retry.unref();
    this.#backOffMs = Math.min(this.#backOffMs * 2, maximumBackOffMs);
  }
}

export function connectionOf(settings: Settings): RedisOptions {
  return {
    host: settings.HOLDFAST_CACHE_HOST as string,
    port: settings.HOLDFAST_CACHE_PORT,
    ...(settings.HOLDFAST_CACHE_TLS === 'on' ? { tls: {} } : {}),
    lazyConnect: true,
    enableOfflineQueue: false,
    // Reconnecting is ours, because ioredis would log in with the token of the last connection.
    retryStrategy: null,
    commandTimeout: settings.HOLDFAST_CACHE_COMMAND_TIMEOUT_MS,
    connectTimeout: settings.HOLDFAST_CACHE_CONNECT_TIMEOUT_MS,
    // A server that doesn't answer doesn't say good-bye either.
    disconnectTimeout: 250,
    // Both would ask for commands that a least-privilege user may not have.
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
  };
}

export function loginOf(settings: Settings, user: string, password: () => string | undefined) {
  return async (): Promise<{ username?: string; password?: string }> => {
    if (settings.HOLDFAST_CACHE_AUTH === 'none') return {};
    if (settings.HOLDFAST_CACHE_AUTH === 'password') return { username: user, password: password() };
    const token = await cacheToken({
      name: settings.HOLDFAST_CACHE_NAME as string,
      region: settings.HOLDFAST_AWS_REGION as string,
      user,
    });
    return { username: user, password: token };
  };
}

export async function withTimeout(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no connection within ${milliseconds} ms`)), milliseconds);
  });
  await Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
