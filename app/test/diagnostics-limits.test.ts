/** What diagnostics say in a container that is too small, and of a directory without a database. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { database } from '../src/kernel/diagnostics/categories/database';
import { resources } from '../src/kernel/diagnostics/categories/resources';
import { runtime } from '../src/kernel/diagnostics/categories/runtime';
import type { Subject } from '../src/kernel/diagnostics/types';
import * as cgroup from '../src/kernel/health/cgroup';

jest.mock('../src/kernel/health/cgroup');
const limits = (given: cgroup.Limits) => jest.mocked(cgroup.readLimits).mockReturnValue(given);

const folder = mkdtempSync(join(tmpdir(), 'holdfast-limits-'));
afterAll(() => rmSync(folder, { recursive: true }));
const settings = { HOLDFAST_DATABASE_ENGINE: 'pglite', HOLDFAST_DATABASE_DIRECTORY: folder };
const subject = { context: {}, settings, today: new Date('2026-11-21') } as unknown as Subject;

test.each([
  [{ memoryBytes: 2 ** 20 }, 'warn', /ends at 1 MiB/],
  [{ memoryBytes: 2 ** 50 }, 'pass', /may grow to/],
  [{}, 'pass', /may grow to/],
])('the heap within %j: %s', (given, verdict, message) => {
  limits(given);
  expect(runtime(subject)).toContainEqual(
    expect.objectContaining({ name: 'heap', verdict, message: expect.stringMatching(message) }),
  );
});

test.each([
  [{ processors: 0.1 }, 'warn', 'the quota is 0.1'],
  [{ processors: 0.25 }, 'pass', '0.25 by quota'],
  [{}, 'pass', /^\d+$/],
])('processors with %j: %s', async (given, verdict, message) => {
  limits(given);
  expect(await resources(subject)).toContainEqual({
    ...{ name: 'processors', verdict, message: expect.stringMatching(message) },
    ...(verdict === 'warn' ? { remedy: expect.stringContaining('a quarter of a processor') } : {}),
  });
});

test.each([
  [{ memoryBytes: 1000, memoryUsedBytes: 100 }, 'pass'],
  [{ memoryBytes: 1000, memoryUsedBytes: 999 }, 'fail'],
])('memory with %j: %s', async (given, verdict) => {
  limits(given);
  expect(await resources(subject)).toContainEqual(expect.objectContaining({ name: 'memory', verdict }));
});

test('a directory without a database is told, one with it is fine', async () => {
  expect(await database(subject)).toEqual([expect.objectContaining({ name: 'embedded', verdict: 'warn' })]);
  mkdirSync(join(folder, 'pglite'));
  writeFileSync(join(folder, 'pglite', 'PG_VERSION'), '17');
  expect(await database(subject)).toEqual([expect.objectContaining({ name: 'embedded', verdict: 'pass' })]);
});

test.each([
  ['resources', resources],
  ['database', database],
])('%s say that they need settings', async (name, look) => {
  expect(await look({ context: {} } as unknown as Subject)).toEqual([
    expect.objectContaining({ name, verdict: 'warn' }),
  ]);
});
