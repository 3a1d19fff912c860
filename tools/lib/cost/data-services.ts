/** Databases, caches and what keeps copies of them. */
import { allMonth, type Charge, type Missing, monthly, type Pricer, running } from './charge';
import { at, type Estate, isTrue, numberAt, ofType, type PricedResource, referred } from './estate';

/** Virtual processors of a class, for what is charged by them: burstable and `large` classes have two. */
export function processors(instanceClass: string): number {
  const size = instanceClass.split('.').at(-1) ?? '';
  const times = /^(\d*)xlarge$/.exec(size);
  return times ? 4 * Number(times[1] || 1) : 2;
}

/** A replica has its source's storage, and says nothing of it itself. */
function storageOf(instance: PricedResource, estate: Estate): number {
  const source = referred(estate, instance, instance.values['replicate_source_db']);
  return (
    numberAt(instance.values, 'allocated_storage') ??
    numberAt(source?.values, 'allocated_storage') ??
    estate.copiedGib ??
    0
  );
}

function database(instance: PricedResource, estate: Estate): (Charge | Missing)[] {
  const kind = String(instance.values['instance_class']);
  const zones = isTrue(instance.values['multi_az']) ? 2 : 1;
  const gib = storageOf(instance, estate);
  const backups = backupGib(instance, estate, gib);
  return [
    running(zones === 2 ? `${kind}, two zones` : kind, `rds.${kind}`, zones),
    ...(gib > 0
      ? [monthly(`${gib} GiB storage${zones === 2 ? ', two zones' : ''}`, 'rds.storage.gp3', gib * zones)]
      : [{ missing: 'storage that is not known from the synthesis (a replica of another region)' }]),
    ...(backups > 0 ? [monthly('automated backups beyond the free ones', 'rds.backup', backups)] : []),
    ...(instance.values['database_insights_mode'] === 'advanced'
      ? [allMonth('Database Insights', 'rds.insights.advanced', processors(kind) * zones)]
      : []),
  ];
}

/** As much as the storage is free; beyond it, what changes in a day times the days kept. */
function backupGib(instance: PricedResource, estate: Estate, gib: number): number {
  const days = numberAt(instance.values, 'backup_retention_period') ?? 0;
  const held = days > 0 ? gib + gib * (estate.usage?.dailyChange ?? 0) * days : 0;
  return Math.max(0, held - gib);
}

function cacheNodes(group: PricedResource): number {
  const shards = numberAt(group.values, 'num_node_groups') ?? 1;
  const replicas = numberAt(group.values, 'replicas_per_node_group');
  return replicas === undefined
    ? (numberAt(group.values, 'num_cache_clusters') ?? 1)
    : shards * (1 + replicas);
}

/** What a plan keeps: the database whole once, and what changes on each day that it is kept. */
function plan(resource: PricedResource, estate: Estate): Charge[] {
  const primary = ofType(estate, 'aws_db_instance').find(({ values }) => !values['replicate_source_db']);
  const gib = numberAt(primary?.values, 'allocated_storage') ?? 0;
  const rules = [at(resource.values, 'rule')].flat().filter(Boolean);
  const change = estate.usage?.dailyChange ?? 0;
  const held = rules.map((rule) => {
    const days = numberAt(rule, 'lifecycle', 'delete_after') ?? 0;
    return gib * (1 + change * days);
  });
  const total = held.reduce((sum, each) => sum + each, 0);
  return total > 0 ? [monthly(`recovery points of ${rules.length} rules`, 'rds.backup', total)] : [];
}

export const dataServices: Record<string, Pricer> = {
  aws_db_instance: database,
  aws_db_proxy: (_proxy, estate) => {
    const primary = ofType(estate, 'aws_db_instance').find(({ values }) => !values['replicate_source_db']);
    // Charged for the database's processors, two at least.
    const count = Math.max(2, processors(String(primary?.values['instance_class'] ?? '')));
    return [allMonth(`${count} processors of the database`, 'rds.proxy', count)];
  },
  aws_elasticache_replication_group: (group) => {
    const type = String(group.values['node_type']);
    const nodes = cacheNodes(group);
    const engine = group.values['engine'] === 'valkey' ? 'valkey' : 'redis';
    return [running(`${nodes} × ${type}`, `${engine}.${type}`, nodes)];
  },
  aws_db_instance_automated_backups_replication: (_replication, estate) => {
    const [primary] = ofType(estate, 'aws_db_instance');
    const gib = numberAt(primary?.values, 'allocated_storage') ?? 0;
    const moved = gib * (estate.usage?.dailyChange ?? 0) * 30;
    return [
      monthly('backups in the second region', 'rds.backup', gib),
      monthly('changes sent there', 'transfer.regions', moved),
    ];
  },
  aws_backup_plan: plan,
  aws_backup_vault: { free: 'paid as the recovery points in it' },
  aws_backup_selection: { free: 'part of its plan' },
  aws_backup_vault_lock_configuration: { free: 'AWS charges nothing for it' },
  aws_backup_vault_policy: { free: 'AWS charges nothing for it' },
  aws_backup_report_plan: { free: 'paid as the objects that it writes' },
  aws_backup_restore_testing_plan: { free: 'paid as what it restores, for the hours that that stands' },
  aws_backup_restore_testing_selection: { free: 'part of its plan' },
};
