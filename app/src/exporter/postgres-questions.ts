import { exporterLimits } from '../contract';
import type { Samples } from './samples';

type Row = Readonly<Record<string, string>>;

interface Question {
  readonly sql: string;
  /** Tells in its column `there` whether the question can be asked. Default: it can. */
  readonly when?: string;
  /** Takes the answer: numbers of PostgreSQL arrive as text. */
  read(rows: readonly Row[], samples: Samples): void;
}

/** An answer of one row. */
const one = (sql: string, read: (row: Row, samples: Samples) => void): Question => ({
  sql,
  read: ([row], samples) => {
    if (row) read(row, samples);
  },
});
/** An answer of any number of rows, each its own series. */
const each = (sql: string, read: (row: Row, samples: Samples) => void, when?: string): Question => ({
  sql,
  when,
  read: (rows, samples) => {
    for (const row of rows) read(row, samples);
  },
});

const server = one(
  `select extract(epoch from pg_postmaster_start_time()) as started,
     current_setting('max_connections')::int as connections,
     (select coalesce(max(age(datfrozenxid)), 0) from pg_database) as frozen,
     pg_database_size(current_database()) as size`,
  ({ started, connections, frozen, size }, samples) => {
    samples.add('holdfast_postgres_start_timestamp_seconds', Number(started));
    samples.add('holdfast_postgres_connections_max', Number(connections));
    samples.add('holdfast_postgres_transaction_id_age', Number(frozen));
    samples.add('holdfast_postgres_database_bytes', Number(size));
  },
);

const connections = each(
  `select coalesce(usename, 'unknown') as login, coalesce(state, 'unknown') as state, count(*) as number
   from pg_stat_activity where backend_type = 'client backend' group by 1, 2`,
  ({ login = '', state = '', number }, samples) =>
    samples.add('holdfast_postgres_connections', { login, state }, Number(number)),
);

const sessions = one(
  `select count(*) filter (where wait_event_type = 'Lock') as waiting,
     coalesce(extract(epoch from max(clock_timestamp() - xact_start)
       filter (where backend_type = 'client backend' and pid <> pg_backend_pid())), 0) as longest,
     coalesce(max(age(backend_xmin)) filter (where pid <> pg_backend_pid()), 0) as snapshot
   from pg_stat_activity`,
  ({ waiting, longest, snapshot }, samples) => {
    samples.add('holdfast_postgres_sessions_waiting', Number(waiting));
    samples.add('holdfast_postgres_longest_transaction_seconds', Number(longest));
    samples.add('holdfast_postgres_oldest_snapshot_transactions', Number(snapshot));
  },
);

const database = one(
  `select xact_commit as committed, xact_rollback as rolled_back, deadlocks, blks_hit as hit, blks_read as read,
     temp_bytes as temporary
   from pg_stat_database where datname = current_database()`,
  ({ committed, rolled_back, deadlocks, hit, read, temporary }, samples) => {
    samples.add('holdfast_postgres_transactions_total', { outcome: 'committed' }, Number(committed));
    samples.add('holdfast_postgres_transactions_total', { outcome: 'rolled_back' }, Number(rolled_back));
    samples.add('holdfast_postgres_deadlocks_total', Number(deadlocks));
    samples.add('holdfast_postgres_blocks_total', { source: 'memory' }, Number(hit));
    samples.add('holdfast_postgres_blocks_total', { source: 'elsewhere' }, Number(read));
    samples.add('holdfast_postgres_temporary_bytes_total', Number(temporary));
  },
);

const tables = each(
  `select schemaname || '.' || relname as name, n_dead_tup as dead, n_live_tup as live
   from pg_stat_user_tables order by n_dead_tup desc, 1 limit ${exporterLimits.tables}`,
  ({ name: table = '', dead, live }, samples) => {
    samples.add('holdfast_postgres_table_dead_rows', { table }, Number(dead));
    samples.add('holdfast_postgres_table_live_rows', { table }, Number(live));
  },
);

/** One that only receives WAL (pg_receivewal) replays none: then what it has written counts. */
const replicas: Question = {
  sql: `select coalesce(host(client_addr), 'local') || ' ' || application_name as name,
     coalesce(extract(epoch from coalesce(replay_lag, write_lag)), 0) as seconds,
     greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(replay_lsn, write_lsn, sent_lsn)), 0) as bytes
   from pg_stat_replication where state = 'streaming'`,
  // A replica has replicas of its own at most; what they lag behind, their primary says.
  when: 'select not pg_is_in_recovery() as there',
  read(rows, samples) {
    samples.add('holdfast_postgres_replicas', rows.length);
    // Two of one name and address are told apart by nobody: the slower one counts.
    const slowest = new Map<string, Row>();
    for (const row of rows) {
      const before = slowest.get(row.name ?? '');
      if (!before || Number(before.bytes) < Number(row.bytes)) slowest.set(row.name ?? '', row);
    }
    for (const [replica, { seconds, bytes }] of slowest) {
      samples.add('holdfast_postgres_replica_lag_seconds', { replica }, Number(seconds));
      samples.add('holdfast_postgres_replica_lag_bytes', { replica }, Number(bytes));
    }
  },
};

const slots = each(
  `select slot_name as name, active::int as active, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) as bytes
   from pg_replication_slots`,
  ({ name: slot = '', active, bytes }, samples) => {
    samples.add('holdfast_postgres_replication_slot_active', { slot }, Number(active));
    // A slot that was never read from keeps nothing.
    samples.add('holdfast_postgres_replication_slot_retained_bytes', { slot }, Number(bytes ?? 0));
  },
  'select not pg_is_in_recovery() as there',
);

/** Of this database alone, whatever login called them; utility commands have no id. */
const statements = each(
  `select queryid::text as statement, sum(calls) as calls, sum(total_exec_time) / 1000 as seconds
   from pg_stat_statements
   where dbid = (select oid from pg_database where datname = current_database()) and queryid <> 0
   group by 1 order by 3 desc limit ${exporterLimits.statements}`,
  ({ statement = '', calls, seconds }, samples) => {
    samples.add('holdfast_postgres_statement_calls_total', { statement }, Number(calls));
    samples.add('holdfast_postgres_statement_seconds_total', { statement }, Number(seconds));
  },
  `select exists (select from pg_extension where extname = 'pg_stat_statements')
     and current_setting('shared_preload_libraries') like '%pg_stat_statements%' as there`,
);

export const questions: readonly Question[] = [
  server,
  connections,
  sessions,
  database,
  tables,
  replicas,
  slots,
  statements,
];
