import type { ExporterMetricName } from '../../app/src/contract';
import type { Alert, AlertGroup } from './alert';
import type { PromQl } from './promql';
import { ofStore, query } from './query';

const gib = 2 ** 30;

/** The one value, whatever pod of the exporter says it: while the pod moves, two do. */
const one = (metric: ExporterMetricName): PromQl => query`max(${ofStore(metric)})`;

const exporter: readonly Alert[] = [
  {
    name: 'StoreNotSeen',
    expr: query`max by (server) (${ofStore('holdfast_exporter_up')}) == 0 or absent(${ofStore('holdfast_exporter_up', { server: 'postgres' })}) or absent(${ofStore('holdfast_exporter_up', { server: 'valkey' })})`,
    for: '10m',
    severity: 'warning',
    summary: 'Nothing is known of {{ $labels.server }}',
    description:
      'The exporter is gone, or the server does not answer it: the other alerts on that server see nothing.',
    runbook: 'monitoring-impaired',
  },
];

const connections = query`sum(max by (login, state) (${ofStore('holdfast_postgres_connections')})) / ${one('holdfast_postgres_connections_max')}`;

const database: readonly Alert[] = [
  {
    name: 'DatabaseConnectionsMany',
    expr: query`${connections} > 0.8`,
    for: '10m',
    severity: 'warning',
    summary: '{{ $value | humanizePercentage }} of the database’s connections are taken',
    description: 'At its limit nobody gets in any more, the operator neither.',
    runbook: 'database-saturated',
  },
  {
    name: 'DatabaseConnectionsExhausted',
    expr: query`${connections} > 0.95`,
    for: '2m',
    severity: 'critical',
    summary: '{{ $value | humanizePercentage }} of the database’s connections are taken',
    description: 'The next pods that start get none, and requests fail.',
    runbook: 'database-saturated',
  },
  {
    name: 'DatabaseReplicaLagging',
    expr: query`max by (replica) (${ofStore('holdfast_postgres_replica_lag_seconds')}) > 60`,
    for: '10m',
    severity: 'warning',
    summary: '{{ $labels.replica }} is {{ $value | humanizeDuration }} behind',
    description: 'Whoever reads from it gets old data.',
    runbook: 'database-replica-lagging',
  },
  {
    name: 'DatabaseReplicaGone',
    expr: query`max by (slot) (${ofStore('holdfast_postgres_replication_slot_active')}) == 0`,
    for: '15m',
    severity: 'warning',
    summary: 'Nobody has read from the replication slot {{ $labels.slot }} for 15 minutes',
    description:
      'A replica is cut off or gone, and the primary keeps all WAL for it until its volume is full.',
    runbook: 'database-replica-lagging',
  },
  {
    name: 'DatabaseSlotRetainsMuch',
    expr: query`max by (slot) (${ofStore('holdfast_postgres_replication_slot_retained_bytes')}) > ${8 * gib}`,
    for: '15m',
    severity: 'critical',
    summary: 'The replication slot {{ $labels.slot }} keeps {{ $value | humanize1024 }}B of WAL',
    description: 'It grows with every write. Once the volume is full the database stops.',
    runbook: 'database-storage-full',
  },
  {
    name: 'DatabaseStatementSlow',
    // Slow, and often enough to matter: a tenth of one processor.
    expr: query`max by (statement) (rate(${ofStore('holdfast_postgres_statement_seconds_total')}[10m]) / rate(${ofStore('holdfast_postgres_statement_calls_total')}[10m])) > 1 and max by (statement) (rate(${ofStore('holdfast_postgres_statement_seconds_total')}[10m])) > 0.1`,
    for: '10m',
    severity: 'warning',
    summary: 'Statement {{ $labels.statement }} takes {{ $value | humanizeDuration }} on average',
    description: 'Requests that need it are slow, and what it holds others wait for.',
    runbook: 'database-statements-slow',
  },
  {
    name: 'DatabaseDeadlocks',
    expr: query`increase(${one('holdfast_postgres_deadlocks_total')}[15m:1m]) > 3`,
    for: '0s',
    severity: 'warning',
    summary: '{{ $value | humanize }} deadlocks in 15 minutes',
    description:
      'Transactions lock the same rows in another order. One of each pair is rolled back and tried again.',
    runbook: 'database-contention',
  },
  {
    name: 'DatabaseSessionsWaiting',
    expr: query`${one('holdfast_postgres_sessions_waiting')} > 10`,
    for: '5m',
    severity: 'warning',
    summary: '{{ $value }} sessions wait for locks',
    description: 'Somebody holds what everybody wants; the pools of the pods run dry.',
    runbook: 'database-contention',
  },
  {
    name: 'DatabaseTransactionLong',
    expr: query`${one('holdfast_postgres_longest_transaction_seconds')} > 900`,
    for: '5m',
    severity: 'warning',
    summary: 'A transaction has been open for {{ $value | humanizeDuration }}',
    description: 'Vacuum removes nothing that is newer, so tables grow; what it has locked stays locked.',
    runbook: 'database-contention',
  },
  {
    name: 'DatabaseTransactionIdsScarce',
    expr: query`${one('holdfast_postgres_transaction_id_age')} > 1000000000`,
    for: '15m',
    severity: 'warning',
    summary: 'The oldest row is {{ $value | humanize }} transactions old',
    description: 'Vacuum is kept from freezing it. At some 2.1 billion PostgreSQL refuses every write.',
    runbook: 'database-wraparound',
  },
];

const cache: readonly Alert[] = [
  {
    name: 'CacheMemoryFull',
    expr: query`max by (node) (${ofStore('holdfast_valkey_memory_used_bytes')}) / max by (node) (${ofStore('holdfast_valkey_memory_max_bytes')} > 0) > 0.9`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $labels.node }} uses {{ $value | humanizePercentage }} of its memory',
    description: 'Next it removes entries before their time, then it refuses new ones.',
    runbook: 'cache-saturated',
  },
  {
    name: 'CacheEvicting',
    expr: query`max by (node) (rate(${ofStore('holdfast_valkey_evicted_keys_total')}[5m])) > 1`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $labels.node }} removes {{ $value | humanize }} entries a second before their time',
    description: 'What is asked for is gone already, and the database answers instead.',
    runbook: 'cache-saturated',
  },
  {
    name: 'CacheClientsRejected',
    expr: query`max by (node) (increase(${ofStore('holdfast_valkey_clients_rejected_total')}[15m])) > 0`,
    for: '0s',
    severity: 'warning',
    summary: '{{ $labels.node }} refuses clients',
    description: 'It has as many as it takes: pods that start go without the cache and its rate limits.',
    runbook: 'cache-saturated',
  },
  {
    name: 'CacheReplicaLagging',
    expr: query`max by (node, replica) (${ofStore('holdfast_valkey_replica_lag_seconds')}) > 30`,
    for: '10m',
    severity: 'warning',
    summary: '{{ $labels.replica }} has not answered {{ $labels.node }} for {{ $value | humanizeDuration }}',
    description: 'A failover to it would lose the newest entries.',
    runbook: 'cache-saturated',
  },
  {
    name: 'CacheFailedOver',
    expr: query`increase(${one('holdfast_valkey_primary_changes_total')}[15m:1m]) > 0`,
    for: '0s',
    severity: 'warning',
    summary: 'The primary of the cache has changed',
    description:
      'A replica took over, or the primary began empty: cached answers and the counts of the rate limits may be gone.',
    runbook: 'cache-failed-over',
  },
];

/** What the database and the cache are watched for, by the service's own exporter. */
export const storeAlerts: readonly AlertGroup[] = [
  { name: 'holdfast-exporter', alerts: exporter },
  { name: 'holdfast-database', alerts: database },
  { name: 'holdfast-cache', alerts: cache },
];
