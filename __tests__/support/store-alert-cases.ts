import { type AlertCase, pair } from './alert-cases';

const gib = 2 ** 30;
const day = 86_400;
const up = (server: string) => `holdfast_exporter_up{server="${server}",pod="e"}`;
const connections = (state: string) =>
  `holdfast_postgres_connections{login="holdfast_gateway",state="${state}",pod="e"}`;
const most = 'holdfast_postgres_connections_max{pod="e"}';
const lag = (replica: string) => `holdfast_postgres_replica_lag_seconds{replica="${replica}",pod="e"}`;
const active = 'holdfast_postgres_replication_slot_active{slot="s",pod="e"}';
const retained = 'holdfast_postgres_replication_slot_retained_bytes{slot="s",pod="e"}';
const seconds = 'holdfast_postgres_statement_seconds_total{statement="7",pod="e"}';
const calls = 'holdfast_postgres_statement_calls_total{statement="7",pod="e"}';
const deadlocks = (pod: string) => `holdfast_postgres_deadlocks_total{pod="${pod}"}`;
const waiting = 'holdfast_postgres_sessions_waiting{pod="e"}';
const longest = 'holdfast_postgres_longest_transaction_seconds{pod="e"}';
const age = 'holdfast_postgres_transaction_id_age{pod="e"}';
const used = 'holdfast_valkey_memory_used_bytes{node="n",pod="e"}';
const limit = 'holdfast_valkey_memory_max_bytes{node="n",pod="e"}';
const evicted = 'holdfast_valkey_evicted_keys_total{node="n",pod="e"}';
const rejected = 'holdfast_valkey_clients_rejected_total{node="n",pod="e"}';
const replica = 'holdfast_valkey_replica_lag_seconds{node="n",replica="r",pod="e"}';
const changes = (pod: string) => `holdfast_valkey_primary_changes_total{pod="${pod}"}`;
const route = 'https://example.com/v1/aggregates';
const probe = (metric: string, pod: string) => `${metric}{instance="${route}",pod="${pod}"}`;
const free = 'aws_rds_free_storage_space_minimum{dimension_DBInstanceIdentifier="d"}';
const errors = 'aws_applicationelb_httpcode_elb_5_xx_count_sum{dimension_LoadBalancer="b",name="arn"}';
const velero = (metric: string, schedule: string) => `${metric}{schedule="${schedule}",pod="v"}`;
const dump = (metric: string, cronjob = 'holdfast-backup') =>
  `${metric}{namespace="holdfast-backup",cronjob="${cronjob}",pod="k"}`;
const database = { dimension_DBInstanceIdentifier: 'd' };

/** The same of the database, the cache, the public route, CloudWatch and Velero. */
export const storeAlertCases: readonly AlertCase[] = [
  ...pair(
    'StoreNotSeen',
    15,
    { [up('postgres')]: '1x20', [up('valkey')]: '0x20' },
    { [up('postgres')]: '1x20', [up('valkey')]: '1x20' },
    { server: 'valkey' },
    'Nothing is known of valkey',
  ),
  {
    alert: 'StoreNotSeen',
    at: 15,
    series: {},
    fires: ['postgres', 'valkey'].map((server) => ({
      labels: { server },
      summary: `Nothing is known of ${server}`,
    })),
  },
  ...pair(
    'DatabaseConnectionsMany',
    15,
    { [connections('idle')]: '80x20', [connections('active')]: '5x20', [most]: '100x20' },
    // Two pods of the exporter see the same connections.
    {
      [connections('idle')]: '70x20',
      [connections('idle').replace('"e"', '"f"')]: '70x20',
      [most]: '100x20',
    },
    {},
    '85% of the database’s connections are taken',
  ),
  ...pair(
    'DatabaseConnectionsExhausted',
    5,
    { [connections('active')]: '97x20', [most]: '100x20' },
    { [connections('active')]: '94x20', [most]: '100x20' },
    {},
    '97% of the database’s connections are taken',
  ),
  ...pair(
    'DatabaseReplicaLagging',
    15,
    { [lag('a')]: '120x20', [lag('b')]: '1x20' },
    { [lag('a')]: '59x20' },
    { replica: 'a' },
    'a is 2m 0s behind',
  ),
  ...pair(
    'DatabaseReplicaGone',
    20,
    { [active]: '0x30' },
    // Connects again within the quarter of an hour.
    { [active]: '0x10 1x20' },
    { slot: 's' },
    'Nobody has read from the replication slot s for 15 minutes',
  ),
  ...pair(
    'DatabaseSlotRetainsMuch',
    20,
    { [retained]: `${9 * gib}x30` },
    { [retained]: `${7 * gib}x30` },
    { slot: 's' },
    'The replication slot s keeps 9GiB of WAL',
  ),
  ...pair(
    'DatabaseStatementSlow',
    30,
    { [seconds]: '0+60x40', [calls]: '0+30x40' },
    // Often and quick.
    { [seconds]: '0+60x40', [calls]: '0+600x40' },
    { statement: '7' },
    'Statement 7 takes 2s on average',
  ),
  // Slow, but once in ten minutes.
  {
    alert: 'DatabaseStatementSlow',
    at: 30,
    series: { [seconds]: '0+0.3x40', [calls]: '0+0.1x40' },
    fires: [],
  },
  ...pair(
    'DatabaseDeadlocks',
    20,
    { [deadlocks('e')]: '5+1x30' },
    // The exporter moved to another node: the server counts on.
    { [deadlocks('e')]: '5x10', [deadlocks('f')]: '_x11 6x20' },
    {},
    '15 deadlocks in 15 minutes',
  ),
  ...pair(
    'DatabaseSessionsWaiting',
    10,
    { [waiting]: '12x20' },
    { [waiting]: '12x3 2x20' },
    {},
    '12 sessions wait for locks',
  ),
  ...pair(
    'DatabaseTransactionLong',
    10,
    { [longest]: '1200x20' },
    { [longest]: '600x20' },
    {},
    'A transaction has been open for 20m 0s',
  ),
  ...pair(
    'DatabaseTransactionIdsScarce',
    20,
    { [age]: '1200000000x30' },
    { [age]: '200000000x30' },
    {},
    'The oldest row is 1.2G transactions old',
  ),
  ...pair(
    'CacheMemoryFull',
    20,
    { [used]: '95x30', [limit]: '100x30' },
    // Without a limit there is no share.
    { [used]: '95x30', [limit]: '0x30' },
    { node: 'n' },
    'n uses 95% of its memory',
  ),
  ...pair(
    'CacheEvicting',
    30,
    { [evicted]: '0+600x40' },
    { [evicted]: '0+30x40' },
    { node: 'n' },
    'n removes 10 entries a second before their time',
  ),
  ...pair(
    'CacheClientsRejected',
    20,
    { [rejected]: '0x10 3x20' },
    { [rejected]: '3x30' },
    { node: 'n' },
    'n refuses clients',
  ),
  ...pair(
    'CacheReplicaLagging',
    15,
    { [replica]: '45x20' },
    { [replica]: '1x20' },
    { node: 'n', replica: 'r' },
    'r has not answered n for 45s',
  ),
  ...pair(
    'CacheFailedOver',
    20,
    { [changes('e')]: '0x10 1x20' },
    // The exporter began anew, and forgot what it had counted.
    { [changes('e')]: '1x10', [changes('f')]: '_x11 0x20' },
    {},
    'The primary of the cache has changed',
  ),
  ...pair(
    'PublicRouteDown',
    5,
    { [probe('probe_success', 'a')]: '0x10' },
    // One of the two still gets through.
    { [probe('probe_success', 'a')]: '0x10', [probe('probe_success', 'b')]: '1x10' },
    { instance: route },
    `${route} does not answer from outside`,
  ),
  ...pair(
    'PublicCertificateExpiring',
    90,
    { [probe('probe_ssl_earliest_cert_expiry', 'a')]: `${14 * day}x100` },
    { [probe('probe_ssl_earliest_cert_expiry', 'a')]: `${40 * day}x100` },
    { instance: route },
    `The certificate of ${route} expires in 13d 22h 30m 0s`,
  ),
  ...pair(
    'DatabaseStorageFilling',
    480,
    { [free]: `${9 * gib}-${Math.round(gib / 60)}x480` },
    // As fast, and much is left.
    { [free]: `${90 * gib}-${Math.round(gib / 60)}x480` },
    database,
    'd is full within a day, as its last six hours went',
  ),
  ...pair(
    'DatabaseStorageScarce',
    15,
    { [free]: `${gib / 2}x20` },
    { [free]: `${2 * gib}x20` },
    database,
    'd has 512MiB left',
  ),
  ...pair(
    'LoadBalancerFailing',
    15,
    { [errors]: '120x20' },
    // yace reports what was not measured as no number.
    { [errors]: 'NaN NaN NaN 3x15' },
    { dimension_LoadBalancer: 'b' },
    'b answers 120 requests in five minutes with an error of its own',
  ),
  ...pair(
    'ClusterBackupFailed',
    20,
    { [velero('velero_backup_last_status', 'velero-state')]: '0x30' },
    // One by hand has no schedule, and nobody waits for it.
    {
      [velero('velero_backup_last_status', 'velero-state')]: '1x30',
      [velero('velero_backup_last_status', '')]: '0x30',
    },
    { schedule: 'velero-state' },
    'The last backup by the schedule velero-state failed, or is incomplete',
  ),
  ...pair(
    'ClusterBackupLate',
    27 * 60,
    { [velero('velero_backup_last_successful_timestamp', 'velero-state')]: '0x1800' },
    {
      [velero('velero_backup_last_successful_timestamp', 'velero-state')]: '7200x1800',
      [velero('velero_backup_last_successful_timestamp', '')]: '0x1800',
    },
    { schedule: 'velero-state' },
    'The schedule velero-state has made no good backup for 1d 3h 0m 0s',
  ),
  ...pair(
    'DatabaseDumpLate',
    27 * 60,
    // An hour old when it last succeeded.
    {
      [dump('kube_cronjob_created')]: '0x1800',
      [dump('kube_cronjob_status_last_successful_time')]: '0x1800',
    },
    {
      [dump('kube_cronjob_created')]: '0x1800',
      [dump('kube_cronjob_status_last_successful_time')]: '7200x1800',
      [dump('kube_cronjob_created', 'another')]: '0x1800',
    },
    {},
    'The scheduled dump of the database has not succeeded for 1d 3h 0m 0s',
  ),
  // It never succeeded at all: its key is missing, say.
  {
    alert: 'DatabaseDumpLate',
    at: 27 * 60,
    series: { [dump('kube_cronjob_created')]: '0x1800' },
    fires: [{ labels: {}, summary: 'The scheduled dump of the database has not succeeded for 1d 3h 0m 0s' }],
  },
];
