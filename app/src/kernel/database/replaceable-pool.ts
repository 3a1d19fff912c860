import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import type { PoolUse } from './index';

/**
 * A pool that can be thrown away and made anew while it is in use. Connections to a server that stopped answering look
 * alive until their queries time out; new requests shall not wait for them.
 */
export class ReplaceablePool implements PostgresPool {
  #pool: Pool;
  /** Open connections, those of pools that were replaced included: theirs are the ones that hang. */
  readonly #clients = new Set<PoolClient>();

  /** @param open makes a pool; called again for each replacement */
  constructor(private readonly open: () => Pool) {
    this.#pool = this.#start();
  }

  async connect(): Promise<PostgresPoolClient> {
    return (await this.#pool.connect()) as unknown as PostgresPoolClient;
  }

  /** Rejects when no answer comes within the milliseconds; the connection is given up then. */
  async ask(text: string, timeoutMs: number): Promise<void> {
    await this.#pool.query({ text, query_timeout: timeoutMs } as { text: string });
  }

  use(): PoolUse {
    const { totalCount, idleCount, waitingCount, options } = this.#pool;
    return {
      used: totalCount - idleCount,
      idle: idleCount,
      waiting: waitingCount,
      maximum: options.max,
    };
  }

  /**
   * New requests get new connections. Queries that are under way end as they may, or with `cut` at once, with an error.
   */
  replace({ cut }: { readonly cut: boolean }): void {
    const [old, clients] = [this.#pool, [...this.#clients]];
    this.#pool = this.#start();
    // Idle connections are closed now, the others when their users give them back.
    old.end().catch(() => {});
    if (!cut) return;
    for (const client of clients) (client as unknown as { end(): Promise<void> }).end().catch(() => {});
  }

  end(): Promise<void> {
    return this.#pool.end();
  }

  #start(): Pool {
    const pool = this.open();
    pool.on('connect', (client) => this.#clients.add(client));
    pool.on('remove', (client) => this.#clients.delete(client));
    return pool;
  }
}
