import { type PostgresVersion, parameterFamily } from './parameters';

export interface Parameter {
  readonly name: string;
  /** In `unit`, or one of RDS's formulas over the memory of the instance: `{DBInstanceClassMemory/32768}`. */
  readonly value: string;
  /** PostgreSQL's own unit of the value; `flag`, `ratio`, `count` or `list` where it has none. */
  readonly unit: '8kB' | 'kB' | 'MB' | 'ms' | 's' | 'flag' | 'ratio' | 'count' | 'list';
  /** A static parameter takes effect with the next restart. */
  readonly applyMethod: 'immediate' | 'pending-reboot';
  /**
   * RDS's own default, written down so that it doesn't come to differ. RDS registers an apply method only together with
   * a new value: `immediate` would be a difference in every plan, so these wait for a restart that changes nothing.
   */
  readonly pinned?: true;
  /** Why it has this value. */
  readonly why: string;
}

/** Bytes of memory for each connection, by RDS's own formula for max_connections. */
export const bytesPerConnection = 9_531_392;
/** However much memory there is. */
export const mostConnections = 5_000;

const memory: readonly Parameter[] = [
  {
    name: 'shared_buffers',
    value: '{DBInstanceClassMemory/32768}',
    unit: '8kB',
    applyMethod: 'pending-reboot',
    pinned: true,
    why: 'A quarter of the memory; the rest caches files, and is there for sessions.',
  },
  {
    name: 'effective_cache_size',
    value: '{DBInstanceClassMemory/16384}',
    unit: '8kB',
    applyMethod: 'pending-reboot',
    pinned: true,
    why: 'Half of the memory: what the planner may expect to find cached.',
  },
  {
    name: 'work_mem',
    value: '8192',
    unit: 'kB',
    applyMethod: 'immediate',
    why: 'Aggregate queries sort and hash in memory. Per step of a plan, so more of it is not safe with every connection busy.',
  },
  {
    name: 'random_page_cost',
    value: '1.1',
    unit: 'ratio',
    applyMethod: 'immediate',
    why: 'The volume is an SSD: a random read costs hardly more than the next one. The default is for spinning disks.',
  },
];

const connections: readonly Parameter[] = [
  {
    name: 'max_connections',
    value: `LEAST({DBInstanceClassMemory/${bytesPerConnection}},${mostConnections})`,
    unit: 'count',
    applyMethod: 'pending-reboot',
    pinned: true,
    why: 'By memory; the alarm on connections is computed from the same numbers.',
  },
  {
    name: 'rds.force_ssl',
    value: '1',
    unit: 'flag',
    applyMethod: 'pending-reboot',
    pinned: true,
    why: 'A connection without TLS is refused.',
  },
  {
    name: 'tcp_keepalives_idle',
    value: '60',
    unit: 's',
    applyMethod: 'immediate',
    why: 'A node that vanished leaves connections behind; they hold their locks until the server notices.',
  },
];

const walAndCheckpoints: readonly Parameter[] = [
  {
    name: 'max_wal_size',
    value: '4096',
    unit: 'MB',
    applyMethod: 'immediate',
    why: 'Checkpoints come by time, not by volume. A fifth of the smallest volume that an environment may ask for.',
  },
  {
    name: 'checkpoint_timeout',
    value: '900',
    unit: 's',
    applyMethod: 'immediate',
    why: 'The first change of a page after a checkpoint writes all of it to the WAL. Rarer checkpoints, less WAL; recovery after a crash replays at most 4 GiB.',
  },
];

const autovacuum: readonly Parameter[] = [
  {
    name: 'autovacuum_vacuum_scale_factor',
    value: '0.05',
    unit: 'ratio',
    applyMethod: 'immediate',
    why: 'The event queue is inserted into and deleted from all day: often and little, instead of seldom and long.',
  },
  {
    name: 'autovacuum_vacuum_insert_scale_factor',
    value: '0.05',
    unit: 'ratio',
    applyMethod: 'immediate',
    why: 'Tables that only grow are vacuumed too, or index-only scans read the table after all.',
  },
  {
    name: 'autovacuum_analyze_scale_factor',
    value: '0.02',
    unit: 'ratio',
    applyMethod: 'immediate',
    why: 'Recent times are asked for most, and old statistics know nothing of them.',
  },
  {
    name: 'autovacuum_vacuum_cost_limit',
    value: '1000',
    unit: 'count',
    applyMethod: 'immediate',
    why: 'All workers share it. 200, the default, is for disks with a few hundred operations a second; gp3 has 3,000.',
  },
];

const logging: readonly Parameter[] = [
  {
    name: 'shared_preload_libraries',
    value: 'pg_stat_statements',
    unit: 'list',
    applyMethod: 'pending-reboot',
    pinned: true,
    why: 'Without it nobody can say which statement the load comes from.',
  },
  {
    name: 'pg_stat_statements.max',
    value: '10000',
    unit: 'count',
    applyMethod: 'pending-reboot',
    why: 'Twice the default: queries that are put together from filters differ, and the rare ones push each other out.',
  },
  {
    name: 'log_min_duration_statement',
    value: '500',
    unit: 'ms',
    applyMethod: 'immediate',
    why: 'Twice what the service promises for a query.',
  },
  {
    name: 'log_lock_waits',
    value: '1',
    unit: 'flag',
    applyMethod: 'immediate',
    why: 'Whoever waits for a lock for a second is written down, with who holds it.',
  },
  {
    name: 'log_temp_files',
    value: '10240',
    unit: 'kB',
    applyMethod: 'immediate',
    why: 'A sort that spilled more than 10 MiB to disk wants an index, or more work_mem.',
  },
  {
    name: 'log_autovacuum_min_duration',
    value: '1000',
    unit: 'ms',
    applyMethod: 'immediate',
    why: 'What vacuum does, where it takes noticeable time.',
  },
];

const locks: readonly Parameter[] = [
  {
    name: 'idle_in_transaction_session_timeout',
    value: '60000',
    unit: 'ms',
    applyMethod: 'immediate',
    why: 'A client that hangs within a transaction keeps its locks, and vacuum from working.',
  },
  {
    name: 'lock_timeout',
    value: '60000',
    unit: 'ms',
    applyMethod: 'immediate',
    why: 'A migration that waits for a table makes everybody wait behind it: it gives up first, and is run again.',
  },
];

/** RDS keeps three, or one more per 60 GiB of memory. */
const autovacuumWorkers = '4';
const workersWhy = 'One large table occupies a worker for long; the queue must not wait for it.';

/** What differs between major versions. A version that is added is a compile error until it has its row. */
const byFamily: Readonly<Record<(typeof parameterFamily)[PostgresVersion], readonly Parameter[]>> = {
  postgres17: [
    {
      name: 'autovacuum_max_workers',
      value: autovacuumWorkers,
      unit: 'count',
      applyMethod: 'pending-reboot',
      why: workersWhy,
    },
  ],
  postgres18: [
    {
      // Static before 18; there RDS itself raises it near the wraparound.
      name: 'autovacuum_max_workers',
      value: autovacuumWorkers,
      unit: 'count',
      applyMethod: 'immediate',
      why: workersWhy,
    },
    {
      name: 'autovacuum_vacuum_max_threshold',
      value: '1000000',
      unit: 'count',
      applyMethod: 'immediate',
      why: 'Five per cent of a large table are too many dead rows: a million are enough.',
    },
  ],
};

/** What differs from RDS's own defaults, or must not come to differ. */
export const parametersOf = (version: PostgresVersion): readonly Parameter[] => [
  ...memory,
  ...connections,
  ...walAndCheckpoints,
  ...autovacuum,
  ...logging,
  ...locks,
  ...byFamily[parameterFamily[version]],
];
