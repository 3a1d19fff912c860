import type { AlarmRule } from '../alarms/alarm';

/** Connections that ElastiCache lets a node have; it can't be raised. */
const mostConnections = 65_000;

/** A node of the cache: what its alarms are called by, and ElastiCache's name of it. */
interface CacheNode {
  readonly id: string;
  readonly name: string;
}
const padded = (number: number, digits: number): string => String(number).padStart(digits, '0');

/** Id of the replication group. Another mode is another group, so that the two can't be taken for each other. */
export const cacheGroup = (name: string, shards: number): string => (shards > 1 ? `${name}-sharded` : name);

/**
 * The nodes of a group, by the names that ElastiCache gives them. They stay when a failover changes who is the primary.
 * With one shard `<group>-001`, with more `<group>-0001-001`.
 */
export function cacheNodes(group: string, shards: number, replicas: number): CacheNode[] {
  const inShard = Array.from({ length: 1 + replicas }, (_, index) => index + 1);
  if (shards === 1) return inShard.map((node) => ({ id: `${node}`, name: `${group}-${padded(node, 3)}` }));
  return Array.from({ length: shards }, (_, index) => index + 1).flatMap((shard) =>
    inShard.map((node) => ({
      id: `${shard}-${node}`,
      name: `${group}-${padded(shard, 4)}-${padded(node, 3)}`,
    })),
  );
}

/**
 * What somebody is called for, per node: any of them may be the primary. Thresholds without a source are starting
 * points: no load has been measured on AWS.
 */
export const cacheAlarms = (node: {
  readonly nodeType: string;
  readonly replicated: boolean;
}): AlarmRule[] => [
  {
    id: 'cpu',
    metric: 'CPUUtilization',
    statistic: 'Average',
    threshold: { above: 90 },
    unit: '%',
    minutes: 15,
    // The one alarm that also tells that the node is gone.
    silence: 'breaching',
    meaning:
      'All processors of the node are busy, or it reports nothing any more: find the commands that cost most.',
    runbook: 'cache-saturated',
  },
  {
    id: 'engine-cpu',
    metric: 'EngineCPUUtilization',
    statistic: 'Average',
    // Commands run in one thread, whatever the node has: from here on they queue. AWS recommends 90.
    threshold: { above: 80 },
    unit: '%',
    minutes: 15,
    silence: 'not-breaching',
    meaning: 'Commands run in one thread, and it is full: find the slow ones in the slow log.',
    runbook: 'cache-saturated',
  },
  {
    id: 'memory',
    metric: 'DatabaseMemoryUsagePercentage',
    statistic: 'Maximum',
    threshold: { above: 90 },
    unit: '%',
    minutes: 15,
    silence: 'not-breaching',
    meaning:
      'At the limit keys that expire are evicted, and writes fail once there are none: see what grows, or take a larger node.',
    runbook: 'cache-saturated',
  },
  {
    id: 'evictions',
    metric: 'Evictions',
    statistic: 'Sum',
    // A handful is how a full cache works. This many, and what is cached doesn't live until it is asked for.
    threshold: { above: 1_000 },
    unit: 'keys in 5 minutes',
    minutes: 30,
    silence: 'not-breaching',
    meaning:
      'The cache is too small for what is put into it, so that queries go to the database: take a larger node.',
    runbook: 'cache-saturated',
  },
  {
    id: 'connections',
    metric: 'CurrConnections',
    statistic: 'Maximum',
    threshold: { above: 0.8 * mostConnections },
    unit: 'connections',
    minutes: 15,
    silence: 'not-breaching',
    meaning: `A node refuses what exceeds ${mostConnections.toLocaleString('en-US')} connections: see which client doesn't close its own.`,
    runbook: 'cache-saturated',
  },
  ...(/^cache\.t/.test(node.nodeType) ? [credits] : []),
  ...(node.replicated ? [lag] : []),
];

const credits: AlarmRule = {
  id: 'cpu-credits',
  metric: 'CPUCreditBalance',
  statistic: 'Average',
  threshold: { below: 20 },
  unit: 'credits',
  // A new node begins with few and earns these within the first two hours.
  minutes: 120,
  silence: 'not-breaching',
  meaning:
    'The node is too small for its load: ElastiCache goes on at full speed and charges for what exceeds the credits.',
  runbook: 'cache-saturated',
};

const lag: AlarmRule = {
  id: 'replication-lag',
  metric: 'ReplicationLag',
  statistic: 'Maximum',
  // Usually below one. What a failover now loses is as old as this.
  threshold: { above: 10 },
  unit: 's',
  minutes: 15,
  // The primary has none, and which node that is changes.
  silence: 'not-breaching',
  meaning:
    'A replica is behind, and a failover to it would lose the newest entries: see what the primary sends.',
  runbook: 'cache-saturated',
};
