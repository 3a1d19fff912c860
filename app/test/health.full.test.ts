/** Health on real servers: killed and back, stalled, full. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Cache, openValkey } from '../src/kernel/cache';
import { type Database, openPostgres } from '../src/kernel/database';
import { Health } from '../src/kernel/health';
import { cacheCheck, databaseCheck } from '../src/kernel/health/checks/connections';
import { diskCheck } from '../src/kernel/health/checks/resources';
import { createLogger } from '../src/kernel/logging';
import { createMetrics } from '../src/kernel/metrics';
import { loadSettings } from '../src/kernel/settings';
import { onServers, testEnvironment } from './support/environment';
import { logSink } from './support/kernel';
import { type PostgresServer, type RedisServer, startPostgres, startRedis } from './support/servers';
import { eventually } from './support/service-process';

const log = createLogger(
  { HOLDFAST_LOG_LEVEL: 'debug', HOLDFAST_ENVIRONMENT: 'test' },
  'all',
  logSink().stream,
);
let postgres: PostgresServer;
let redis: RedisServer;
let database: Database;
let cache: Cache;
let health: Health;
let open: (user?: string) => Cache;
beforeAll(async () => {
  const acl = ['user default on nopass ~* +@all', 'user least on >least-password ~* +get +set +ping'];
  [postgres, redis] = await Promise.all([startPostgres(), startRedis({ acl })]);
  const environment = testEnvironment({ ...onServers(postgres, redis), HOLDFAST_DATABASE_POOL_SIZE: '3' });
  const { settings } = loadSettings(environment.env);
  environment.remove();
  database = openPostgres({ settings, user: postgres.user, password: () => postgres.password, log });
  open = (user) =>
    openValkey({
      settings: user ? { ...settings, HOLDFAST_CACHE_AUTH: 'password' } : settings,
      user: user ?? 'default',
      password: () => 'least-password',
      log,
    });
  cache = open();
  const timings = { intervalMs: 100, timeoutMs: 1000, maximumBackOffMs: 200 };
  health = new Health({ log, metrics: createMetrics(), timings });
  health.register(databaseCheck(database));
  health.register(cacheCheck(cache));
  await health.start();
}, 60_000);
afterAll(async () => {
  postgres?.resume();
  redis?.resume();
  health?.stop();
  await cache?.close();
  await database?.close();
  await Promise.all([postgres?.stop(), redis?.stop()]);
}, 30_000);

const component = (name: string) => health.report().components.find((each) => each.name === name);
const becomes = (name: string, status: string, seconds = 20) =>
  eventually(
    () => component(name)?.status,
    (now) => now === status,
    seconds,
  );
const recoveries = (name: string) =>
  (health.history(name) ?? []).flatMap((entry) => (entry.kind === 'recovery' ? [entry.step] : []));

it('both are HEALTHY, with what was measured of them', async () => {
  await becomes('database', 'HEALTHY');
  await becomes('cache', 'HEALTHY');
  await health.checkNow();
  expect(component('database')?.details).toMatchObject({ connectionsMaximum: 3, waiting: 0 });
  expect(component('cache')?.details).toMatchObject({ memoryMaximumBytes: 0 });
  expect(component('cache')?.details?.memoryUsedBytes).toBeGreaterThan(100_000);
});

it('a database that is killed is UNHEALTHY, and HEALTHY by itself when it is back', async () => {
  await postgres.kill();
  await becomes('database', 'UNHEALTHY');
  expect(component('database')).toMatchObject({
    cause: expect.stringMatching(/ECONNREFUSED|terminated/),
    runbook: 'runbooks/database-unreachable.md',
  });
  await postgres.restart();
  await becomes('database', 'HEALTHY');
}, 60_000);

it('a stalled database holds nobody: its connections are thrown away, and those of the next are good', async () => {
  const outcome = sql`select pg_sleep(120)`.execute(database.tables()).then(
    () => 'answered',
    (error: Error) => error.message,
  );
  await eventually(
    () =>
      postgres.sql(
        "select count(*) from pg_stat_activity where query like '%pg_sleep(120)%' and pid <> pg_backend_pid()",
      ),
    (count) => count === '1',
  );
  postgres.stall();
  await becomes('database', 'UNHEALTHY');
  await eventually(
    () => recoveries('database'),
    (steps) => steps.includes('reset_pool') && steps.includes('cut_connections'),
    30,
  );
  expect(await outcome).toContain('Connection terminated');
  postgres.resume();
  await becomes('database', 'HEALTHY');
  const { rows } = await sql<{ one: number }>`select 1 as one`.execute(database.tables());
  expect(rows).toEqual([{ one: 1 }]);
}, 90_000);

it('requests that wait for a connection make the database DEGRADED, not UNHEALTHY', async () => {
  const busy = Array.from({ length: 6 }, () => sql`select pg_sleep(0.4)`.execute(database.tables()));
  await becomes('database', 'DEGRADED', 5);
  expect(component('database')?.cause).toMatch(/requests wait for one of 3 connections/);
  await Promise.all(busy);
  await becomes('database', 'HEALTHY');
}, 30_000);

it('a stalled cache is UNHEALTHY, is reconnected, and HEALTHY when it goes on', async () => {
  redis.stall();
  await becomes('cache', 'UNHEALTHY');
  await eventually(
    () => recoveries('cache'),
    (steps) => steps.includes('reconnect'),
    30,
  );
  redis.resume();
  await becomes('cache', 'HEALTHY');
}, 60_000);

it('a cache that is killed is UNHEALTHY, and HEALTHY by itself when it is back', async () => {
  await redis.kill();
  await becomes('cache', 'UNHEALTHY');
  await redis.restart();
  await becomes('cache', 'HEALTHY');
}, 60_000);

it('a cache user that may not ask for the memory is refused once, and the cache is HEALTHY all the same', async () => {
  const least = open('least');
  try {
    await eventually(
      () =>
        least.check().then(
          () => true,
          () => false,
        ),
      (up) => up,
    );
    expect(await least.memory?.()).toBeUndefined();
    expect(await cacheCheck(least).check(new AbortController().signal)).toEqual({ status: 'HEALTHY' });
    const admin = open();
    await admin.check().catch(() => {});
    await admin.close();
  } finally {
    await least.close();
  }
}, 30_000);

it('a file system that fills up is reported', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-disk-'));
  const ownFileSystem = process.getuid?.() === 0;
  // Who may not mount gets the same numbers from a function.
  if (ownFileSystem) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory]);
  let usedKiB = 0;
  const blocks = () => ({ blocks: 1024, bfree: 1024 - usedKiB, bavail: 1024 - usedKiB });
  const check = diskCheck([directory], ownFileSystem ? {} : { statfs: async () => blocks() });
  const fill = async (kib: number) => {
    usedKiB = kib;
    writeFileSync(join(directory, 'file'), Buffer.alloc(kib * 1024));
    return check.check(new AbortController().signal);
  };
  try {
    expect(await fill(100)).toMatchObject({ status: 'HEALTHY' });
    expect(await fill(870)).toMatchObject({ status: 'DEGRADED' });
    expect(await fill(980)).toMatchObject({ status: 'UNHEALTHY', cause: expect.stringContaining(directory) });
  } finally {
    if (ownFileSystem) execFileSync('umount', [directory]);
    rmSync(directory, { recursive: true });
  }
});
