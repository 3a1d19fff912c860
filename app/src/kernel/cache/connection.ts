import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Settings } from '../../contract';

/** Who logs in; nothing where the server has no users. */
export interface CacheLoginData {
  readonly username?: string;
  readonly password?: string;
}

/** What a connection says of itself. */
export interface ConnectionEvents {
  /** Why it doesn't work; comes before `lost` or the rejection of `open`. */
  failed(error: Error): void;
  /** It, or a part of it, is gone for good: its login may be too old for another attempt. At most once. */
  lost(): void;
}

/** One login to the cache: one connection, or one per shard. Commands reject while it is out of reach. */
export interface Connection {
  /** Resolves when every primary answers. To be called once. */
  open(): Promise<void>;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlSeconds: number): Promise<unknown>;
  /** Runs a script that the server may know by its hash. All keys must share one hash tag. */
  script(hash: string, source: string, keys: readonly string[], args: readonly string[]): Promise<unknown>;
  /** What each primary says of its memory. */
  memoryInfo(): Promise<string[]>;
  ping(): Promise<unknown>;
  close(): void;
}

export function connectionTo(
  settings: Settings,
  login: CacheLoginData,
  events: ConnectionEvents,
): Connection {
  const connection =
    settings.HOLDFAST_CACHE_MODE === 'cluster'
      ? toCluster(settings, login, events)
      : toServer(openNode(settings, login), events);
  return {
    ...connection,
    open: () => withTimeout(connection.open(), settings.HOLDFAST_CACHE_CONNECT_TIMEOUT_MS, 'no connection'),
  };
}

/** A client of the one server, or of any node of the cluster: it is not connected yet. */
export function openNode(settings: Settings, login: CacheLoginData): Redis {
  return new Redis({
    ...optionsOf(settings, login),
    ...addressOf(settings),
    lazyConnect: true,
    enableOfflineQueue: false,
  });
}

const addressOf = (settings: Settings) => ({
  host: settings.HOLDFAST_CACHE_HOST as string,
  port: settings.HOLDFAST_CACHE_PORT,
});

function optionsOf(settings: Settings, login: CacheLoginData): RedisOptions {
  return {
    ...login,
    ...(settings.HOLDFAST_CACHE_TLS === 'on' ? { tls: {} } : {}),
    // Reconnecting is the cache's, because ioredis would log in with the token of this connection.
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

function toServer(redis: Redis, events: ConnectionEvents): Connection {
  redis.on('error', (error: Error) => events.failed(error));
  redis.once('end', () => events.lost());
  return {
    open: () => redis.connect(),
    get: (key) => redis.get(key),
    set: (key, value, ttlSeconds) => redis.set(key, value, 'EX', ttlSeconds),
    script: (...script) => runScript(redis, ...script),
    memoryInfo: async () => [await redis.info('memory')],
    ping: () => redis.ping(),
    close: () => redis.disconnect(),
  };
}

/**
 * One client for all shards. Each node it connects to later gets the login it began with, which IAM accepts for a quarter
 * of an hour: so all primaries are connected to at once, and when one of those connections ends the client is done with.
 */
function toCluster(settings: Settings, login: CacheLoginData, events: ConnectionEvents): Connection {
  const cluster = new Cluster([addressOf(settings)], {
    redisOptions: optionsOf(settings, login),
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    clusterRetryStrategy: () => null,
    // A node that is gone is given up, not waited for: the database answers instead.
    maxRedirections: 3,
    retryDelayOnFailover: 50,
    // The certificate is made out for the nodes' names, not for the addresses behind them.
    dnsLookup: (address, callback) => callback(null, address),
  });
  const primaries = new Set<Redis>();
  let lost = false;
  const lose = () => {
    if (lost) return;
    lost = true;
    events.lost();
  };
  // "Failed to refresh slots cache" says nothing; why the last node refused does.
  cluster.on('error', (error: Error & { lastNodeError?: Error }) =>
    events.failed(error.lastNodeError ?? error),
  );
  cluster.on('node error', (error: Error) => events.failed(error));
  // The endpoint itself is left as soon as the nodes are known.
  cluster.on('-node', (node: Redis) => {
    if (primaries.has(node)) lose();
  });
  cluster.once('end', lose);
  const pingAll = () => Promise.all(cluster.nodes('master').map((node) => node.ping()));
  const within = <T>(command: Promise<T>) =>
    withTimeout(command, settings.HOLDFAST_CACHE_COMMAND_TIMEOUT_MS, 'no answer');
  return {
    open: async () => {
      await cluster.connect();
      for (const node of cluster.nodes('master')) primaries.add(node);
      await pingAll();
    },
    get: (key) => within(cluster.get(key)),
    set: (key, value, ttlSeconds) => within(cluster.set(key, value, 'EX', ttlSeconds)),
    script: (...script) => within(runScript(cluster, ...script)),
    memoryInfo: () => Promise.all(cluster.nodes('master').map((node) => node.info('memory'))),
    ping: pingAll,
    close: () => cluster.disconnect(),
  };
}

async function runScript(
  client: Redis | Cluster,
  hash: string,
  source: string,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  try {
    return await client.evalsha(hash, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
    return client.eval(source, keys.length, ...keys, ...args);
  }
}

export async function withTimeout<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
