import { type AwsDeployment, type Deployment, isAws } from '../../environments/load';

/**
 * Why a property differs between environments. A property that differs and is not in this list fails the tests: a
 * difference that nobody can explain is a mistake.
 */
const reasons: Record<string, string> = {
  name: 'Part of every name.',
  tier: 'Decides which rules hold: production may do without none of its safety.',
  account: 'Production has an account of its own, so that nothing elsewhere can touch it.',
  region: 'Production is recovered in another region.',
  recoveryRegion: 'Backups of production are copied to another region, should this one be lost.',
  'recovery.of': 'Stands by for production, and is production but for what this table names.',
  'recovery.role': 'A pilot light until the day on which somebody goes over: docs/recovery.md.',
  'recovery.traffic': 'Nobody is sent to a region by a probe, which knows nothing of stale data.',
  'recovery.database.from':
    'Seconds behind, and there at once; backups would be cheaper, and a restore away.',
  'tags.costCentre': 'Who pays.',
  monthlyBudgetUsd: 'What it costs (docs/cost.md), and some room.',
  'tags.dataClassification': 'Only production holds customers’ data.',
  'network.zones': 'Those of the region.',
  'network.cidr': 'Ranges never overlap, so that environments can be peered.',
  'network.recoveryCidr':
    'Room for production in its second region; no other environment is recovered there.',
  'domain.name': 'Each environment answers to its own; what recovers another, to the other’s.',
  'domain.zone': 'Each account has its own, so that nothing elsewhere writes names of production.',
  'network.nat': 'A gateway per zone survives the loss of a zone; one is cheap; what stands by needs none.',
  'network.flowLogRetentionDays':
    'Long enough for an investigation in production, short where nobody investigates.',
  'network.interfaceEndpoints': 'Keeps AWS traffic off the NAT gateways; not worth the price of development.',
  'cluster.publicAccessCidrs':
    'Development’s API is reached from the office too; production’s from inside the VPC only, and staging tries that first.',
  'cluster.logRetentionDays': 'Audit logs of production are kept for a year.',
  'cluster.nodes.instanceTypes': 'Sized for the load; several types make spot capacity likelier.',
  'cluster.nodes.capacity': 'Spot nodes may go with two minutes’ notice.',
  'cluster.nodes.min': 'A node per zone where the loss of a zone must go unnoticed.',
  'cluster.nodes.max': 'Room for growth, and a bound on the bill.',
  'cluster.nodes.diskGiB': 'Grows with the pods per node.',
  'database.instanceClass': 'Sized for the load.',
  'database.storageGiB.initial': 'Grows by itself, never shrinks.',
  'database.storageGiB.max': 'A bound on the bill.',
  'database.multiAz': 'A standby in a second zone, twice the price.',
  'database.readReplicas': 'Reads that may lag, and a second copy.',
  'database.proxy': 'A pool for many pods; the few of development reach the server themselves.',
  'database.ownerPasswordVersion': 'RDS makes no replica of an instance whose password it manages.',
  'database.backupRetentionDays': 'How far back a mistake can be undone.',
  'database.deletionProtection': 'Development is meant to be thrown away.',
  'cache.nodeType': 'Sized for the load.',
  'cache.replicas': 'Automatic failover needs one.',
  'cache.snapshotRetentionDays': 'The cache can be rebuilt; a snapshot saves the warm-up.',
  'backup.lock.mode': 'Development is meant to be thrown away; elsewhere no mistake deletes a backup.',
  'backup.lock.minDays': 'Long enough to notice that somebody deletes.',
  'backup.lock.maxDays': 'The longest that anything is kept, and some room.',
  'backup.rules.hourly.keepDays': 'Snapshots that outlive the database, close enough to a mistake of today.',
  'backup.rules.daily.keepDays': 'How far back a mistake can be undone.',
  'backup.rules.weekly.keepDays': 'Mistakes that are noticed late.',
  'backup.rules.monthly.keepDays': 'A year, as audits ask for it.',
  'backup.rules.monthly.coldAfterDays': 'Cheaper for what is hardly ever read.',
  'backup.cluster': 'Twice saved, by two programs that fail for different reasons; dear for development.',
  'backup.regionCopies.keepDays':
    'As long as the daily ones that they are copies of; only production is recovered elsewhere.',
  'backup.restoreTest.schedule': 'A restore runs for an hour and costs a database for as long.',
  'backup.restoreTest.atLatestDays': 'A week, and two days for a test that ran late.',
  'backup.dumps.keepDays': 'How far back a mistake can be undone.',
  'backup.velero.keepDays': 'How far back an investigation looks.',
  'backup.velero.lockDays': 'Whoever takes over the cluster must not delete its backups.',
  'chaos.enabled':
    'Staging shows what survives; development has no standby that could, and production has not agreed to be broken.',
  'chaos.minutes': 'Long enough for a failover to end and short enough to wait for.',
  'observability.replicas':
    'Nobody is called for development at night; one may miss what happens while it moves.',
  'observability.retentionDays': 'How far back an investigation looks.',
  'observability.storageGiB': 'Grows with the days that are kept, and with what is watched.',
  'observability.memoryMiB': 'Grows with what is watched.',
  'observability.logs.kind':
    'Elasticsearch keeps two copies of each line and takes eleven gigabytes of memory or more; development has room for Loki.',
  'observability.logs.nodes': 'A copy in another zone; Loki has one.',
  'observability.logs.storageGiB': 'Grows with the days that are kept, and with what is written.',
  'observability.logs.memoryMiB': 'Grows with what is written and searched.',
  'observability.logs.retentionDays': 'How far back an investigation looks.',
  'observability.logs.rollover.days': 'Only Elasticsearch closes indices.',
  'observability.logs.rollover.GiB': 'Only Elasticsearch closes indices.',
  'observability.traces.keptPercentage':
    'In development one wants to see each; elsewhere what is usual is enough.',
  'observability.traces.retentionDays': 'How far back an investigation looks.',
  'observability.traces.replicas':
    'Grows with the traces; development may miss some while a node is replaced.',
  'observability.traces.memoryMiB': 'Grows with the traces that are undecided at a time.',
  'service.logLevel': 'Development may be talkative.',
  'service.flags.compression': 'Tried in development first.',
  'service.roles.gateway.replicas.min': 'Three survive the loss of a zone during a deployment.',
  'service.roles.gateway.replicas.max': 'Room for growth, and a bound on database connections.',
  'service.roles.gateway.cpuMillis': 'Sized for the load.',
  'service.roles.gateway.memoryMiB': 'Sized for the load.',
};
const reasonOf = (path: string): string | undefined =>
  reasons[path] ?? reasons[path.replace(/^service\.roles\.(collector|worker)\./, 'service.roles.gateway.')];

/** Dotted paths of all properties with their values; lists are values. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (value === undefined) return [];
  if (value === null || typeof value !== 'object') return [[path, String(value)]];
  if (Array.isArray(value)) return [[path, value.length > 0 ? value.join(', ') : 'none']];
  return Object.entries(value).flatMap(([key, member]) =>
    leaves(member, path === '' ? key : `${path}.${key}`),
  );
}

/** Properties in which the environments on AWS differ, with each environment's value. */
export function differences(
  deployments: readonly Deployment[],
): { path: string; values: string[]; reason?: string }[] {
  const environments = deployments
    .filter(isAws)
    .map((deployment: AwsDeployment) => new Map(leaves(deployment.environment)));
  const paths = [...new Set(environments.flatMap((environment) => [...environment.keys()]))];
  return paths
    .map((path) => ({
      path,
      values: environments.map((environment) => environment.get(path) ?? '–'),
      reason: reasonOf(path),
    }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** docs/environments.md. */
export function environmentsPage(deployments: readonly Deployment[]): string {
  const names = deployments.filter(isAws).map(({ environment }) => environment.name);
  const rows = differences(deployments).map(
    ({ path, values, reason }) => `| \`${path}\` | ${values.join(' | ')} | ${reason ?? ''} |`,
  );
  return `# What differs between the environments, and why

Generated from \`environments/\` by \`npm run golden\`; what is not listed is the same everywhere. What each property means is
in [environments/schema.ts](../environments/schema.ts), what production must be in
[environments/rules.ts](../environments/rules.ts).

| property | ${names.join(' | ')} | why |
|---|${names.map(() => '---|').join('')}---|
${rows.join('\n')}
`;
}
