import { Redis } from 'ioredis';
import { accessString } from '../../constructs/cache/access';
import { type Cache, openValkey } from '../src/kernel/cache';
import { createLogger } from '../src/kernel/logging';
import { loadSettings } from '../src/kernel/settings';
import { onServers, testEnvironment } from './support/environment';
import { logSink } from './support/kernel';
import { type RedisServer, startRedisCluster } from './support/servers';
import { eventually } from './support/service-process';

let servers: RedisServer[] = [];
let admins: Redis[] = [];
const open: Cache[] = [];
const sink = logSink();
/** As ElastiCache would have it, but for the password. */
const user = (name: string, access: string) =>
  `user ${name} ${access.replace('on ', 'on >right ').replace('resetchannels ', '')}`;

beforeAll(async () => {
  servers = await startRedisCluster(3, {
    acl: [
      user('gateway', accessString('holdfast:', 'read-write', true)),
      user('unsharded', accessString('holdfast:', 'read-write')),
      user('worker', accessString('holdfast:', 'connect', true)),
      user('operator', accessString('holdfast:', 'admin', true)),
    ],
  });
  admins = servers.map(({ port }) => new Redis({ port, disconnectTimeout: 100 }));
}, 30_000);
afterAll(async () => {
  for (const cache of open) await cache.close();
  for (const admin of admins) admin.disconnect();
  for (const server of servers) await server.stop();
});

function cacheOf(name: string, password: () => string): Cache {
  const environment = testEnvironment({
    ...onServers({ port: 1 }, servers[0] as RedisServer),
    HOLDFAST_CACHE_MODE: 'cluster',
    HOLDFAST_CACHE_AUTH: 'password',
    HOLDFAST_CACHE_PASSWORD: 'unused-here',
  });
  const { settings } = loadSettings(environment.env);
  environment.remove();
  const log = createLogger({ ...settings, HOLDFAST_LOG_LEVEL: 'debug' }, 'gateway', sink.stream);
  const cache = openValkey({ settings, user: name, password, log });
  open.push(cache);
  return cache;
}
const problemOf = (cache: Cache) =>
  cache.check().then(
    () => 'none',
    (error: Error) => error.message,
  );
const works = (cache: Cache) =>
  eventually(
    () => problemOf(cache),
    (message) => message === 'none',
  );
const keys = Array.from({ length: 60 }, (_, index) => `holdfast:query:${index}`);

it('keeps values on every shard, each with its time to live', async () => {
  const cache = cacheOf('gateway', () => 'right');
  await works(cache);
  for (const key of keys) await cache.set(key, `value of ${key}`, 60);
  for (const key of keys) expect(await cache.get(key)).toBe(`value of ${key}`);
  const held = await Promise.all(admins.map((admin) => admin.keys('*')));
  expect(held.map((some) => some.length > 0)).toEqual([true, true, true]);
  expect(held.flat().sort()).toEqual([...keys].sort());
  expect(await admins[0]?.ttl(held[0]?.[0] as string)).toBeGreaterThan(50);
}, 30_000);

it('logs in anew, with the secret of the moment, to all shards when one of them ends the connection', async () => {
  const asked: string[] = [];
  let secret = 'wrong';
  const cache = cacheOf('gateway', () => {
    asked.push(secret);
    return secret;
  });
  expect(await problemOf(cache)).toContain('WRONGPASS');
  expect(await cache.get(keys[0] as string)).toBeUndefined();

  secret = 'right';
  await works(cache);
  const before = asked.length;
  // As ElastiCache does after twelve hours; each shard in its own time.
  await admins[1]?.client('KILL', 'USER', 'gateway');
  await eventually(
    () => asked.length,
    (count) => count === before + 1,
  );
  await works(cache);
  for (const key of keys) expect(await cache.get(key)).toBe(`value of ${key}`);
  expect(sink.text()).not.toMatch(/right|wrong/);
}, 30_000);

it('answers from the shards that are left, says that one is gone, and comes back with it', async () => {
  const cache = cacheOf('gateway', () => 'right');
  await works(cache);
  const [, , last] = servers as [RedisServer, RedisServer, RedisServer];
  await last.kill();
  await eventually(
    () => problemOf(cache),
    (message) => message !== 'none',
  );
  const answers = await Promise.all(keys.map((key) => cache.get(key)));
  const hits = answers.filter((answer) => answer !== undefined).length;
  expect([hits > 20, hits < keys.length]).toEqual([true, true]);
  await last.restart();
  await works(cache);
  await cache.set(keys[0] as string, 'again', 60);
  expect(await cache.get(keys[0] as string)).toBe('again');
}, 60_000);

describe('what the users may do, on a real server', () => {
  const as = async (name: string, ...command: [string, ...(string | number)[]]): Promise<string> => {
    const client = new Redis({
      port: servers[0]?.port as number,
      username: name,
      password: 'right',
      enableReadyCheck: false,
      disableClientInfo: true,
      disconnectTimeout: 100,
    });
    try {
      await client.call(...command);
      return 'allowed';
    } catch (error) {
      const { message } = error as Error;
      return /NOPERM/.test(message) ? 'denied' : /MOVED/.test(message) ? 'allowed' : message;
    } finally {
      client.disconnect();
    }
  };

  it.each([
    ['gateway', ['GET', 'holdfast:a'], 'allowed'],
    ['gateway', ['CLUSTER', 'SLOTS'], 'allowed'],
    ['unsharded', ['CLUSTER', 'SLOTS'], 'denied'],
    ['gateway', ['GET', 'other:a'], 'denied'],
    ['gateway', ['FLUSHALL'], 'denied'],
    ['gateway', ['INFO'], 'denied'],
    ['worker', ['PING'], 'allowed'],
    ['worker', ['GET', 'holdfast:a'], 'denied'],
    ['operator', ['INFO'], 'allowed'],
    ['operator', ['SLOWLOG', 'GET', 1], 'allowed'],
    ['operator', ['CLIENT', 'LIST'], 'allowed'],
    ['operator', ['UNLINK', 'holdfast:a'], 'allowed'],
    ['operator', ['FLUSHALL'], 'denied'],
    ['operator', ['CONFIG', 'GET', '*'], 'denied'],
    ['operator', ['ACL', 'LIST'], 'denied'],
    ['operator', ['KEYS', '*'], 'denied'],
  ] as [string, [string, ...string[]], string][])('%s %j: %s', async (name, command, expected) => {
    expect(await as(name, ...command)).toBe(expected);
  });
});
