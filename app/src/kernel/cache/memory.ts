import type { Cache } from './index';

/**
 * A cache inside the process, for `local`. Holds at most `capacity` entries and drops the least recently
 * used.
 */
export class MemoryCache implements Cache {
  /** A Map iterates in insertion order: re-inserting on use keeps the least recently used first. */
  readonly #entries = new Map<string, { value: string; expires: number }>();

  constructor(
    private readonly capacity = 1000,
    private readonly now: () => number = Date.now,
  ) {}

  async get(key: string): Promise<string | undefined> {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (entry.expires <= this.now()) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    this.#entries.delete(key);
    this.#entries.set(key, { value, expires: this.now() + ttlSeconds * 1000 });
    if (this.#entries.size > this.capacity) {
      const [oldest] = this.#entries.keys();
      this.#entries.delete(oldest as string);
    }
  }

  async check(): Promise<void> {}
  async close(): Promise<void> {
    this.#entries.clear();
  }
}
