import { mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheToken, databaseToken } from '../src/kernel/aws-logins';
import { MemoryCache } from '../src/kernel/cache';
import { connectPostgres } from '../src/kernel/database';
import { lockDirectory } from '../src/kernel/database/directory-lock';
import { loadSettings } from '../src/kernel/settings';
import { testEnvironment } from './support/environment';

describe('logins at AWS', () => {
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' };
  const region = 'eu-west-1';

  it('signs a fresh database token for the user, the host and the port', async () => {
    const host = 'db.example.internal';
    const token = await databaseToken({ host, port: 5432, user: 'holdfast_gateway', region, credentials });
    const url = new URL(`https://${token}`);
    expect(url.host).toBe('db.example.internal:5432');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: 'connect',
      DBUser: 'holdfast_gateway',
      'X-Amz-Expires': '900',
      'X-Amz-Credential': expect.stringMatching(/^AKIAEXAMPLE\/\d{8}\/eu-west-1\/rds-db\/aws4_request$/),
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('signs a fresh cache token for the user and the replication group, without a scheme', async () => {
    const token = await cacheToken({ name: 'holdfast-prod', user: 'holdfast-gateway', region, credentials });
    expect(token).toMatch(/^holdfast-prod\/\?/);
    const url = new URL(`http://${token}`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: 'connect',
      User: 'holdfast-gateway',
      'X-Amz-Expires': '900',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Security-Token': 'session',
      'X-Amz-Credential': expect.stringMatching(/^AKIAEXAMPLE\/\d{8}\/eu-west-1\/elasticache\/aws4_request$/),
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('checks the chain and the name of the server, with the roots of RDS besides its own', () => {
    const environment = testEnvironment({
      HOLDFAST_DATABASE_ENGINE: 'postgres',
      HOLDFAST_DATABASE_HOST: 'db.example.internal',
      HOLDFAST_AWS_REGION: region,
    });
    const { settings } = loadSettings(environment.env);
    environment.remove();
    const { ssl, password } = connectPostgres(settings, 'holdfast_gateway', () => undefined, 'pool');
    const { ca, rejectUnauthorized } = ssl as { ca: string[]; rejectUnauthorized: boolean };
    expect(rejectUnauthorized).toBe(true);
    expect(ca.length).toBeGreaterThan(200);
    expect(password).toBeInstanceOf(Function);
  });
});

describe('the lock of a database directory', () => {
  const fresh = () => mkdtempSync(join(tmpdir(), 'holdfast-lock-'));
  const lockOf = (directory: string) => join(directory, 'holdfast.lock');
  const leaveBehind = (directory: string, pid: number, host: string) =>
    writeFileSync(lockOf(directory), JSON.stringify({ pid, host, token: 'old' }));

  it('keeps a living process of this machine in, whatever its age', async () => {
    const directory = fresh();
    leaveBehind(directory, 1, hostname());
    utimesSync(lockOf(directory), new Date(0), new Date(0));
    await expect(lockDirectory(directory)).rejects.toThrow(/in use by process 1 on/);
  });

  it.each([
    ['that died', 2 ** 22 + 1, hostname()],
    ['with our own process id, as after the restart of a container', process.pid, hostname()],
  ])('is taken over from a process %s', async (_, pid, host) => {
    const directory = fresh();
    leaveBehind(directory, pid, host);
    const unlock = await lockDirectory(directory);
    expect(JSON.parse(readFileSync(lockOf(directory), 'utf8'))).toMatchObject({ pid: process.pid });
    unlock();
    (await lockDirectory(directory))();
  });

  it('is taken over from another machine only when its heartbeat has stopped', async () => {
    const directory = fresh();
    leaveBehind(directory, 1, 'another-machine');
    await expect(lockDirectory(directory)).rejects.toThrow(/process 1 on another-machine/);
    utimesSync(lockOf(directory), new Date(), new Date(Date.now() - 60_000));
    (await lockDirectory(directory))();
  });

  it('goes to one of several that find the same dead holder', async () => {
    const directory = fresh();
    leaveBehind(directory, 2 ** 22 + 1, hostname());
    const results = await Promise.allSettled([1, 2, 3].map(() => lockDirectory(directory)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });
});

describe('the cache in memory', () => {
  it('forgets by age, and the least recently used when it is full', async () => {
    let now = 0;
    const cache = new MemoryCache(2, () => now);
    await cache.set('a', '1', 10);
    await cache.set('b', '2', 10);
    expect(await cache.get('a')).toBe('1');
    await cache.set('c', '3', 5);
    expect([await cache.get('a'), await cache.get('b'), await cache.get('c')]).toEqual(['1', undefined, '3']);
    now = 5000;
    expect([await cache.get('a'), await cache.get('c')]).toEqual(['1', undefined]);
  });
});
