import { backupRules } from './backup-rules';
import { chaosRules } from './chaos-rules';
import { connectionLimit, connectionsOfPods } from './connections';
import { networkRules } from './network-rules';
import { observabilityRules } from './observability-rules';
import { platformRules } from './platform-rules';
import { recoveryRules } from './recovery-rules';
import { type Problem, type Rule, when } from './rule';
import type { AwsEnvironment } from './schema';

const placement: Rule[] = [
  {
    reads: ['tier', 'region', 'recoveryRegion', 'database.multiAz'],
    check: ({ tier, region, recoveryRegion, database }) =>
      recoveryRegion === undefined
        ? []
        : [
            ...when(
              recoveryRegion === region,
              'recoveryRegion',
              `must be another region than region, which is "${region}"`,
            ),
            ...when(
              // Production has to have it anyway, and says so below.
              !database.multiAz && tier !== 'production',
              'recoveryRegion',
              'must be left out unless database.multiAz is true: a lost zone is likelier than a lost region',
            ),
          ],
  },
  {
    reads: ['deployRole', 'cluster.adminRoles'],
    check: ({ deployRole, cluster }) =>
      when(
        !deployRole && cluster.adminRoles.length === 0,
        'cluster.adminRoles',
        'must name a role unless deployRole is set, or nobody could install anything on the cluster',
      ),
  },
  {
    reads: ['deployRole', 'cluster.adminRoles', 'cluster.readOnlyRoles'],
    check: ({ deployRole, cluster: { adminRoles, readOnlyRoles = [] } }) =>
      readOnlyRoles.flatMap((role, index) =>
        when(
          role === deployRole || adminRoles.includes(role),
          `cluster.readOnlyRoles.${index}`,
          `"${role}" administers the cluster already; a role has one entry`,
        ),
      ),
  },
  {
    reads: ['cluster.publicAccessCidrs'],
    check: ({ cluster }) =>
      cluster.publicAccessCidrs.flatMap((range, index) =>
        when(
          range.endsWith('/0'),
          `cluster.publicAccessCidrs.${index}`,
          'must not be the whole internet; name the ranges of your offices, VPN or runners',
        ),
      ),
  },
];

/** `max` beside `min`, or the like: the second must not be below the first. */
function ordered(low: string, high: string): Rule {
  const value = (environment: AwsEnvironment, path: string): number | undefined =>
    path
      .split('.')
      .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], environment) as
      | number
      | undefined;
  return {
    reads: [low, high],
    check: (environment) => {
      const [lowest, highest] = [value(environment, low), value(environment, high)];
      // Both are there, or what they belong to was left out.
      if (lowest === undefined || highest === undefined) return [];
      return when(highest < lowest, high, `must be at least ${low}, which is ${lowest}`);
    },
  };
}

const sizes: Rule[] = [
  ordered('cluster.nodes.min', 'cluster.nodes.max'),
  {
    reads: ['cluster.karpenter', 'cluster.nodes.min'],
    check: ({ cluster }) =>
      when(
        cluster.karpenter === true && cluster.nodes !== undefined && cluster.nodes.min < 2,
        'cluster.nodes.min',
        'must be at least 2 when cluster.karpenter is true: its two controllers run on nodes that it did not make',
      ),
  },
  {
    reads: ['cache'],
    check: ({ cache: { shards = 1, replicas, snapshotRetentionDays, reservedMemoryPercent = 25 } }) => [
      ...when(
        shards > 1 && replicas < 1,
        'cache.replicas',
        'must be at least 1 when cache.shards is more than 1: a shard without a replica takes the whole cache down',
      ),
      ...when(
        shards * (1 + replicas) > 90,
        'cache.shards',
        `must be at most ${Math.floor(90 / (1 + replicas))} with ${replicas} replicas: AWS allows 90 nodes`,
      ),
      ...when(
        reservedMemoryPercent < 25 && (replicas > 0 || snapshotRetentionDays > 0),
        'cache.reservedMemoryPercent',
        'must be at least 25 where the cache has replicas or snapshots',
      ),
    ],
  },
  ordered('database.storageGiB.initial', 'database.storageGiB.max'),
  {
    reads: ['database.storageGiB'],
    check: ({ database: { storageGiB } }) =>
      when(
        storageGiB.max > storageGiB.initial && storageGiB.max < storageGiB.initial * 1.1,
        'database.storageGiB.max',
        `must equal database.storageGiB.initial or exceed it by 10 %: at least ${Math.ceil(storageGiB.initial * 1.1)}`,
      ),
  },
  {
    reads: ['database.readReplicas', 'database.ownerPasswordVersion'],
    check: ({ database }) =>
      when(
        database.readReplicas > 0 && database.ownerPasswordVersion === undefined,
        'database.ownerPasswordVersion',
        'must be set, to 1 at first, when database.readReplicas is more than 0: RDS copies no instance whose password it manages',
      ),
  },
  {
    reads: ['database.proxy', 'database.instanceClass'],
    check: ({ database }) =>
      when(
        database.proxy === true && /\.(micro|small)$/.test(database.instanceClass),
        'database.proxy',
        `must be false with database.instanceClass "${database.instanceClass}": the pool needs db.t4g.medium or larger`,
      ),
  },
  {
    reads: ['database.proxy', 'database.instanceClass', 'service.roles'],
    check: ({ database, service }) => {
      const [needed, limit] = [connectionsOfPods(service.roles), connectionLimit(database)];
      return when(
        needed > limit,
        'service.roles',
        `must not open more than ${limit} connections, which ${database.proxy ? 'the proxy takes' : `"${database.instanceClass}" takes without database.proxy`}; all replicas during a rollout open ${needed}: lower replicas.max`,
      );
    },
  },
  ordered('service.roles.gateway.replicas.min', 'service.roles.gateway.replicas.max'),
  ordered('service.roles.collector.replicas.min', 'service.roles.collector.replicas.max'),
  ordered('service.roles.worker.replicas.min', 'service.roles.worker.replicas.max'),
  {
    reads: ['cluster.nodes.architecture', 'cluster.nodes.instanceTypes'],
    check: ({ cluster: { nodes } }) =>
      (nodes?.instanceTypes ?? []).flatMap((type, index) => {
        // Graviton families carry a g after the generation's digit: m7g, c8gn, t4g.
        const architecture = /^[a-z]+\d+g/.test(type) ? 'arm64' : 'x86_64';
        return when(
          architecture !== nodes?.architecture,
          `cluster.nodes.instanceTypes.${index}`,
          `is ${architecture}; cluster.nodes.architecture asks for ${nodes?.architecture}`,
        );
      }),
  },
];

/** Who starts the nodes: a group that is described, or EKS by its own judgement. */
const compute: Rule[] = [
  {
    reads: ['cluster.compute', 'cluster.nodes'],
    check: ({ cluster }) => [
      ...when(
        cluster.compute !== 'auto' && cluster.nodes === undefined,
        'cluster.nodes',
        'is missing: say which nodes the cluster starts on, or set cluster.compute to "auto"',
      ),
      ...when(
        cluster.compute === 'auto' && cluster.nodes !== undefined,
        'cluster.nodes',
        'must be left out when cluster.compute is "auto": EKS chooses the nodes and starts them itself',
      ),
    ],
  },
  {
    reads: ['cluster.compute', 'cluster.karpenter'],
    check: ({ cluster }) =>
      when(
        cluster.compute === 'auto' && cluster.karpenter === true,
        'cluster.karpenter',
        'must be false when cluster.compute is "auto", which brings a Karpenter of its own',
      ),
  },
];

const waivers: Rule = {
  reads: ['waivers', 'cluster.version', 'database.engineVersion'],
  check: ({ waivers = [], cluster, database }) =>
    waivers.flatMap(({ product, version }, index) => {
      const inUse = product === 'Kubernetes' ? cluster.version : database.engineVersion.replace(/\..*$/, '');
      return when(
        version !== inUse,
        `waivers.${index}.version`,
        `must be "${inUse}", the ${product} in use; take the waiver away when its version is gone`,
      );
    }),
};

/** What production has to be: path, what is demanded, whether an environment fulfils it. */
const productionDemands: [string, string, (environment: AwsEnvironment) => boolean][] = [
  ['network.zones', 'three zones', (e) => e.network.existing !== undefined || e.network.zones.length === 3],
  ['network.nat', '"per-zone" or "none"', (e) => e.network.nat !== 'single'],
  [
    'network.existing.privateSubnetIds',
    'three subnets, in three zones',
    (e) => e.network.existing === undefined || e.network.existing.privateSubnetIds.length >= 3,
  ],
  ['cluster.nodes.capacity', '"on-demand"', (e) => e.cluster.nodes?.capacity !== 'spot'],
  ['cluster.nodes.min', 'at least 3', (e) => (e.cluster.nodes?.min ?? 3) >= 3],
  ['database.multiAz', 'true', (e) => e.database.multiAz],
  ['database.readReplicas', 'at least 1', (e) => e.database.readReplicas >= 1],
  ['database.deletionProtection', 'true', (e) => e.database.deletionProtection],
  ['database.backupRetentionDays', 'at least 7', (e) => e.database.backupRetentionDays >= 7],
  ['cache.replicas', 'at least 1', (e) => e.cache.replicas >= 1],
  ['service.roles.gateway.replicas.min', 'at least 3', (e) => e.service.roles.gateway.replicas.min >= 3],
  ['service.roles.collector.replicas.min', 'at least 3', (e) => e.service.roles.collector.replicas.min >= 3],
  ['service.roles.worker.replicas.min', 'at least 3', (e) => e.service.roles.worker.replicas.min >= 3],
];

const production: Rule[] = productionDemands.map(([path, what, fulfilled]) => ({
  // Whether there is an existing VPC decides what else the network has.
  reads: ['tier', path, ...(path.startsWith('network.') ? ['network.existing'] : [])],
  check: (environment) =>
    when(
      environment.tier === 'production' && !fulfilled(environment),
      path,
      `must be ${what} when tier is "production"`,
    ),
}));

export const rules: readonly Rule[] = [
  ...placement,
  ...networkRules,
  ...sizes,
  ...compute,
  ...observabilityRules,
  ...backupRules,
  ...chaosRules,
  ...platformRules,
  ...recoveryRules,
  waivers,
  ...production,
];

/** Whether two dotted paths are the same or one lies within the other. */
const touches = (a: string, b: string): boolean => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);

/** Runs the rules whose inputs the schema accepted. `broken` holds the dotted paths it refused. */
export function crossFieldProblems(environment: AwsEnvironment, broken: readonly string[]): Problem[] {
  return rules
    .filter(
      (rule) => !rule.reads.some((path) => broken.some((other) => other === '' || touches(path, other))),
    )
    .flatMap((rule) => rule.check(environment));
}
