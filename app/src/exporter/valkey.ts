import type { Redis } from 'ioredis';
import { cacheUser, exporter, type Settings } from '../contract';
import { loginOf, openNode } from '../kernel/cache';
import { Samples } from './samples';

/** Where a primary is, as it is called in metrics too. */
interface Node {
  readonly host: string;
  readonly port: number;
}
const nameOf = ({ host, port }: Node): string => `${host}:${port}`;

/**
 * Asks each primary: the one that the settings name, or that of each shard. Each question has a connection and a login of
 * its own, which ElastiCache ends after twelve hours otherwise.
 */
export class ValkeyExporter {
  /** The history of writes that each node last had. */
  readonly #histories = new Map<string, string>();
  #changes = 0;

  constructor(
    private readonly settings: Settings,
    private readonly password: () => string | undefined,
  ) {}

  /** @throws whatever the first node that fails answers */
  async ask(): Promise<Samples> {
    const { settings } = this;
    const named: Node = {
      host: settings.HOLDFAST_CACHE_HOST as string,
      port: settings.HOLDFAST_CACHE_PORT,
    };
    const nodes =
      settings.HOLDFAST_CACHE_MODE === 'cluster' ? await this.#with(named, primaries(named)) : [named];
    const samples = new Samples();
    const began = this.#histories.size === 0;
    for (const node of nodes) {
      const answer = await this.#with(node, async (redis) => ({
        info: parseInfo(await redis.info()),
        slow: Number(await redis.call('SLOWLOG', 'LEN')),
      }));
      readInfo(nameOf(node), answer.info, samples);
      samples.add('holdfast_valkey_slow_log_entries', { node: nameOf(node) }, answer.slow);
      this.#follow(nameOf(node), answer.info.master_replid ?? '', began);
    }
    samples.add('holdfast_valkey_primary_changes_total', this.#changes);
    return samples;
  }

  /** After a failover the same name leads elsewhere, or a shard's primary is another node. */
  #follow(node: string, history: string, first: boolean): void {
    if (!first && this.#histories.get(node) !== history) this.#changes += 1;
    this.#histories.set(node, history);
  }

  async #with<T>(node: Node, work: (redis: Redis) => Promise<T>): Promise<T> {
    const environment = this.settings.HOLDFAST_ENVIRONMENT;
    const login = loginOf(this.settings, cacheUser('exporter', environment), this.password);
    const milliseconds = exporter.serverSeconds * 1000;
    const redis = openNode(
      {
        ...this.settings,
        HOLDFAST_CACHE_HOST: node.host,
        HOLDFAST_CACHE_PORT: node.port,
        HOLDFAST_CACHE_CONNECT_TIMEOUT_MS: Math.min(
          milliseconds,
          this.settings.HOLDFAST_CACHE_CONNECT_TIMEOUT_MS,
        ),
        HOLDFAST_CACHE_COMMAND_TIMEOUT_MS: milliseconds,
      },
      await login(),
    );
    // ioredis rejects with "Connection is closed" whatever the reason; that came as an event before.
    let reason: Error | undefined;
    redis.on('error', (error: Error) => {
      reason = error;
    });
    try {
      await redis.connect();
      return await work(redis);
    } catch (error) {
      throw reason ?? error;
    } finally {
      redis.disconnect();
    }
  }
}

/** The first of each range of slots is its primary; a node without a name of its own is the one that was asked. */
const primaries =
  (asked: Node) =>
  async (redis: Redis): Promise<Node[]> => {
    const ranges = (await redis.call('CLUSTER', 'SLOTS')) as [number, number, [string | null, number]][];
    const nodes = ranges.map(([, , [host, port]]) => ({ host: host || asked.host, port }));
    return [...new Map(nodes.map((node) => [nameOf(node), node])).values()];
  };

type Info = Readonly<Record<string, string>>;

/** `name:value` by line; the rest is headings. */
const parseInfo = (text: string): Info =>
  Object.fromEntries(
    text.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0 && !line.startsWith('#') ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
    }),
  );

/** `a=1,b=2` */
const parseMembers = (text: string): Info =>
  Object.fromEntries(text.split(',').map((pair) => pair.split('=', 2) as [string, string]));

/** What a node says of itself. What it doesn't say is left out. */
function readInfo(node: string, info: Info, samples: Samples): void {
  const number = (name: string) => Number(info[name] ?? Number.NaN);
  samples.add('holdfast_valkey_memory_used_bytes', { node }, number('used_memory'));
  samples.add('holdfast_valkey_memory_max_bytes', { node }, number('maxmemory'));
  samples.add('holdfast_valkey_evicted_keys_total', { node }, number('evicted_keys'));
  samples.add('holdfast_valkey_lookups_total', { node, result: 'hit' }, number('keyspace_hits'));
  samples.add('holdfast_valkey_lookups_total', { node, result: 'miss' }, number('keyspace_misses'));
  samples.add('holdfast_valkey_commands_total', { node }, number('total_commands_processed'));
  samples.add('holdfast_valkey_clients', { node }, number('connected_clients'));
  samples.add('holdfast_valkey_clients_max', { node }, number('maxclients'));
  samples.add('holdfast_valkey_clients_rejected_total', { node }, number('rejected_connections'));
  // A database without keys is not listed.
  samples.add('holdfast_valkey_keys', { node }, Number(parseMembers(info.db0 ?? 'keys=0').keys));
  samples.add('holdfast_valkey_primary', { node }, info.role === 'master' ? 1 : 0);
  samples.add('holdfast_valkey_replication_offset_bytes', { node }, number('master_repl_offset'));
  samples.add('holdfast_valkey_replicas', { node }, number('connected_slaves'));
  for (const [name, text] of Object.entries(info)) {
    if (!/^slave\d+$/.test(name)) continue;
    const { ip, port, offset, lag } = parseMembers(text);
    const labels = { node, replica: `${ip}:${port}` };
    samples.add('holdfast_valkey_replica_lag_seconds', labels, Number(lag));
    const behind = Math.max(number('master_repl_offset') - Number(offset), 0);
    samples.add('holdfast_valkey_replica_lag_bytes', labels, behind);
  }
}
