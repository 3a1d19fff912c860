import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes } from '../src/contract';
import { startTestKernel, type TestKernel } from './support/kernel';
import { eventually } from './support/service-process';

const { path } = routes.queryAggregates;
const keyFile = join(mkdtempSync(join(tmpdir(), 'holdfast-key-')), 'key');
let service: TestKernel;
beforeAll(async () => {
  writeFileSync(keyFile, 'a'.repeat(64));
  service = await startTestKernel({ HOLDFAST_SIGNING_KEY_FILE: keyFile });
  const minutes = ['2026-03-01T12:00:00Z', '2026-03-01T12:01:00Z', '2026-03-01T12:02:00Z'];
  const rows = minutes.flatMap((minute) =>
    ['B', 'a', 'b'].map((name) => ({ minute: new Date(minute), name, count: 2, sum: 3, min: 1, max: 2 })),
  );
  await service.db.insertInto('event_aggregates').values(rows).execute();
});
afterAll(() => service.close());
beforeEach(() => service.setFlags({ caching: false }));

const get = (query: Record<string, string> = {}) =>
  service.server.inject({ method: 'GET', url: path, query });
const labels = (body: { aggregates: { minute: string; name: string }[] }) =>
  body.aggregates.map((row) => `${row.minute.slice(14, 16)}${row.name}`);

async function pages(query: Record<string, string>): Promise<string[][]> {
  const found: string[][] = [];
  for (let cursor: string | undefined; ; ) {
    const body = (await get({ ...query, ...(cursor ? { cursor } : {}) })).json();
    found.push(labels(body));
    cursor = body.nextCursor;
    if (!cursor) return found;
  }
}

describe('a query', () => {
  it('is read where it may be a little behind', async () => {
    const read = jest.spyOn(service.kernel.database, 'read');
    await get({ limit: '1' });
    expect(read).toHaveBeenCalledTimes(1);
    read.mockRestore();
  });

  it('answers newest first', async () => {
    const response = await get({ name: 'a', limit: '1' });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      aggregates: [{ minute: '2026-03-01T12:02:00.000Z', name: 'a', count: 2, sum: 3, min: 1, max: 2 }],
      nextCursor: expect.any(String),
    });
  });

  it('pages through everything once, in one order', async () => {
    expect(await pages({ limit: '4' })).toEqual([
      ['02b', '02a', '02B', '01b'],
      ['01a', '01B', '00b', '00a'],
      ['00B'],
    ]);
  });

  it('has no next page after a full last one', async () => {
    expect(await pages({ name: 'a', limit: '3' })).toEqual([['02a', '01a', '00a']]);
  });

  it('filters: from is inclusive, to is not', async () => {
    const body = (await get({ from: '2026-03-01T13:01:00+01:00', to: '2026-03-01T12:02:00Z' })).json();
    expect(labels(body)).toEqual(['01b', '01a', '01B']);
  });

  it('lists everything that is wrong with its parameters', async () => {
    const response = await get({ limt: '5', limit: '0', from: 'yesterday', name: 'a b' });
    expect(response.json()).toMatchObject({ status: 400, code: 'VAL_QUERY' });
    const { problems } = response.json();
    expect(problems.map((each: { parameter: string }) => each.parameter).sort()).toEqual([
      'from',
      'limit',
      'limt',
      'name',
    ]);
  });

  it('refuses a parameter that is given twice', async () => {
    const response = await service.server.inject({ method: 'GET', url: `${path}?limit=1&limit=2` });
    expect(response.json()).toMatchObject({ status: 400, code: 'VAL_QUERY' });
  });
});

describe('a cursor', () => {
  const cursorOf = async (query: Record<string, string>) => (await get(query)).json().nextCursor as string;

  it.each([
    [
      'with another position',
      (c: string) =>
        `${Buffer.from('["2026-03-01T12:00:00Z","a",""]').toString('base64url')}.${c.split('.')[1]}`,
    ],
    ['with another signature', (c: string) => `${c.slice(0, -4)}AAAA`],
    ['without a signature', (c: string) => c.split('.')[0] as string],
    ['with more behind it', (c: string) => `${c}.x`],
    ['that is garbage', () => 'x.y'],
    ['that is empty', () => ''],
  ])('is refused %s', async (_, tamper) => {
    const cursor = await cursorOf({ limit: '1' });
    const response = await get({ limit: '1', cursor: tamper(cursor) });
    expect(response.json()).toMatchObject({ status: 400, code: 'VAL_CURSOR' });
  });

  it('is refused for another query', async () => {
    const cursor = await cursorOf({ limit: '1', name: 'a' });
    expect((await get({ limit: '1', cursor })).json()).toMatchObject({ code: 'VAL_CURSOR' });
    expect((await get({ limit: '2', name: 'a', cursor })).statusCode).toBe(200);
  });

  it('outlives one rotation of the key, not two; a bad key is not taken over', async () => {
    const cursor = await cursorOf({ limit: '1' });
    const current = () => service.kernel.secrets.current('HOLDFAST_SIGNING_KEY');
    for (const [letter, status] of [
      ['b', 200],
      ['c', 400],
    ] as const) {
      writeFileSync(keyFile, `${letter.repeat(64)}\n`);
      await eventually(current, (key) => key === letter.repeat(64));
      expect((await get({ limit: '1', cursor })).statusCode).toBe(status);
    }
    writeFileSync(keyFile, 'short');
    await eventually(
      () => service.log.text(),
      (text) => text.includes('the file of a secret is not valid'),
    );
    expect(current()).toBe('c'.repeat(64));
    expect(service.log.text()).not.toMatch(/short|cccc|bbbb/);
  });
});

describe('the cache', () => {
  it('answers the same query again without the database, while the flag is on', async () => {
    const cacheOf = async (query: Record<string, string>) => (await get(query)).headers['x-cache'];
    expect(await cacheOf({ name: 'B' })).toBe('miss');
    expect(await cacheOf({ name: 'B' })).toBe('miss');

    await service.setFlags({ caching: true });
    const first = await get({ name: 'B' });
    const second = await get({ name: 'B' });
    expect([first.headers['x-cache'], second.headers['x-cache']]).toEqual(['miss', 'hit']);
    expect(second.body).toBe(first.body);
    expect(second.headers['content-type']).toBe(first.headers['content-type']);
    expect(await cacheOf({ name: 'B', limit: '1' })).toBe('miss');
    expect(await service.metric('holdfast_cache_requests_total{result="hit"}')).toBe(1);
    expect(await service.metric('holdfast_cache_requests_total{result="miss"}')).toBe(2);
  });
});
