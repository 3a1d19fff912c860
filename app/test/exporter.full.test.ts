/**
 * The exporter against real servers, as the least that its logins may be: each metric of the contract is there, with the
 * value that what was done before makes.
 */
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { accessString } from '../../constructs/cache/access';
import {
  cacheUser,
  type ExporterMetricName,
  exporter,
  exporterLimits,
  exporterMetrics,
  managementPaths,
  probes,
} from '../src/contract';
import { createExporterServer, Exporter } from '../src/exporter';
import { createLogger } from '../src/kernel/logging';
import { loadStoreSettings } from '../src/kernel/settings';
import { onServers, testEnvironment } from './support/environment';
import { logSink } from './support/kernel';
import {
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
  startRedisCluster,
  startWalReceiver,
} from './support/servers';
import { eventually, runCli } from './support/service-process';

jest.setTimeout(60_000);
const { env, remove } = testEnvironment();
const user = cacheUser('exporter', 'local');
const acl = (sharded = false) => [
  `user ${user} >password-of-exporter ${accessString('holdfast:', 'monitor', sharded)}`,
];
const asExporter = { HOLDFAST_CACHE_AUTH: 'password', HOLDFAST_CACHE_PASSWORD: 'password-of-exporter' };

let postgres: PostgresServer;
let redis: RedisServer;
let replica: RedisServer;
let receiver: { stop(): Promise<void> };
const clients: Client[] = [];
const connect = async () => {
  const client = new Client({ ...postgres, user: 'holdfast_owner', password: 'any' });
  client.on('error', () => {});
  await client.connect();
  clients.push(client);
  return client;
};

beforeAll(async () => {
  [postgres, redis, replica] = await Promise.all([
    startPostgres(undefined, { shared_preload_libraries: 'pg_stat_statements', deadlock_timeout: '100ms' }),
    startRedis({ acl: acl() }),
    startRedis(),
  ]);
  // On RDS the owner may give pg_monitor away, and makes the extension itself; here that takes a superuser.
  postgres.sql('grant pg_monitor to holdfast_owner with admin option');
  postgres.sql('create extension pg_stat_statements');
  const { code, stderr } = await runCli(['migrate'], { ...env, ...onServers(postgres, redis) });
  expect([code, stderr]).toEqual([0, '']);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await receiver?.stop();
  await Promise.all([postgres?.stop(), redis?.stop(), replica?.stop()]);
  remove();
});

function exporterOf(changes: Readonly<Record<string, string>> = {}) {
  const { settings } = loadStoreSettings({
    ...env,
    ...onServers(postgres, redis),
    ...asExporter,
    ...changes,
  });
  const sink = logSink();
  const made = new Exporter(
    settings,
    {
      database: () => settings.HOLDFAST_DATABASE_PASSWORD,
      cache: () => settings.HOLDFAST_CACHE_PASSWORD,
    },
    createLogger(settings, 'exporter', sink.stream),
  );
  return { exporter: made, log: sink };
}

/** Values by metric and labels, as Prometheus would read them. */
function read(text: string) {
  const samples = [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels = '', value]) => ({
    name: name as string,
    labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text])),
    value: Number(value),
  }));
  const of = (metric: ExporterMetricName, labels: Readonly<Record<string, string>> = {}) =>
    samples.filter(
      (sample) =>
        sample.name === metric &&
        Object.entries(labels).every(([key, wanted]) => sample.labels[key] === wanted),
    );
  return {
    samples,
    of,
    value: (metric: ExporterMetricName, labels?: Readonly<Record<string, string>>) => {
      const [first] = of(metric, labels);
      if (!first) throw new Error(`no ${metric} ${JSON.stringify(labels ?? {})}`);
      return first.value;
    },
  };
}

/** Makes both servers show everything that they can show. */
async function disturb(): Promise<void> {
  const owner = await connect();
  await owner.query('create table t (id int primary key, n int) with (autovacuum_enabled = off)');
  await owner.query('insert into t select i, 0 from generate_series(1, 100) i');
  await owner.query('delete from t where id > 40');
  await owner.query("set work_mem = '64kB'");
  await owner.query(
    'select count(*) from (select md5(i::text) from generate_series(1, 50000) i order by 1) s',
  );
  await owner.query('select * from nothing').catch(() => {});
  // Each has locked what the other wants.
  const [a, b] = [await connect(), await connect()];
  for (const [client, id] of [
    [a, 1],
    [b, 2],
  ] as const) {
    await client.query('begin');
    await client.query(`update t set n = 1 where id = ${id}`);
  }
  await Promise.allSettled([
    a.query('update t set n = 2 where id = 2'),
    b.query('update t set n = 2 where id = 1'),
  ]);
  await Promise.all([a.query('rollback'), b.query('rollback')]);
  // One holds a lock in a transaction that stays open, one waits for it. The others are idle: what a session counts is
  // told when it has nothing to do.
  const [c, d] = [await connect(), await connect()];
  await c.query('begin');
  await c.query('update t set n = 3 where id = 3');
  d.query('update t set n = 4 where id = 3').catch(() => {});
  postgres.sql("select pg_create_physical_replication_slot('follower', true)");
  postgres.sql("select pg_create_physical_replication_slot('forsaken', true)");
  receiver = await startWalReceiver(postgres, 'follower');
  postgres.sql('insert into t select i, 0 from generate_series(1000, 3000) i');

  const admin = new Redis({ port: redis.port });
  const follower = new Redis({ port: replica.port });
  await follower.replicaof('127.0.0.1', redis.port);
  await eventually(
    () => admin.info('replication'),
    (info) => info.includes('state=online'),
  );
  await admin.config('SET', 'slowlog-log-slower-than', '0');
  await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await admin.set('here', 'x'.repeat(100));
  await admin.get('here');
  await admin.get('nowhere');
  await admin.config('SET', 'maxmemory', String(8 * 2 ** 20));
  for (let key = 0; key < 300; key++) await admin.set(`filler:${key}`, 'x'.repeat(65_536));
  await admin.config('SET', 'maxclients', '5');
  for (let count = 0; count < 6; count++) {
    const extra = new Redis({ port: redis.port, retryStrategy: null, lazyConnect: true });
    extra.on('error', () => {});
    await extra.connect().catch(() => {});
    extras.push(extra);
  }
  for (const extra of extras.splice(0)) extra.disconnect();
  await admin.config('SET', 'maxclients', '100');
  admin.disconnect();
  follower.disconnect();
}
const extras: Redis[] = [];

describe('with everything that the servers can show', () => {
  let scraped: ReturnType<typeof read>;
  beforeAll(async () => {
    await disturb();
    const { exporter: of } = exporterOf();
    const found = await eventually(
      async () => read(await of.scrape()),
      ({ of: find }) =>
        find('holdfast_postgres_longest_transaction_seconds').some(({ value }) => value > 1) &&
        find('holdfast_postgres_deadlocks_total').some(({ value }) => value > 0),
    );
    scraped = found;
  });
  const value: ReturnType<typeof read>['value'] = (metric, labels) => scraped.value(metric, labels);
  const now = () => Date.now() / 1000;
  const node = () => ({ node: `127.0.0.1:${redis.port}` });

  /** A metric that is new doesn't compile without a line here. */
  const sane: Record<ExporterMetricName, () => void> = {
    holdfast_exporter_up: () => {
      expect(scraped.of('holdfast_exporter_up')).toHaveLength(2);
      for (const server of ['postgres', 'valkey']) expect(value('holdfast_exporter_up', { server })).toBe(1);
    },
    holdfast_exporter_duration_seconds: () => {
      for (const server of ['postgres', 'valkey']) {
        const took = value('holdfast_exporter_duration_seconds', { server });
        expect(took).toBeGreaterThan(0);
        expect(took).toBeLessThan(exporter.serverSeconds);
      }
    },
    holdfast_postgres_start_timestamp_seconds: () => {
      expect(value('holdfast_postgres_start_timestamp_seconds')).toBeGreaterThan(now() - 600);
      expect(value('holdfast_postgres_start_timestamp_seconds')).toBeLessThanOrEqual(now());
    },
    holdfast_postgres_connections: () => {
      const login = 'holdfast_owner';
      expect(value('holdfast_postgres_connections', { login, state: 'idle in transaction' })).toBe(1);
      // The one that waits for a lock.
      expect(value('holdfast_postgres_connections', { login, state: 'active' })).toBe(1);
      expect(value('holdfast_postgres_connections', { login: 'holdfast_exporter' })).toBe(1);
    },
    holdfast_postgres_connections_max: () => expect(value('holdfast_postgres_connections_max')).toBe(100),
    holdfast_postgres_sessions_waiting: () => expect(value('holdfast_postgres_sessions_waiting')).toBe(1),
    holdfast_postgres_longest_transaction_seconds: () =>
      expect(value('holdfast_postgres_longest_transaction_seconds')).toBeLessThan(120),
    holdfast_postgres_oldest_snapshot_transactions: () =>
      expect(value('holdfast_postgres_oldest_snapshot_transactions')).toBeGreaterThan(0),
    holdfast_postgres_transaction_id_age: () => {
      const age = Number(postgres.sql('select max(age(datfrozenxid)) from pg_database'));
      expect(age - value('holdfast_postgres_transaction_id_age')).toBeLessThan(20);
    },
    holdfast_postgres_transactions_total: () => {
      expect(value('holdfast_postgres_transactions_total', { outcome: 'committed' })).toBeGreaterThan(10);
      expect(value('holdfast_postgres_transactions_total', { outcome: 'rolled_back' })).toBeGreaterThan(1);
    },
    holdfast_postgres_deadlocks_total: () => expect(value('holdfast_postgres_deadlocks_total')).toBe(1),
    holdfast_postgres_blocks_total: () => {
      const memory = value('holdfast_postgres_blocks_total', { source: 'memory' });
      expect(memory).toBeGreaterThan(value('holdfast_postgres_blocks_total', { source: 'elsewhere' }));
    },
    holdfast_postgres_temporary_bytes_total: () =>
      expect(value('holdfast_postgres_temporary_bytes_total')).toBeGreaterThan(1_000_000),
    holdfast_postgres_database_bytes: () => {
      const size = Number(postgres.sql("select pg_database_size('holdfast')"));
      expect(Math.abs(value('holdfast_postgres_database_bytes') / size - 1)).toBeLessThan(0.2);
    },
    holdfast_postgres_table_dead_rows: () => {
      expect(value('holdfast_postgres_table_dead_rows', { table: 'public.t' })).toBeGreaterThanOrEqual(60);
      const tables = scraped.of('holdfast_postgres_table_dead_rows');
      expect(tables.length).toBeLessThanOrEqual(exporterLimits.tables);
      expect(tables[0]?.labels.table).toBe('public.t');
    },
    holdfast_postgres_table_live_rows: () =>
      expect(value('holdfast_postgres_table_live_rows', { table: 'public.t' })).toBeGreaterThan(30),
    holdfast_postgres_replicas: () => expect(value('holdfast_postgres_replicas')).toBe(1),
    holdfast_postgres_replica_lag_seconds: () => {
      const lag = value('holdfast_postgres_replica_lag_seconds', { replica: '127.0.0.1 pg_receivewal' });
      expect(lag).toBeGreaterThanOrEqual(0);
      expect(lag).toBeLessThan(60);
    },
    holdfast_postgres_replica_lag_bytes: () => {
      expect(value('holdfast_postgres_replica_lag_bytes')).toBeGreaterThanOrEqual(0);
      expect(value('holdfast_postgres_replica_lag_bytes')).toBeLessThan(32 * 2 ** 20);
    },
    holdfast_postgres_replication_slot_active: () => {
      expect(value('holdfast_postgres_replication_slot_active', { slot: 'follower' })).toBe(1);
      expect(value('holdfast_postgres_replication_slot_active', { slot: 'forsaken' })).toBe(0);
    },
    holdfast_postgres_replication_slot_retained_bytes: () =>
      expect(
        value('holdfast_postgres_replication_slot_retained_bytes', { slot: 'forsaken' }),
      ).toBeGreaterThan(100_000),
    holdfast_postgres_statement_calls_total: () => {
      const statements = scraped.of('holdfast_postgres_statement_calls_total');
      expect(statements).toHaveLength(exporterLimits.statements);
      for (const { labels, value: calls } of statements) {
        expect(labels.statement).toMatch(/^-?\d+$/);
        expect(calls).toBeGreaterThanOrEqual(1);
      }
    },
    holdfast_postgres_statement_seconds_total: () => {
      const most = scraped.of('holdfast_postgres_statement_seconds_total')[0]?.value ?? 0;
      // The deadlock took a tenth of a second at least.
      expect(most).toBeGreaterThan(0.01);
      expect(most).toBeLessThan(60);
    },
    holdfast_valkey_memory_used_bytes: () => {
      const used = value('holdfast_valkey_memory_used_bytes', node());
      expect(used).toBeGreaterThan(2 ** 20);
      expect(used).toBeLessThan(16 * 2 ** 20);
    },
    holdfast_valkey_memory_max_bytes: () =>
      expect(value('holdfast_valkey_memory_max_bytes', node())).toBe(8 * 2 ** 20),
    holdfast_valkey_evicted_keys_total: () =>
      expect(value('holdfast_valkey_evicted_keys_total', node())).toBeGreaterThan(10),
    holdfast_valkey_lookups_total: () => {
      expect(value('holdfast_valkey_lookups_total', { ...node(), result: 'hit' })).toBe(1);
      expect(value('holdfast_valkey_lookups_total', { ...node(), result: 'miss' })).toBe(1);
    },
    holdfast_valkey_commands_total: () =>
      expect(value('holdfast_valkey_commands_total', node())).toBeGreaterThan(300),
    holdfast_valkey_clients: () => expect(value('holdfast_valkey_clients', node())).toBeGreaterThan(0),
    holdfast_valkey_clients_max: () => expect(value('holdfast_valkey_clients_max', node())).toBe(100),
    holdfast_valkey_clients_rejected_total: () =>
      expect(value('holdfast_valkey_clients_rejected_total', node())).toBeGreaterThan(0),
    holdfast_valkey_keys: () => {
      expect(value('holdfast_valkey_keys', node())).toBeGreaterThan(10);
      expect(value('holdfast_valkey_keys', node())).toBeLessThan(301);
    },
    holdfast_valkey_slow_log_entries: () =>
      expect(value('holdfast_valkey_slow_log_entries', node())).toBeGreaterThan(100),
    holdfast_valkey_primary: () => expect(value('holdfast_valkey_primary', node())).toBe(1),
    holdfast_valkey_primary_changes_total: () =>
      expect(value('holdfast_valkey_primary_changes_total')).toBe(0),
    holdfast_valkey_replication_offset_bytes: () =>
      expect(value('holdfast_valkey_replication_offset_bytes', node())).toBeGreaterThan(1000),
    holdfast_valkey_replicas: () => expect(value('holdfast_valkey_replicas', node())).toBe(1),
    holdfast_valkey_replica_lag_seconds: () =>
      expect(
        value('holdfast_valkey_replica_lag_seconds', { ...node(), replica: `127.0.0.1:${replica.port}` }),
      ).toBeLessThan(60),
    holdfast_valkey_replica_lag_bytes: () => {
      expect(value('holdfast_valkey_replica_lag_bytes', node())).toBeGreaterThanOrEqual(0);
      // It has taken over nearly all of the twenty megabytes.
      expect(value('holdfast_valkey_replica_lag_bytes', node())).toBeLessThan(2 ** 20);
    },
  };

  it.each(Object.entries(sane))('%s is exported with a sane value', (_, check) => check());

  it('exports nothing that the contract does not have', () => {
    expect([...new Set(scraped.samples.map(({ name }) => name))].sort()).toEqual(
      Object.keys(exporterMetrics).sort(),
    );
    for (const { name, labels } of scraped.samples) {
      expect(Object.keys(labels).sort()).toEqual(
        [...exporterMetrics[name as ExporterMetricName].labels].sort(),
      );
    }
  });

  it('changes nothing, and sees no table', () => {
    const asked = (sql: string) => {
      try {
        return postgres.sql(sql, exporter.databaseUser);
      } catch (error) {
        return String((error as { stderr?: string }).stderr);
      }
    };
    expect(asked('select count(*) from event_batches')).toContain('permission denied');
    expect(asked('create table mine ()')).toContain('read-only transaction');
    const others = "from pg_stat_activity where usename = 'holdfast_owner'";
    expect(asked(`select pg_terminate_backend(pid) ${others}`)).toMatch(/must be|permission denied/);
  });

  it('says nothing of what statements and keys hold', async () => {
    const text = await exporterOf().exporter.scrape();
    for (const content of ['select', 'filler', 'generate_series']) expect(text).not.toContain(content);
  });
});

describe('when something is missing', () => {
  it('tells which server does not answer, why, once, and still what the other says', async () => {
    const { exporter: half, log } = exporterOf({ HOLDFAST_DATABASE_PORT: '1' });
    for (let time = 0; time < 2; time++) {
      const found = read(await half.scrape());
      expect(found.value('holdfast_exporter_up', { server: 'postgres' })).toBe(0);
      expect(found.value('holdfast_exporter_up', { server: 'valkey' })).toBe(1);
      expect(found.of('holdfast_postgres_connections_max')).toEqual([]);
      expect(found.of('holdfast_valkey_keys')).toHaveLength(1);
    }
    const complaints = log.entries.filter(({ level }) => level === 'warn');
    expect(complaints).toHaveLength(1);
    expect(JSON.stringify(complaints[0])).toContain('ECONNREFUSED');
  });

  it('refuses a wrong password with the reason of the server, and does not log it', async () => {
    const { exporter: wrong, log } = exporterOf({ HOLDFAST_CACHE_PASSWORD: 'not-the-password' });
    expect(read(await wrong.scrape()).value('holdfast_exporter_up', { server: 'valkey' })).toBe(0);
    expect(log.text()).toContain('WRONGPASS');
    expect(log.text()).not.toContain('not-the-password');
  });

  it('gives up on a server that hangs, and probes pass meanwhile', async () => {
    const { exporter: of } = exporterOf();
    const server = createExporterServer(of);
    redis.stall();
    try {
      const scraping = server.inject(managementPaths.metrics);
      for (const { path } of Object.values(probes)) expect((await server.inject(path)).statusCode).toBe(200);
      const answer = await scraping;
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toContain('text/plain');
      expect(read(answer.body).value('holdfast_exporter_up', { server: 'valkey' })).toBe(0);
      expect(read(answer.body).value('holdfast_exporter_up', { server: 'postgres' })).toBe(1);
    } finally {
      redis.resume();
      await server.close();
    }
  });

  it('asks once for all who ask at the same time', async () => {
    const { exporter: of } = exporterOf();
    const [a, b] = await Promise.all([of.scrape(), of.scrape()]);
    expect(a).toBe(b);
    expect(await of.scrape()).not.toBe(a);
  });

  it('leaves out what the server does not have', async () => {
    postgres.sql('drop extension pg_stat_statements');
    const found = read(await exporterOf().exporter.scrape());
    expect(found.value('holdfast_exporter_up', { server: 'postgres' })).toBe(1);
    expect(found.of('holdfast_postgres_statement_calls_total')).toEqual([]);
  });

  it('counts a primary whose writes are others than before', async () => {
    const { exporter: of } = exporterOf();
    const changes = async () => read(await of.scrape()).value('holdfast_valkey_primary_changes_total');
    expect([await changes(), await changes()]).toEqual([0, 0]);
    await redis.restart();
    expect([await changes(), await changes()]).toEqual([1, 1]);
    const found = read(await of.scrape());
    expect(found.value('holdfast_valkey_keys')).toBe(0);
  });
});

it('asks each primary of a cluster', async () => {
  const nodes = await startRedisCluster(3, { acl: acl(true) });
  try {
    const first = nodes[0] as RedisServer;
    const { exporter: of } = exporterOf({
      HOLDFAST_CACHE_MODE: 'cluster',
      HOLDFAST_CACHE_PORT: String(first.port),
    });
    const found = read(await of.scrape());
    expect(found.value('holdfast_exporter_up', { server: 'valkey' })).toBe(1);
    expect(
      found
        .of('holdfast_valkey_keys')
        .map(({ labels }) => labels.node)
        .sort(),
    ).toEqual(nodes.map(({ port }) => `127.0.0.1:${port}`).sort());
  } finally {
    await Promise.all(nodes.map((server) => server.stop()));
  }
});

it('refuses to run where nothing is a server', async () => {
  const { code, stderr } = await runCli(['exporter'], env);
  expect(code).toBe(78);
  expect(stderr).toMatch(/^HOLDFAST_DATABASE_ENGINE must be postgres/);
});
