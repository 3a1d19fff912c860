/** The three roles as the platform runs them: processes of their own, on PostgreSQL and Redis. */
import {
  cacheUser,
  managementPaths,
  probes,
  routes,
  type ServiceRoleName,
  serviceRoleNames,
} from '../src/contract';
import { onServers, type TestEnvironment, testEnvironment } from './support/environment';
import { type PostgresServer, type RedisServer, startPostgres, startRedis } from './support/servers';
import { eventually, runCli, type ServiceProcess, startProcess } from './support/service-process';

let postgres: PostgresServer;
let redis: RedisServer;
let environment: TestEnvironment;
let processes: Record<ServiceRoleName, ServiceProcess>;
beforeAll(async () => {
  const acl = serviceRoleNames.map(
    (role) =>
      `user ${cacheUser(role, 'local')} on >cache-password ~holdfast:* +get +set +ping +eval +evalsha +time`,
  );
  [postgres, redis] = await Promise.all([startPostgres(), startRedis({ acl: ['user default off', ...acl] })]);
  environment = testEnvironment({
    ...onServers(postgres, redis),
    HOLDFAST_CACHE_AUTH: 'password',
    HOLDFAST_CACHE_PASSWORD: 'cache-password',
    HOLDFAST_QUERY_CACHE_SECONDS: '1',
    HOLDFAST_SIGNING_KEY: 's'.repeat(64),
    HOLDFAST_MANAGEMENT_TOKEN: 't'.repeat(64),
  });
  expect(await runCli(['migrate'], environment.env)).toMatchObject({ code: 0 });
  const started = await Promise.all(serviceRoleNames.map((role) => startProcess(role, environment.env)));
  await Promise.all(started.map((each) => each.ready()));
  const [gateway, collector, worker] = started as [ServiceProcess, ServiceProcess, ServiceProcess];
  processes = { gateway, collector, worker };
}, 60_000);
afterAll(async () => {
  for (const each of Object.values(processes ?? {})) each.child.kill('SIGKILL');
  await Promise.all([postgres?.stop(), redis?.stop()]);
  environment?.remove();
});

const post = (events: unknown[]) =>
  fetch(processes.collector.publicUrl + routes.ingestEvents.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
async function query(parameters: string) {
  const response = await fetch(`${processes.gateway.publicUrl}${routes.queryAggregates.path}?${parameters}`);
  const body = (await response.json()) as { aggregates: { name: string; count: number; sum: number }[] };
  return { cache: response.headers.get('x-cache'), rows: body.aggregates };
}

it('are running, with every component up, and answer every probe', async () => {
  for (const role of serviceRoleNames) {
    const process = processes[role];
    for (const probe of Object.values(probes)) expect(await process.status(probe.path)).toBe(200);
    const health = await (await fetch(process.managementUrl + managementPaths.health)).json();
    expect(health).toMatchObject({
      role,
      state: 'running',
      components: expect.arrayContaining([
        expect.objectContaining({ name: 'database', status: 'HEALTHY' }),
        expect.objectContaining({ name: 'cache', status: 'HEALTHY' }),
      ]),
    });
  }
});

it('take events in at one end and give aggregates out at the other, exactly once', async () => {
  const batches = 40;
  const answers = await Promise.all(
    Array.from({ length: batches }, () =>
      post([
        { name: 'e2e', value: 2 },
        { name: 'e2e', value: 3 },
      ]),
    ),
  );
  expect(answers.map((answer) => answer.status)).toEqual(Array(batches).fill(202));
  const total = async () => {
    const { rows } = await query('name=e2e');
    return rows.reduce((sum, row) => ({ count: sum.count + row.count, sum: sum.sum + row.sum }), {
      count: 0,
      sum: 0,
    });
  };
  const expected = { count: batches * 2, sum: batches * 5 };
  await eventually(total, ({ count }) => count >= expected.count);
  expect(await total()).toEqual(expected);
});

it('share the cache; when it is killed, answers go on, as misses, and the state is degraded until it is back', async () => {
  await query('name=cached');
  expect((await query('name=cached')).cache).toBe('hit');

  await redis.kill();
  await eventually(
    () => processes.gateway.state(),
    (state) => state === 'degraded',
  );
  expect((await query('name=cached')).cache).toBe('miss');
  expect(await processes.gateway.status(probes.readiness.path)).toBe(200);

  await redis.restart();
  await eventually(
    () => processes.gateway.state(),
    (state) => state === 'running',
    15,
  );
  await query('name=again');
  expect((await query('name=again')).cache).toBe('hit');
}, 40_000);

it('follow the flag file', async () => {
  environment.setFlags({ ingestion: false });
  await eventually(
    async () => (await post([{ name: 'a' }])).status,
    (status) => status === 503,
  );
  environment.setFlags({});
  await eventually(
    async () => (await post([{ name: 'a' }])).status,
    (status) => status === 202,
  );
});

it('lose nothing that was accepted when the database is killed, and recover by themselves', async () => {
  let accepted = 0;
  let refused = 0;
  const other = new Set<number>();
  let stop = false;
  const client = async () => {
    while (!stop) {
      const response = await post([{ name: 'outage' }]);
      await response.arrayBuffer();
      if (response.status === 202) accepted += 1;
      else if (response.status === 503) refused += 1;
      else other.add(response.status);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const clients = [client(), client()];
  await eventually(
    () => accepted,
    (count) => count > 20,
  );
  await postgres.kill();
  for (const role of serviceRoleNames) {
    await eventually(
      () => processes[role].state(),
      (state) => state === 'degraded',
    );
    expect(await processes[role].status(probes.readiness.path)).toBe(200);
    expect(await processes[role].status(probes.liveness.path)).toBe(200);
  }
  await eventually(
    () => refused,
    (count) => count > 5,
  );
  await postgres.restart();
  const before = accepted;
  for (const role of serviceRoleNames) {
    await eventually(
      () => processes[role].state(),
      (state) => state === 'running',
      15,
    );
  }
  await eventually(
    () => accepted,
    (count) => count > before + 20,
  );
  stop = true;
  await Promise.all(clients);

  expect([...other]).toEqual([]);
  const counted = () =>
    Number(postgres.sql("select coalesce(sum(count), 0) from event_aggregates where name = 'outage'"));
  await eventually(
    () => postgres.sql('select count(*) from event_batches'),
    (count) => count === '0',
    20,
  );
  // A batch whose commit reached the disk but whose answer did not reach the client was refused and counts
  // all the same: at most one for each client at the moment of the crash.
  expect(counted()).toBeGreaterThanOrEqual(accepted);
  expect(counted()).toBeLessThanOrEqual(accepted + clients.length);
}, 60_000);

it('stop with 0', async () => {
  const ends = await Promise.all(Object.values(processes).map((each) => each.stop()));
  expect(ends.map((end) => end.code)).toEqual([0, 0, 0]);
  expect(ends.map((end) => end.stderr)).toEqual(['', '', '']);
});
