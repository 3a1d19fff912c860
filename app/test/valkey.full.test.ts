import { Redis } from 'ioredis';
import { type Cache, openValkey } from '../src/kernel/cache';
import { createLogger } from '../src/kernel/logging';
import { loadSettings } from '../src/kernel/settings';
import { onServers, testEnvironment } from './support/environment';
import { logSink } from './support/kernel';
import { type RedisServer, startRedis } from './support/servers';
import { eventually } from './support/service-process';

let redis: RedisServer;
let admin: Redis;
let cache: Cache;
const sink = logSink();
beforeAll(async () => {
  redis = await startRedis({ acl: ['user service on >right ~* +get +set +ping'] });
  admin = new Redis({ port: redis.port, disconnectTimeout: 100 });
});
afterAll(async () => {
  await cache?.close();
  admin?.disconnect();
  await redis?.stop();
});

const problem = () =>
  cache.check().then(
    () => 'none',
    (error: Error) => error.message,
  );

it('logs in anew, with the secret of the moment, for each connection', async () => {
  const environment = testEnvironment({
    ...onServers({ port: 1 }, redis),
    HOLDFAST_CACHE_AUTH: 'password',
    HOLDFAST_CACHE_PASSWORD: 'unused-here',
  });
  const { settings } = loadSettings(environment.env);
  environment.remove();
  const asked: string[] = [];
  let secret = 'wrong';
  const password = () => {
    asked.push(secret);
    return secret;
  };
  const log = createLogger({ ...settings, HOLDFAST_LOG_LEVEL: 'debug' }, 'gateway', sink.stream);
  cache = openValkey({ settings, user: 'service', password, log });

  expect(await problem()).toContain('WRONGPASS');
  expect(await cache.get('key')).toBeUndefined();
  await cache.set('key', 'value', 60);

  secret = 'right';
  await eventually(problem, (message) => message === 'none');
  await cache.set('key', 'value', 60);
  expect(await cache.get('key')).toBe('value');
  expect(await admin.ttl('key')).toBeGreaterThan(50);

  // As ElastiCache does after twelve hours.
  const before = asked.length;
  await admin.client('KILL', 'USER', 'service');
  await eventually(
    () => asked.length,
    (count) => count === before + 1,
  );
  await eventually(problem, (message) => message === 'none');
  expect(await cache.get('key')).toBe('value');
  expect(sink.text()).not.toMatch(/right|wrong/);
}, 20_000);
