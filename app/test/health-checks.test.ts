import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Cache, MemoryCache } from '../src/kernel/cache';
import type { Database } from '../src/kernel/database';
import { httpCheck, queueCheck } from '../src/kernel/health';
import { readLimits } from '../src/kernel/health/cgroup';
import { cacheCheck, databaseCheck } from '../src/kernel/health/checks/connections';
import { cpuCheck, diskCheck, eventLoopCheck, memoryCheck } from '../src/kernel/health/checks/resources';
import { FakeClock } from './support/fake-clock';

const look = (check: { check: (signal: AbortSignal) => Promise<unknown> }) =>
  check.check(new AbortController().signal);
const root = mkdtempSync(join(tmpdir(), 'holdfast-cgroup-'));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
/** A control group's files in a folder of their own. */
function controlGroup(files: Record<string, string>): string {
  const folder = join(root, String(folders++));
  for (const [name, content] of Object.entries({ self: '', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
const limitsOf = (files: Record<string, string>) => {
  const folder = controlGroup(files);
  return readLimits(folder, join(folder, 'self'));
};

describe('limits of the container', () => {
  it('are read from control groups of version 2', () => {
    const files = {
      self: '0::/\n',
      'cpu.max': '50000 100000\n',
      'memory.max': '536870912\n',
      'memory.current': '400000000\n',
      'memory.stat': 'anon 1\ninactive_file 100000000\n',
    };
    expect(limitsOf(files)).toEqual({
      processors: 0.5,
      memoryBytes: 536_870_912,
      memoryUsedBytes: 300_000_000,
    });
    expect(limitsOf({ ...files, 'cpu.max': 'max 100000\n', 'memory.max': 'max\n' })).toEqual({
      memoryUsedBytes: 300_000_000,
    });
  });

  it('are read below the process’s own path where the mount is shared', () => {
    const limits = limitsOf({
      self: '0::/system.slice/holdfast.service\n',
      'memory.stat': '',
      'system.slice/holdfast.service/memory.max': '1000\n',
      'system.slice/holdfast.service/memory.current': '900\n',
      'system.slice/holdfast.service/cpu.max': '200000 100000\n',
    });
    expect(limits).toEqual({ processors: 2, memoryBytes: 1000, memoryUsedBytes: 900 });
  });

  it('are read from control groups of version 1', () => {
    const files = {
      self: '4:memory:/kubepods/pod\n2:cpu,cpuacct:/kubepods/pod\n',
      'cpu/cpu.cfs_quota_us': '150000\n',
      'cpu/cpu.cfs_period_us': '100000\n',
      'memory/memory.limit_in_bytes': '1000000\n',
      'memory/memory.usage_in_bytes': '700000\n',
      'memory/memory.stat': 'inactive_file 5\ntotal_inactive_file 200000\n',
    };
    expect(limitsOf(files)).toEqual({ processors: 1.5, memoryBytes: 1_000_000, memoryUsedBytes: 500_000 });
    const unlimited = {
      ...files,
      'cpu/cpu.cfs_quota_us': '-1\n',
      'memory/memory.limit_in_bytes': '9223372036854771712\n',
    };
    expect(limitsOf(unlimited)).toEqual({ memoryUsedBytes: 500_000 });
  });

  it('are none where there are no control groups', () => {
    expect(limitsOf({})).toEqual({});
    expect(readLimits('/nowhere', '/nowhere')).toEqual({});
  });
});

describe('processor time', () => {
  it('is judged against the quota of the container, between two looks', async () => {
    const clock = new FakeClock();
    let used = 0;
    const check = cpuCheck({ limits: () => ({ processors: 0.5 }), used: () => used, clock });
    const after = async (busySeconds: number) => {
      used += busySeconds * 1e6;
      await clock.advance(10_000);
      return look(check);
    };
    expect(await look(check)).toMatchObject({ status: 'UNKNOWN' });
    expect(await after(3.4)).toMatchObject({ status: 'HEALTHY', details: { ratio: 0.68 } });
    expect(await after(3.6)).toMatchObject({ status: 'DEGRADED', cause: '72 % of 0.5 processors is in use' });
    expect(await after(4.8)).toMatchObject({ status: 'UNHEALTHY' });
    // Too soon to say anything new.
    expect(await look(check)).toMatchObject({ status: 'UNHEALTHY' });
    expect(await after(0)).toMatchObject({ status: 'HEALTHY', details: { ratio: 0 } });
  });
});

describe('memory', () => {
  const used = { rss: 50, heapUsed: 10, heapLimit: 100 };
  const status = (limits: object, now = used) => look(memoryCheck({ limits: () => limits, used: () => now }));

  it('is judged by what the kernel counts against the limit of the container', async () => {
    const limit = { memoryBytes: 1000 };
    expect(await status({ ...limit, memoryUsedBytes: 699 })).toMatchObject({ status: 'HEALTHY' });
    expect(await status({ ...limit, memoryUsedBytes: 700 })).toMatchObject({ status: 'DEGRADED' });
    expect(await status({ ...limit, memoryUsedBytes: 900 })).toMatchObject({
      status: 'UNHEALTHY',
      cause: '90 % of the memory limit is in use',
    });
  });

  it('is also judged by the heap, which ends the process at a limit of its own', async () => {
    expect(await status({}, { ...used, heapUsed: 95 })).toMatchObject({
      status: 'UNHEALTHY',
      cause: "95 % of the heap's limit is in use",
    });
  });

  it('of this very process can be read', async () => {
    expect(await look(memoryCheck())).toMatchObject({ details: { heapUsedBytes: expect.any(Number) } });
  });
});

describe('disks', () => {
  const blocks = (used: number) => ({ blocks: 110, bfree: 110 - used, bavail: 100 - used });
  it('are judged by the fullest one; what is reserved for root is not free', async () => {
    const fill: Record<string, number> = { '/a': 10, '/b': 79 };
    const check = diskCheck(['/a', '/b'], { statfs: async (path) => blocks(fill[path] as number) });
    expect(await look(check)).toMatchObject({ status: 'HEALTHY', details: { '/a': 0.1, '/b': 0.79 } });
    fill['/b'] = 80;
    expect(await look(check)).toMatchObject({
      status: 'DEGRADED',
      cause: '80 % of the file system of /b is in use',
    });
    fill['/a'] = 90;
    expect(await look(check)).toMatchObject({ status: 'UNHEALTHY', cause: expect.stringContaining('/a') });
  });

  it('of this very machine can be read; a directory that is not there is an error', async () => {
    expect(await look(diskCheck([root]))).toMatchObject({ details: { [root]: expect.any(Number) } });
    await expect(look(diskCheck(['/not/there']))).rejects.toThrow('ENOENT');
  });
});

describe('the event loop', () => {
  it('is judged by how late timers are since the last look', async () => {
    let p99 = 0;
    const histogram = { count: 0, max: 2e9, percentile: () => p99 * 1e6, reset: jest.fn() };
    const check = eventLoopCheck(undefined, histogram);
    expect(await look(check)).toMatchObject({ status: 'UNKNOWN' });
    histogram.count = 10;
    p99 = 21;
    expect(await look(check)).toMatchObject({ status: 'HEALTHY', details: { p99Ms: 1 } });
    p99 = 121;
    expect(await look(check)).toMatchObject({ status: 'DEGRADED' });
    p99 = 521;
    expect(await look(check)).toMatchObject({
      status: 'UNHEALTHY',
      cause: '1 of 100 timers is 501 ms late or more',
    });
    expect(histogram.reset).toHaveBeenCalledTimes(3);
  });
});

describe('the database', () => {
  const clock = new FakeClock();
  const database = (waiting: number, tookMs = 1): Database => ({
    tables: () => {
      throw new Error('not asked');
    },
    read: () => {
      throw new Error('not asked');
    },
    check: () => clock.advance(tookMs),
    pool: () => ({ used: 10, idle: 0, waiting, maximum: 10 }),
    close: async () => {},
  });
  it('is DEGRADED while it is slow, or requests wait for a connection', async () => {
    expect(await look(databaseCheck(database(0), clock))).toMatchObject({
      status: 'HEALTHY',
      details: { connectionsUsed: 10, connectionsMaximum: 10, waiting: 0 },
    });
    expect(await look(databaseCheck(database(3), clock))).toMatchObject({
      status: 'DEGRADED',
      cause: '3 requests wait for one of 10 connections',
    });
    expect(await look(databaseCheck(database(0, 1001), clock))).toMatchObject({
      status: 'DEGRADED',
      cause: 'answers after 1001 ms; 1000 is slow',
      details: { waiting: 0 },
    });
    const crowded = { ...database(4), check: () => Promise.reject(new Error('no connection')) };
    await expect(look(databaseCheck(crowded, clock))).rejects.toThrow(
      'no connection; 4 requests wait for one of 10 connections',
    );
  });
});

describe('the cache', () => {
  const cache = (usedBytes: number, maximumBytes: number): Cache =>
    Object.assign(new MemoryCache(), { memory: async () => ({ usedBytes, maximumBytes }) });
  it('is DEGRADED when its memory is nearly full; one without a limit never is', async () => {
    expect(await look(cacheCheck(cache(890, 1000)))).toMatchObject({ status: 'HEALTHY' });
    expect(await look(cacheCheck(cache(910, 1000)))).toMatchObject({
      status: 'DEGRADED',
      cause: "91 % of the cache's memory is in use",
    });
    expect(await look(cacheCheck(cache(910, 0)))).toMatchObject({ status: 'HEALTHY' });
    expect(await look(cacheCheck(new MemoryCache()))).toEqual({ status: 'HEALTHY' });
  });
});

describe('the queue', () => {
  it.each([
    [undefined, 'UNKNOWN'],
    [29, 'HEALTHY'],
    [30, 'DEGRADED'],
    [300, 'UNHEALTHY'],
  ])('with a lag of %s is %s', async (lag, status) => {
    expect(await look(queueCheck(() => lag))).toMatchObject({ status });
  });
});

describe('an HTTP dependency', () => {
  it('is there as long as it answers, with anything but an error of its own', async () => {
    let answer = 200;
    const server = createServer((_, response) =>
      response.writeHead(answer, { connection: 'close' }).end('body'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const check = httpCheck({ name: 'billing', url, capability: 'invoices' });
    expect(check.impact).toEqual({
      capability: 'invoices',
      runbook: 'dependency-unreachable',
      essential: false,
    });
    expect(await look(check)).toMatchObject({ status: 'HEALTHY' });
    answer = 404;
    expect(await look(check)).toMatchObject({ status: 'HEALTHY' });
    answer = 503;
    expect(await look(check)).toEqual({ status: 'UNHEALTHY', cause: 'answers 503' });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(look(check)).rejects.toThrow('ECONNREFUSED');
  });

  it('ends its request when its time is over', async () => {
    const abort = new AbortController();
    const fetch = jest.fn((_: unknown, { signal }: { signal: AbortSignal }) => {
      abort.abort(new Error('late'));
      return Promise.reject(signal.reason);
    });
    const check = httpCheck({ name: 'slow', url: 'http://slow', capability: 'x', fetch: fetch as never });
    await expect(check.check(abort.signal)).rejects.toThrow('late');
  });
});
