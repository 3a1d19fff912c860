import type { Settings } from '../../contract';
import { cacheToken } from '../aws-logins';
import type { Logger } from '../logging';
import { type CacheLoginData, type Connection, connectionTo } from './connection';
import type { Cache } from './index';

export interface ValkeyOptions {
  readonly settings: Settings;
  readonly user: string;
  readonly password: () => string | undefined;
  readonly log: Logger;
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
  readonly #login: () => Promise<CacheLoginData>;
  /** The newest that was ever open. It stays while the next is made: of a cluster the other shards still answer. */
  #connection: Connection | undefined;
  /** Whether nothing of it is known to be gone. */
  #whole = false;
  #attempt: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #backOffMs = firstBackOffMs;
  #closed = false;
  #lastError = 'not connected yet';

  constructor({ settings, user, password, log }: ValkeyOptions) {
    this.#settings = settings;
    this.#log = log;
    this.#login = loginOf(settings, user, password);
    void this.#connect();
  }

  async get(key: string): Promise<string | undefined> {
    try {
      return (await this.#opened().get(key)) ?? undefined;
    } catch (error) {
      this.#log.debug({ err: error }, 'the cache did not answer; taken as a miss');
      return undefined;
    }
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    try {
      await this.#opened().set(key, value, ttlSeconds);
    } catch (error) {
      this.#log.debug({ err: error }, 'the cache did not take a value');
    }
  }

  async check(): Promise<void> {
    await this.#attempt;
    if (!this.#whole) throw new Error(this.#lastError);
    await this.#opened().ping();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#whole = false;
    clearTimeout(this.#retry);
    this.#connection?.close();
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
      this.#backOffMs = firstBackOffMs;
      this.#lastError = 'the connection was lost';
    } catch (error) {
      this.#lastError = (reason ?? (error as Error)).message;
      // An attempt that hangs half-way in must not stay there.
      connection?.close();
      this.#scheduleConnect();
    }
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

function loginOf(settings: Settings, user: string, password: () => string | undefined) {
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
