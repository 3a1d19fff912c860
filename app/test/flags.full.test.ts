import { setTimeout as sleep } from 'node:timers/promises';
import { roles } from '../src/contract';
import { openValkeyChannel } from '../src/kernel/cache';
import type { Service } from '../src/kernel/kernel';
import { createLogger } from '../src/kernel/logging';
import { loadSettings } from '../src/kernel/settings';
import { startService } from '../src/roles';
import { onServers, testEnvironment } from './support/environment';
import { logSink } from './support/kernel';
import { type PostgresServer, type RedisServer, startPostgres, startRedis } from './support/servers';
import { eventually, runCli } from './support/service-process';

let postgres: PostgresServer;
let redis: RedisServer;
let environment: ReturnType<typeof testEnvironment>;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  environment = testEnvironment(onServers(postgres, redis));
  expect(await runCli(['migrate'], environment.env)).toMatchObject({ code: 0, stderr: '' });
}, 60_000);
afterAll(async () => {
  await postgres?.stop();
  await redis?.stop();
  environment?.remove();
});

const services: Service[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.shutdown();
});
async function start(role: 'gateway' | 'collector' | 'worker', pollMs: number): Promise<Service> {
  const key = 'k'.repeat(64);
  const changes = {
    HOLDFAST_SIGNING_KEY: key,
    HOLDFAST_MANAGEMENT_TOKEN: key,
    HOLDFAST_TIER: 'development',
  };
  const options = { ports: { public: 0, management: 0 }, logDestination: logSink().stream, pollMs };
  const service = await startService(role, { ...environment.env, ...changes }, options);
  services.push(service);
  return service;
}
let next = 100;
/** Sets a number that no one has seen before, and gives it. */
async function change({ kernel }: Service): Promise<number> {
  next += 1;
  const { flag } = kernel.flags.set.entry('query_page_limit');
  const after = { ...flag, variants: { ...flag.variants, on: next }, defaultVariant: 'on' };
  const by = { actor: 'test', action: 'update', reason: 'a test' };
  await kernel.flags.overrides?.change([{ ...by, key: 'query_page_limit', after }]);
  return next;
}
async function seen(services: Service[], value: number, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  const values = () => services.map(({ kernel }) => kernel.flags.value('query_page_limit'));
  while (values().some((each) => each !== value) && Date.now() < deadline) await sleep(5);
  expect(values()).toEqual(services.map(() => value));
}
/** Longer than any test: what arrives was announced. */
const never = 600_000;

it('a change on the gateway is seen by all roles within a second through the cache', async () => {
  const [gateway, ...others] = [
    await start('gateway', never),
    await start('collector', never),
    await start('worker', never),
    await start('gateway', never),
  ] as [Service, ...Service[]];
  // Subscribing happens in the background.
  await sleep(500);
  for (let round = 0; round < 3; round += 1) await seen([gateway, ...others], await change(gateway), 1000);
}, 30_000);

it('subscribers find what they missed when the cache comes back', async () => {
  const [gateway, worker] = [await start('gateway', never), await start('worker', never)];
  await sleep(500);
  await redis.kill();
  const value = await change(gateway);
  await sleep(300);
  expect(worker.kernel.flags.value('query_page_limit')).not.toBe(value);
  await redis.restart();
  await seen([worker], value, 8000);
}, 40_000);

it('without the cache changes are found by polling', async () => {
  await redis.kill();
  const [gateway, worker] = [await start('gateway', 200), await start('worker', 200)];
  await seen([gateway, worker], await change(gateway), 3000);
  await redis.restart();
}, 40_000);

it('the last known overrides stay while the database is away, and new ones are found when it is back', async () => {
  const [gateway, worker] = [await start('gateway', 200), await start('worker', 200)];
  const value = await change(gateway);
  await seen([gateway, worker], value, 3000);
  await postgres.kill();
  await eventually(
    () => worker.kernel.metrics.render(),
    (text) => text.includes('holdfast_flag_overrides_fresh 0'),
  );
  expect(worker.kernel.flags.value('query_page_limit')).toBe(value);
  await expect(change(gateway)).rejects.toThrow();
  expect(gateway.kernel.flags.value('query_page_limit')).toBe(value);
  await postgres.restart();
  await eventually(
    () => worker.kernel.metrics.render(),
    (text) => text.includes('holdfast_flag_overrides_fresh 1'),
  );
  await seen([gateway, worker], await change(gateway), 5000);
}, 60_000);

it.each(['collector', 'worker'] as const)('the %s may not change flags', async (role) => {
  const service = await start(role, never);
  await expect(change(service)).rejects.toMatchObject({ code: 'RES_FLAG_READ_ONLY' });
  const forge = () => postgres.sql("update flag_changes set actor = 'nobody'", roles.gateway.databaseUser);
  expect(forge).toThrow(/permission denied/);
});

it('the channel works with the least that a login of the cache may do', async () => {
  const user = 'user service on nopass ~holdfast:* resetchannels &holdfast:* -@all';
  const guarded = await startRedis({
    acl: [`${user} +@connection +subscribe +unsubscribe +publish -@dangerous`],
  });
  const { settings } = loadSettings({
    ...testEnvironment(onServers(postgres, guarded)).env,
    ...{ HOLDFAST_CACHE_AUTH: 'password', HOLDFAST_CACHE_PASSWORD: 'any-password-will-do' },
  });
  const log = createLogger(settings, 'worker', logSink().stream);
  const options = { settings, log, user: 'service', password: () => 'any-password-will-do' };
  const channel = openValkeyChannel({ ...options, name: 'holdfast:test:flags' });
  let told = 0;
  channel.subscribe(() => {
    told += 1;
  });
  await eventually(
    () => told,
    (count) => count === 1,
  );
  await channel.publish('changed');
  await eventually(
    () => told,
    (count) => count === 2,
  );
  await channel.close();
  await guarded.stop();
});
