import { Redis } from 'ioredis';
import type { RateLimit, RateLimitRule } from '../src/contract';
import { type Cache, openValkey } from '../src/kernel/cache';
import { withBreakers } from '../src/kernel/health/checks/breakers';
import { cacheCheck } from '../src/kernel/health/checks/connections';
import { RateLimits } from '../src/kernel/limits';
import { createLogger } from '../src/kernel/logging';
import { createMetrics } from '../src/kernel/metrics';
import { Resilience } from '../src/kernel/resilience';
import { loadSettings } from '../src/kernel/settings';
import { onServers, testEnvironment } from './support/environment';
import { logSink } from './support/kernel';
import { type RedisServer, startRedis } from './support/servers';
import { eventually } from './support/service-process';

const open: RateLimitRule = { cost: 1, whenUnavailable: 'open' };
const closed: RateLimitRule = { cost: 1, whenUnavailable: 'closed' };
const sink = logSink();
const log = createLogger({ HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: 'test' }, 'all', sink.stream);

let redis: RedisServer;
let admin: Redis;
const caches: Cache[] = [];
beforeAll(async () => {
  // What the infrastructure gives the service's users, and nothing more.
  const rights =
    '~holdfast:* resetchannels -@all +@connection +@read +@write +eval +evalsha +time -@dangerous';
  redis = await startRedis({ acl: [`user service on >password ${rights}`] });
  admin = new Redis({ port: redis.port, disconnectTimeout: 100 });
  admin.on('error', () => {});
});
afterAll(async () => {
  for (const cache of caches) await cache.close();
  admin?.disconnect();
  await redis?.stop();
});

/** One process of the service, as far as limits are concerned. */
function instance(limit: RateLimit) {
  const environment = testEnvironment({
    ...onServers({ port: 1 }, redis),
    HOLDFAST_CACHE_AUTH: 'password',
    HOLDFAST_CACHE_PASSWORD: 'password',
  });
  const { settings } = loadSettings(environment.env);
  environment.remove();
  const metrics = createMetrics({ process: false });
  const resilience = new Resilience({ log, metrics, enabled: () => true });
  const guard = resilience.rateLimits;
  const user = 'service';
  const cache = openValkey({
    settings,
    user,
    password: () => 'password',
    log,
    metrics,
    guard: resilience.cache,
  });
  caches.push(cache);
  const { check } = withBreakers(cacheCheck(cache), [guard]);
  const limits = new RateLimits({
    environment: 'test',
    limit: () => limit,
    enabled: () => true,
    cache,
    guard,
    log,
    metrics,
  });
  const up = () =>
    check(AbortSignal.timeout(5000)).then(
      () => true,
      () => false,
    );
  const store = async (name: string) => (await metrics.render()).includes(`store="${name}"`);
  return { limits, up, store, cache, metrics };
}
const allowed = async (limits: RateLimits, client: string, times: number, rule = open) => {
  const decisions = await Promise.all(Array.from({ length: times }, () => limits.decide('r', rule, client)));
  return decisions.filter((decision) => decision?.problem === undefined).length;
};

it('limits are shared by two processes, per client, and buckets fill again and are forgotten', async () => {
  const [one, two] = [instance({ perMinute: 60, burst: 20 }), instance({ perMinute: 60, burst: 20 })];
  for (const each of [one, two]) await eventually(each.up, (up) => up);
  const [first, second] = await Promise.all([allowed(one.limits, 'a', 15), allowed(two.limits, 'a', 15)]);
  // One more may have come back meanwhile.
  expect(first + second).toBeGreaterThanOrEqual(20);
  expect(first + second).toBeLessThanOrEqual(22);
  expect(await allowed(one.limits, 'b', 1)).toBe(1);
  expect(await one.store('process')).toBe(false);
  const key = 'holdfast:test:limit:1:{a}';
  expect(await admin.pttl(key)).toBeLessThanOrEqual(20_000);
  expect((await one.limits.decide('r', open, 'a'))?.headers.ratelimit).toMatch(/^"client";r=0;t=(19|20)$/);
  await eventually(
    () => allowed(two.limits, 'a', 1),
    (count) => count === 1,
  );
}, 30_000);

it('go on by the rule of the route while the server is dead, and are shared again when it is back', async () => {
  const limit = { perMinute: 1, burst: 3 };
  const [one, two] = [instance(limit), instance(limit)];
  for (const each of [one, two]) await eventually(each.up, (up) => up);
  expect(await allowed(one.limits, 'c', 3)).toBe(3);
  expect(await allowed(two.limits, 'c', 1)).toBe(0);

  await redis.kill();
  for (const each of [one, two]) await eventually(each.up, (up) => !up);
  expect(await allowed(one.limits, 'd', 5)).toBe(3);
  expect(await allowed(two.limits, 'd', 5)).toBe(3);
  expect((await one.limits.decide('r', closed, 'e'))?.problem?.code).toBe('RATE_LIMITER_UNAVAILABLE');
  expect(await one.store('process')).toBe(true);
  expect(sink.text()).toContain('each process limits its clients by itself');

  await redis.restart();
  for (const each of [one, two]) await eventually(each.up, (up) => up, 15);
  await eventually(
    async () => (await one.limits.decide('r', closed, 'f'))?.problem?.code,
    (code) => code === undefined,
  );
  expect(await allowed(one.limits, 'g', 2)).toBe(2);
  expect(await allowed(two.limits, 'g', 2)).toBe(1);
}, 60_000);

it('a server that stalls costs the first few requests a tenth of a second each, and later ones nothing', async () => {
  const { limits, up, metrics } = instance({ perMinute: 6000, burst: 1000 });
  await eventually(up, (state) => state);
  await admin.client('PAUSE', 3000, 'ALL');
  for (let index = 0; index < 5; index++) await limits.decide('r', open, 'h');
  for (let index = 0; index < 100; index++) await limits.decide('r', open, 'h');
  const rendered = await metrics.render();
  expect(rendered).toContain('holdfast_breaker_state{dependency="rate_limits",state="open"} 1');
  const skipped =
    /holdfast_resilience_events_total\{dependency="rate_limits",event="short_circuited"\} (\d+)/;
  expect(Number(skipped.exec(rendered)?.[1])).toBeGreaterThanOrEqual(90);
}, 30_000);
