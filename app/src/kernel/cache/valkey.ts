import { createHash } from 'node:crypto';
import type { Settings } from '../../contract';
import { cacheToken } from '../aws-logins';
import type { RecoveryStep } from '../health/check';
import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import type { Guard } from '../resilience';
import { type CacheLoginData, type Connection, connectionTo } from './connection';
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

const firstBackOffMs = 250;
const maximumBackOffMs = 5000;

/** Opens the cache and keeps it connected in the background; succeeds while the server is out of reach. */
export function openValkey(options: ValkeyOptions): Cache {
  return new ValkeyCache(options);
}

class ValkeyCache implements Cache {
  readonly #settings: Settings;
  readonly #log: Logger;
  readonly #metrics: Metrics | undefined;
  readonly #guard: Guard | undefined;
  readonly #hashes = new Map<string, string>();
  readonly #login: () => Promise<CacheLoginData>;
  /** The newest that was ever open. It stays while the next is made: of a cluster the other shards still answer. */
  #connection: Connection | undefined;
  /** Whether nothing of it is known to be gone. */
  #whole = false;
  #attempt: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #backOffMs = firstBackOffMs;
  #closed = false;
  /** A least-privilege user may not ask for the server's memory; it isn't asked twice. */
  #infoRefused = false;
  #lastError = 'not connected yet';

  constructor({ settings, user, password, log, metrics, guard }: ValkeyOptions) {
    this.#settings = settings;
    this.#log = log;
    this.#metrics = metrics;
    this.#guard = guard;
    this.#login = loginOf(settings, user, password);
    void this.#connect();
  }

  async get(key: string): Promise<string | undefined> {
    try {
      const get = () => this.#measured('get', () => this.#opened().get(key));
      return (await (this.#guard ? this.#guard.callOr(null, get) : get())) ?? undefined;
    } catch (error) {
      this.#log.debug({ err: error }, 'the cache did not answer; taken as a miss');
      return undefined;
    }
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    try {
      const set = () => this.#measured('set', () => this.#opened().set(key, value, ttlSeconds));
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
    return this.#measured('script', () => this.#opened().script(hash, source, keys, args));
  }

  async check(): Promise<void> {
    await this.#attempt;
    if (!this.#whole) throw new Error(this.#lastError);
    await this.#opened().ping();
  }

  async memory(): Promise<{ usedBytes: number; maximumBytes: number } | undefined> {
    if (this.#infoRefused) return undefined;
    try {
      const servers = (await this.#opened().memoryInfo()).map(parseMemory);
      // The fullest decides: each shard forgets by itself.
      const share = ({ usedBytes, maximumBytes }: (typeof servers)[number]) =>
        usedBytes / (maximumBytes || Infinity);
      return servers.sort((a, b) => share(b) - share(a))[0];
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
    this.#whole = false;
    clearTimeout(this.#retry);
    this.#connection?.close();
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

  #opened(): Connection {
    if (!this.#connection) throw new Error(this.#lastError);
    return this.#connection;
  }

  /** One attempt, with a login made for it: tokens are only good for a quarter of an hour. Never rejects. */
  #connect(): Promise<void> {
    this.#attempt = this.#open().finally(() => {
      this.#attempt = undefined;
    });
    return this.#attempt;
  }

  async #open(): Promise<void> {
    let connection: Connection | undefined;
    // ioredis rejects with "Connection is closed" whatever the reason; that came as an event before.
    let reason: Error | undefined;
    let lost = false;
    try {
      const login = await this.#login();
      if (this.#closed) return;
      connection = connectionTo(this.#settings, login, {
        failed: (error) => {
          reason = error;
          if (connection === this.#connection) this.#lastError = error.message;
        },
        // ElastiCache ends every connection made with a token after twelve hours; this is where the next one begins.
        lost: () => {
          lost = true;
          if (connection === this.#connection) this.#lose();
        },
      });
      await connection.open();
      if (lost) throw reason ?? new Error('the connection was lost');
      if (this.#closed) return connection.close();
      const before = this.#connection;
      this.#connection = connection;
      before?.close();
      this.#whole = true;
      this.#infoRefused = false;
      this.#backOffMs = firstBackOffMs;
      this.#lastError = 'the connection was lost';
    } catch (error) {
      this.#lastError = (reason ?? (error as Error)).message;
      // An attempt that hangs half-way in must not stay there.
      connection?.close();
      this.#scheduleConnect();
    }
  }

  /** Makes a new connection in place of one that may only look alive, without waiting longer. */
  async #reconnect(): Promise<void> {
    await this.#attempt;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#backOffMs = firstBackOffMs;
    await this.#connect();
  }

  #lose(): void {
    this.#whole = false;
    this.#scheduleConnect();
  }

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

/** A login made anew for each connection. */
export function loginOf(settings: Settings, user: string, password: () => string | undefined) {
  return async (): Promise<CacheLoginData> => {
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

function parseMemory(text: string): { usedBytes: number; maximumBytes: number } {
  const value = (key: string) => Number(new RegExp(`^${key}:(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { usedBytes: value('used_memory'), maximumBytes: value('maxmemory') };
}
