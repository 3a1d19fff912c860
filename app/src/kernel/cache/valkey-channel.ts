import type { Redis } from 'ioredis';
import { openNode, withTimeout } from './connection';
import type { Channel } from './index';
import { loginOf, type ValkeyOptions } from './valkey';

export interface ChannelOptions extends ValkeyOptions {
  /** Name of the channel; must begin with the prefix that the login may use. */
  readonly name: string;
}

const firstBackOffMs = 250;
const maximumBackOffMs = 5000;

/**
 * Opens a publish/subscribe channel and keeps it connected in the background. Messages are hints: one that is
 * published while a subscriber is away is lost for it, so a subscriber is also called after each reconnection.
 */
export function openValkeyChannel(options: ChannelOptions): Channel {
  return new ValkeyChannel(options);
}

class ValkeyChannel implements Channel {
  readonly #listeners = new Set<() => void>();
  readonly #login: ReturnType<typeof loginOf>;
  #redis: Redis | undefined;
  #retry: NodeJS.Timeout | undefined;
  #backOffMs = firstBackOffMs;
  #closed = false;

  constructor(private readonly options: ChannelOptions) {
    this.#login = loginOf(options.settings, options.user, options.password);
    void this.#subscribe();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** On a connection of its own, because one that has subscribed can't publish. Changes are rare. */
  async publish(message: string): Promise<void> {
    let redis: Redis | undefined;
    try {
      redis = await this.#open();
      await this.#connect(redis);
      await redis.publish(this.options.name, message);
    } catch (error) {
      this.options.log.warn({ err: error }, 'a message could not be announced; it is found by polling');
    } finally {
      redis?.disconnect();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#redis?.disconnect();
  }

  /** One attempt, with a login made for it: tokens are only good for a quarter of an hour. Never rejects. */
  async #subscribe(): Promise<void> {
    try {
      const redis = await this.#open();
      if (this.#closed) return;
      this.#redis = redis;
      redis.on('message', () => this.#tell());
      await this.#connect(redis);
      await redis.subscribe(this.options.name);
      redis.on('end', () => this.#schedule());
      this.#backOffMs = firstBackOffMs;
      this.#tell();
    } catch (error) {
      this.options.log.debug(
        { err: error },
        'the channel is out of reach; its messages are found by polling',
      );
      this.#redis?.disconnect();
      this.#schedule();
    }
  }

  async #open(): Promise<Redis> {
    // Of a cluster any node will do: what is published at one is told to the subscribers of all.
    const redis = openNode(this.options.settings, await this.#login());
    // Without a listener ioredis writes to the console; the rejection says the same.
    redis.on('error', () => {});
    return redis;
  }

  #connect(redis: Redis): Promise<void> {
    const { HOLDFAST_CACHE_CONNECT_TIMEOUT_MS: timeoutMs } = this.options.settings;
    return withTimeout(redis.connect(), timeoutMs, 'no connection');
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #schedule(): void {
    if (this.#closed || this.#retry) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.#subscribe();
    }, this.#backOffMs);
    this.#retry.unref();
    this.#backOffMs = Math.min(this.#backOffMs * 2, maximumBackOffMs);
  }
}
