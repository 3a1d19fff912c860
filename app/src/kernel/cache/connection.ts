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
  ping(): Promise<unknown>;
  close(): void;
}

/** Milliseconds: a cache that is slower than this is worse than none. */
const commandTimeoutMs = 500;
const connectTimeoutMs = 2500;

export function connectionTo(
  settings: Settings,
  login: CacheLoginData,
  events: ConnectionEvents,
): Connection {
  const options = optionsOf(settings, login);
  const at = { host: settings.HOLDFAST_CACHE_HOST as string, port: settings.HOLDFAST_CACHE_PORT };
  const connection =
    settings.HOLDFAST_CACHE_MODE === 'cluster'
      ? toCluster(at, options, events)
      : toServer(at, options, events);
  return {
    ...connection,
    open: () => withTimeout(connection.open(), connectTimeoutMs, 'no connection'),
  };
}

function optionsOf(settings: Settings, login: CacheLoginData): RedisOptions {
  return {
    ...login,
    ...(settings.HOLDFAST_CACHE_TLS === 'on' ? { tls: {} } : {}),
    // Reconnecting is the cache's, because ioredis would log in with the token of this connection.
    retryStrategy: null,
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    // A server that doesn't answer doesn't say good-bye either.
    disconnectTimeout: 250,
    // Both would ask for commands that a least-privilege user may not have.
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
  };
}

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

function toServer(at: Endpoint, options: RedisOptions, events: ConnectionEvents): Connection {
  const redis = new Redis({ ...options, ...at, lazyConnect: true, enableOfflineQueue: false });
  redis.on('error', (error: Error) => events.failed(error));
  redis.once('end', () => events.lost());
  return {
    open: () => redis.connect(),
    get: (key) => redis.get(key),
    set: (key, value, ttlSeconds) => redis.set(key, value, 'EX', ttlSeconds),
    ping: () => redis.ping(),
    close: () => redis.disconnect(),
  };
}

/**
 * One client for all shards. Each node it connects to later gets the login it began with, which IAM accepts for a quarter
 * of an hour: so all primaries are connected to at once, and when one of those connections ends the client is done with.
 */
function toCluster(at: Endpoint, options: RedisOptions, events: ConnectionEvents): Connection {
  const cluster = new Cluster([at], {
    redisOptions: options,
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
  const within = <T>(command: Promise<T>) => withTimeout(command, commandTimeoutMs, 'no answer');
  return {
    open: async () => {
      await cluster.connect();
      for (const node of cluster.nodes('master')) primaries.add(node);
      await pingAll();
    },
    get: (key) => within(cluster.get(key)),
    set: (key, value, ttlSeconds) => within(cluster.set(key, value, 'EX', ttlSeconds)),
    ping: pingAll,
    close: () => cluster.disconnect(),
  };
}

async function withTimeout<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
