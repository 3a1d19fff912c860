import { ofExporter, ofStore, query } from '../query';
import type { Dashboard } from './dashboard';

/** The database, as the service's exporter and CloudWatch see it. `max` because for a minute two exporters may answer. */
export const postgresDashboard: Dashboard = {
  uid: 'holdfast-postgres',
  title: 'Holdfast: PostgreSQL',
  description: 'The primary, its replicas, and the statements that cost most.',
  rows: [
    {
      title: 'Sessions',
      panels: [
        {
          title: 'Connections taken',
          description: 'Share of max_connections. DatabaseConnectionsMany fires above 0.8.',
          unit: 'percentunit',
          kind: 'stat',
          queries: [
            {
              expr: query`sum(max by (login, state) (${ofStore('holdfast_postgres_connections')})) / max(${ofStore('holdfast_postgres_connections_max')})`,
              legend: 'taken',
            },
          ],
        },
        {
          title: 'Connections by login',
          description: 'Who holds them, the proxy’s included.',
          unit: 'short',
          queries: [
            {
              expr: query`sum by (login) (max by (login, state) (${ofStore('holdfast_postgres_connections')}))`,
              legend: '{{login}}',
            },
          ],
        },
        {
          title: 'Connections by state',
          description: 'Mostly idle. Many in a transaction and idle hold locks and do nothing.',
          unit: 'short',
          queries: [
            {
              expr: query`sum by (state) (max by (login, state) (${ofStore('holdfast_postgres_connections')}))`,
              legend: '{{state}}',
            },
          ],
        },
        {
          title: 'Waiting for locks',
          description: 'Near 0. DatabaseSessionsWaiting fires above 10.',
          unit: 'short',
          queries: [
            { expr: query`max(${ofStore('holdfast_postgres_sessions_waiting')})`, legend: 'sessions' },
          ],
        },
      ],
    },
    {
      title: 'Transactions',
      panels: [
        {
          title: 'Transactions',
          description: 'Committed and rolled back a second.',
          unit: 'ops',
          queries: [
            {
              expr: query`max by (outcome) (rate(${ofStore('holdfast_postgres_transactions_total')}[5m]))`,
              legend: '{{outcome}}',
            },
          ],
        },
        {
          title: 'Deadlocks',
          description: 'Within 15 minutes; DatabaseDeadlocks fires above 3.',
          unit: 'short',
          queries: [
            {
              expr: query`max(increase(${ofStore('holdfast_postgres_deadlocks_total')}[15m]))`,
              legend: 'deadlocks',
            },
          ],
        },
        {
          title: 'Longest transaction',
          description: 'A few seconds, a migration aside. DatabaseTransactionLong fires above 15 minutes.',
          unit: 's',
          queries: [
            {
              expr: query`max(${ofStore('holdfast_postgres_longest_transaction_seconds')})`,
              legend: 'open for',
            },
          ],
        },
        {
          title: 'Age',
          description: 'Transactions since the oldest row that is not frozen, and since the oldest snapshot.',
          unit: 'short',
          queries: [
            { expr: query`max(${ofStore('holdfast_postgres_transaction_id_age')})`, legend: 'oldest row' },
            {
              expr: query`max(${ofStore('holdfast_postgres_oldest_snapshot_transactions')})`,
              legend: 'oldest snapshot',
            },
          ],
        },
      ],
    },
    {
      title: 'Statements',
      panels: [
        {
          title: 'Time by statement',
          description: 'Seconds a second, of the ten that took most; the id is that of pg_stat_statements.',
          unit: 's',
          queries: [
            {
              expr: query`max by (statement) (rate(${ofStore('holdfast_postgres_statement_seconds_total')}[5m]))`,
              legend: '{{statement}}',
            },
          ],
        },
        {
          title: 'Mean time by statement',
          description: 'Of one call. DatabaseStatementSlow fires above a second.',
          unit: 's',
          queries: [
            {
              expr: query`max by (statement) (rate(${ofStore('holdfast_postgres_statement_seconds_total')}[5m]) / (rate(${ofStore('holdfast_postgres_statement_calls_total')}[5m]) > 0))`,
              legend: '{{statement}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Memory and volume',
      panels: [
        {
          title: 'Found in memory',
          description: 'Share of blocks found in shared buffers: near 1 while what is asked for fits.',
          unit: 'percentunit',
          queries: [
            {
              expr: query`max(rate(${ofStore('holdfast_postgres_blocks_total', { source: 'memory' })}[5m])) / sum(max by (source) (rate(${ofStore('holdfast_postgres_blocks_total')}[5m])))`,
              legend: 'in memory',
            },
          ],
        },
        {
          title: 'Spilled to files',
          description: 'Bytes a second that sorts wrote because work_mem was too small.',
          unit: 'bytes',
          queries: [
            {
              expr: query`max(rate(${ofStore('holdfast_postgres_temporary_bytes_total')}[5m]))`,
              legend: 'bytes a second',
            },
          ],
        },
        {
          title: 'Size and free storage',
          description: 'Of the database, and what CloudWatch says is left on each instance’s volume.',
          unit: 'bytes',
          queries: [
            { expr: query`max(${ofStore('holdfast_postgres_database_bytes')})`, legend: 'database' },
            {
              expr: query`${ofExporter('aws_rds_free_storage_space_minimum')}`,
              legend: '{{dimension_DBInstanceIdentifier}} free',
            },
          ],
        },
        {
          title: 'Dead rows',
          description: 'For each live one, of the tables that have the most. Vacuum begins at 0.05.',
          unit: 'percentunit',
          queries: [
            {
              expr: query`max by (table) (${ofStore('holdfast_postgres_table_dead_rows')}) / max by (table) (${ofStore('holdfast_postgres_table_live_rows')} > 0)`,
              legend: '{{table}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Replication and instances',
      panels: [
        {
          title: 'Replica lag',
          description:
            'Time until a commit is seen at the replica. DatabaseReplicaLagging fires above a minute.',
          unit: 's',
          queries: [
            {
              expr: query`max by (replica) (${ofStore('holdfast_postgres_replica_lag_seconds')})`,
              legend: '{{replica}}',
            },
          ],
        },
        {
          title: 'WAL kept',
          description: 'For each replication slot, and what each replica has not replayed.',
          unit: 'bytes',
          queries: [
            {
              expr: query`max by (slot) (${ofStore('holdfast_postgres_replication_slot_retained_bytes')})`,
              legend: 'slot {{slot}}',
            },
            {
              expr: query`max by (replica) (${ofStore('holdfast_postgres_replica_lag_bytes')})`,
              legend: '{{replica}}',
            },
          ],
        },
        {
          title: 'Replicas and start',
          description: 'Replicas that stream; days since the last start or failover.',
          unit: 'short',
          kind: 'stat',
          queries: [
            { expr: query`max(${ofStore('holdfast_postgres_replicas')})`, legend: 'replicas' },
            {
              expr: query`(time() - max(${ofStore('holdfast_postgres_start_timestamp_seconds')})) / 86400`,
              legend: 'days',
            },
          ],
        },
        {
          title: 'Processor and credits',
          description: 'Of each instance, as CloudWatch has them; sizes without credits show none.',
          unit: 'short',
          queries: [
            {
              expr: query`${ofExporter('aws_rds_cpuutilization_average')}`,
              legend: '{{dimension_DBInstanceIdentifier}} %',
            },
            {
              expr: query`${ofExporter('aws_rds_cpucredit_balance_average')}`,
              legend: '{{dimension_DBInstanceIdentifier}} CPU credits',
            },
            {
              expr: query`${ofExporter('aws_rds_ebsiobalance_percent_minimum')}`,
              legend: '{{dimension_DBInstanceIdentifier}} % of storage credits',
            },
          ],
        },
      ],
    },
  ],
};
