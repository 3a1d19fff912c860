/** Backups of a real Valkey or Redis server, over the wire alone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type Folder, temporaryFolder } from './support/backup';
import { runHere, type Surroundings } from './support/cli';
import { onServers, testEnvironment } from './support/environment';
import { type RedisServer, startRedis } from './support/servers';

jest.setTimeout(60_000);

let server: RedisServer;
let redis: Redis;
let folder: Folder;
let env: Record<string, string>;
const environment = testEnvironment();

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis({ port: server.port });
});
beforeEach(async () => {
  folder = temporaryFolder();
  writeFileSync(join(folder.path, 'key'), '01'.repeat(32));
  env = {
    ...environment.env,
    ...onServers({ port: 1 }, server),
    HOLDFAST_BACKUP_STORE: join(folder.path, 'store'),
    HOLDFAST_BACKUP_KEY_FILE: join(folder.path, 'key'),
  };
  await redis.flushall();
  const fill = redis.pipeline();
  for (let n = 0; n < 2000; n++) fill.set(`key ${n}`, `value ${n} ${'x'.repeat(n)}`);
  fill.hset('hash', { a: '1', b: '2' }).zadd('sorted', 1.5, 'member').set('short-lived', 'x', 'EX', 1000);
  await fill.exec();
});
afterEach(() => folder.remove());
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
  environment.remove();
});
const backup = (args: readonly string[], surroundings: Surroundings = {}) =>
  runHere(['backup', ...args], { env, ...surroundings });
/** The backup is complete where the database, which would note its time, is away. */
const noted = expect.stringContaining('The backup is complete. Its time could not be noted');

it('is taken while the server answers, and brings back every kind of value', async () => {
  let answers = 0;
  let slowest = 0;
  let asking = true;
  const asked = (async () => {
    while (asking) {
      const started = performance.now();
      await redis.set('counter', answers++);
      slowest = Math.max(slowest, performance.now() - started);
    }
  })();
  const created = await backup(['create', 'valkey', '--json']).finally(() => {
    asking = false;
  });
  await asked;
  expect(created).toMatchObject({
    code: 0,
    err: noted,
    json: { kind: 'valkey', target: `127.0.0.1:${server.port}` },
  });
  expect(created.json.keys).toBeGreaterThanOrEqual(2003);
  expect(answers).toBeGreaterThan(10);

  await redis.flushall();
  await redis.set('only here', 1);
  const restored = await backup(['restore', 'valkey', '--json'], { answer: `127.0.0.1:${server.port}` });
  expect(restored).toMatchObject({ code: 0, json: { ok: true, before: expect.stringMatching(/^valkey-/) } });
  expect(await redis.get('key 1999')).toBe(`value 1999 ${'x'.repeat(1999)}`);
  expect(await redis.hgetall('hash')).toEqual({ a: '1', b: '2' });
  expect(await redis.zscore('sorted', 'member')).toBe('1.5');
  expect(await redis.ttl('short-lived')).toBeGreaterThan(500);
  expect(await redis.exists('only here')).toBe(0);
  // A primary again, which takes writes.
  expect(await redis.role()).toContain('master');
  expect(await redis.set('after', 1)).toBe('OK');

  await backup(['restore', restored.json.before, '--yes', '--skip-backup']);
  expect(await redis.get('only here')).toBe('1');
});

it('is checked by the server’s own tool', async () => {
  await backup(['create', 'valkey']);
  expect(await backup(['verify', '--json'])).toMatchObject({
    code: 0,
    json: {
      backups: [
        {
          checks: [{ name: 'integrity' }, { name: 'snapshot', detail: expect.stringMatching(/version \d+/) }],
        },
      ],
    },
  });
  const deep = await backup(['verify', 'valkey', '--deep', '--json']);
  expect(deep.json.backups[0].checks[1].detail).toBe('the checker read 2003 keys and found no error');
});

it('changes nothing unless somebody agrees', async () => {
  await backup(['create', 'valkey']);
  await redis.set('later', 1);
  expect(await backup(['restore', 'valkey'])).toMatchObject({ code: 64 });
  expect(await backup(['restore', 'valkey'], { answer: 'yes' })).toMatchObject({ code: 1 });
  expect(await redis.get('later')).toBe('1');
});

it('says which user it needs', async () => {
  await redis.call('ACL', 'SETUSER', 'weak', 'on', '>a-password', '~*', '+@read', '+info');
  const login = { HOLDFAST_CACHE_AUTH: 'password', HOLDFAST_CACHE_PASSWORD: 'a-password' };
  const ran = await backup(['create', 'valkey', '--login', 'weak'], { env: { ...env, ...login } });
  expect(ran).toMatchObject({ code: 1, err: expect.stringMatching(/refuses: NOPERM.*--login/) });
  await redis.call('ACL', 'SETUSER', 'strong', 'on', '>a-password', '~*', '+@all');
  expect(
    await backup(['create', 'valkey', '--login', 'strong'], { env: { ...env, ...login } }),
  ).toMatchObject({ code: 0 });
});

it.each([
  [{ HOLDFAST_CACHE_PORT: '1' }, 1, /127\.0\.0\.1:1: .*ECONNREFUSED.*HOLDFAST_CACHE_HOST/],
  [{ HOLDFAST_CACHE_MODE: 'cluster' }, 64, /one by one.*HOLDFAST_CACHE_MODE=standalone/],
  [
    { HOLDFAST_CACHE_AUTH: 'iam', HOLDFAST_CACHE_NAME: 'x', HOLDFAST_AWS_REGION: 'eu-west-1' },
    64,
    /backup create elasticache/,
  ],
  [{ HOLDFAST_CACHE_ENGINE: 'memory' }, 64, /nothing to save/],
])('says what is wrong: %j', async (changes, code, message) => {
  expect(await backup(['create', 'valkey'], { env: { ...env, ...changes } })).toMatchObject({
    code,
    err: expect.stringMatching(message),
  });
});
