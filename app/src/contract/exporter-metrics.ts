import type { MetricDefinition } from './metrics';

/** How many series one metric may bring that has a label per table or statement. */
export const exporterLimits = {
  /** Tables with the most dead rows. */
  tables: 10,
  /** Statements that took the most time since the server's statistics began. */
  statements: 10,
} as const;

const gauge = <const L extends readonly string[]>(help: string, labels: L) =>
  ({ type: 'gauge', help, labels }) as const;

/**
 * What `holdfast exporter` says of PostgreSQL, asked at the primary, and of each primary of Valkey. Base units: seconds,
 * bytes, counts. Nothing here holds data or the text of a statement. What a server doesn't have (replicas, slots, the
 * extension pg_stat_statements) is left out, never reported as 0.
 */
export const exporterMetrics = {
  holdfast_exporter_up: gauge(
    '1 while the server (postgres, valkey) answered every question of the last scrape, else 0.',
    ['server'],
  ),
  holdfast_exporter_duration_seconds: gauge('Time that the questions to the server took.', ['server']),

  holdfast_postgres_start_timestamp_seconds: gauge('When the server started; later after a failover.', []),
  holdfast_postgres_connections: gauge(
    'Client connections by login and state (active, idle, idle in transaction …).',
    ['login', 'state'],
  ),
  holdfast_postgres_connections_max: gauge('Connections that the server admits at most.', []),
  holdfast_postgres_sessions_waiting: gauge('Sessions that wait for a lock.', []),
  holdfast_postgres_longest_transaction_seconds: gauge(
    'Age of the oldest transaction that is open; 0 where none is.',
    [],
  ),
  holdfast_postgres_oldest_snapshot_transactions: gauge(
    'Transactions since the oldest snapshot that vacuum has to respect.',
    [],
  ),
  holdfast_postgres_transaction_id_age: gauge(
    'Transactions since the oldest row that is not frozen; at some 2.1 billion the server takes no more writes.',
    [],
  ),
  holdfast_postgres_transactions_total: {
    type: 'counter',
    help: 'Transactions by outcome (committed, rolled_back).',
    labels: ['outcome'],
  },
  holdfast_postgres_deadlocks_total: {
    type: 'counter',
    help: 'Deadlocks that the server ended.',
    labels: [],
  },
  holdfast_postgres_blocks_total: {
    type: 'counter',
    help: 'Blocks of 8 KiB asked for, by where they were found (memory: shared buffers; elsewhere: the system’s cache or the volume).',
    labels: ['source'],
  },
  holdfast_postgres_temporary_bytes_total: {
    type: 'counter',
    help: 'Bytes that sorts and hashes wrote to files because work_mem was too small.',
    labels: [],
  },
  holdfast_postgres_database_bytes: gauge('Size of the service’s database on the volume.', []),
  holdfast_postgres_table_dead_rows: gauge(
    'Rows that vacuum has to remove, of the tables that have the most.',
    ['table'],
  ),
  holdfast_postgres_table_live_rows: gauge('Estimated rows of the same tables.', ['table']),
  holdfast_postgres_replicas: gauge('Replicas that stream from the primary.', []),
  holdfast_postgres_replica_lag_seconds: gauge(
    'Time between a commit here and its replay at the replica; 0 while nothing is written.',
    ['replica'],
  ),
  holdfast_postgres_replica_lag_bytes: gauge('WAL that the replica has not replayed yet.', ['replica']),
  holdfast_postgres_replication_slot_active: gauge('1 while somebody reads from the slot, else 0.', ['slot']),
  holdfast_postgres_replication_slot_retained_bytes: gauge('WAL that the server keeps for the slot.', [
    'slot',
  ]),
  holdfast_postgres_statement_calls_total: {
    type: 'counter',
    help: 'Calls of a statement, by its id in pg_stat_statements; of those that took the most time.',
    labels: ['statement'],
  },
  holdfast_postgres_statement_seconds_total: {
    type: 'counter',
    help: 'Time of the same statements, all calls together.',
    labels: ['statement'],
  },

  holdfast_valkey_memory_used_bytes: gauge('Memory in use.', ['node']),
  holdfast_valkey_memory_max_bytes: gauge('Memory for keys; 0: no limit.', ['node']),
  holdfast_valkey_evicted_keys_total: {
    type: 'counter',
    help: 'Keys removed before their time because memory ran out.',
    labels: ['node'],
  },
  holdfast_valkey_lookups_total: {
    type: 'counter',
    help: 'Look-ups of keys by result (hit, miss).',
    labels: ['node', 'result'],
  },
  holdfast_valkey_commands_total: { type: 'counter', help: 'Commands processed.', labels: ['node'] },
  holdfast_valkey_clients: gauge('Connected clients.', ['node']),
  holdfast_valkey_clients_max: gauge('Clients that the server admits at most.', ['node']),
  holdfast_valkey_clients_rejected_total: {
    type: 'counter',
    help: 'Clients refused because there were too many.',
    labels: ['node'],
  },
  holdfast_valkey_keys: gauge('Keys held.', ['node']),
  holdfast_valkey_slow_log_entries: gauge('Entries of the server’s log of slow commands.', ['node']),
  holdfast_valkey_primary: gauge('1 while the node is a primary; 0 when a replica answers in its place.', [
    'node',
  ]),
  holdfast_valkey_primary_changes_total: {
    type: 'counter',
    help: 'Times that another history of writes answered since the exporter started: a replica took over, a primary began empty, or a shard was added.',
    labels: [],
  },
  holdfast_valkey_replication_offset_bytes: gauge('Bytes that the primary has written to its replicas.', [
    'node',
  ]),
  holdfast_valkey_replicas: gauge('Replicas that follow the primary.', ['node']),
  holdfast_valkey_replica_lag_seconds: gauge('Time since the replica last answered its primary.', [
    'node',
    'replica',
  ]),
  holdfast_valkey_replica_lag_bytes: gauge('Bytes that the replica has not taken over yet.', [
    'node',
    'replica',
  ]),
} as const satisfies Record<`holdfast_${'exporter' | 'postgres' | 'valkey'}_${string}`, MetricDefinition>;

export type ExporterMetricName = keyof typeof exporterMetrics;
export type ExporterMetricLabel<M extends ExporterMetricName> = (typeof exporterMetrics)[M]['labels'][number];
