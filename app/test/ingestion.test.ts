import type { InjectOptions } from 'fastify';
import { routes } from '../src/contract';
import { startTestKernel, type TestKernel } from './support/kernel';

const { path } = routes.ingestEvents;
let service: TestKernel;
beforeAll(async () => {
  service = await startTestKernel();
});
afterAll(() => service.close());
beforeEach(async () => {
  await service.db.deleteFrom('event_batches').execute();
});

const post = (payload: unknown, headers: Record<string, string> = {}) =>
  service.server.inject({ method: 'POST', url: path, payload: payload as InjectOptions['payload'], headers });
const stored = () => service.db.selectFrom('event_batches').selectAll().execute();

describe('a batch of events', () => {
  it('is stored in one row before it is acknowledged', async () => {
    const timestamp = new Date(Date.now() - 5000).toISOString();
    const events = [
      { name: 'order.paid', timestamp, value: 12.5, properties: { plan: 'pro' } },
      { name: 'ping' },
    ];
    const response = await post({ events });

    expect(response.statusCode).toBe(202);
    expect(response.json()).toEqual({ accepted: 2, rejected: [] });
    const rows = await stored();
    expect(rows).toHaveLength(1);
    expect(rows[0]?.events).toEqual([
      { name: 'order.paid', timestamp: Date.parse(timestamp), value: 12.5, properties: { plan: 'pro' } },
      { name: 'ping', timestamp: expect.any(Number), value: 1 },
    ]);
  });

  it('keeps its good events when others are bad, and says which and why', async () => {
    const acceptedBefore = await service.metric('holdfast_events_accepted_total');
    const rejectedBefore = await service.metric('holdfast_events_rejected_total{code="VAL_EVENT"}');
    const response = await post({ events: [{ name: 'good' }, { name: 'not good' }, { nam: 'x' }, 7] });

    expect(response.statusCode).toBe(202);
    expect(response.json()).toEqual({
      accepted: 1,
      rejected: [
        { index: 1, code: 'VAL_EVENT', reason: expect.stringContaining('name must be 1 to 100 characters') },
        { index: 2, code: 'VAL_EVENT', reason: 'name is missing' },
        { index: 3, code: 'VAL_EVENT', reason: 'must be an object' },
      ],
    });
    expect(await service.metric('holdfast_events_accepted_total')).toBe(acceptedBefore + 1);
    expect(await service.metric('holdfast_events_rejected_total{code="VAL_EVENT"}')).toBe(rejectedBefore + 3);
  });

  it('is refused as a whole when no event is good, with the same list', async () => {
    const response = await post({ events: [{ name: '' }] });
    expect(response.statusCode).toBe(422);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({
      code: 'VAL_EVENT',
      rejected: [{ index: 0, code: 'VAL_EVENT', reason: expect.any(String) }],
    });
    expect(await stored()).toEqual([]);
  });

  const day = 86_400_000;
  const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();
  it.each([
    ['30 days old', { timestamp: ago(30 * day - 60_000) }, undefined],
    ['older than 30 days', { timestamp: ago(30 * day + 60_000) }, 'timestamp is more than 30 days old'],
    ['almost a day ahead', { timestamp: ago(-day + 60_000) }, undefined],
    ['more than a day ahead', { timestamp: ago(-day - 60_000) }, 'timestamp is more than 1 day ahead'],
    ['without an offset', { timestamp: '2026-01-01T00:00:00' }, 'timestamp must be an RFC 3339 time'],
    [
      'on a day that does not exist',
      { timestamp: '2026-02-30T00:00:00Z' },
      'timestamp must be an RFC 3339 time',
    ],
    ['with a value as text', { value: '1' }, 'value must be a number'],
    ['with a value beyond doubles', { value: 1e201 }, 'value must be a number between'],
    ['with a field of its own', { vaule: 1 }, 'vaule is not a field of an event'],
    ['with properties that are a list', { properties: [] }, 'properties must be an object'],
    [
      'with U+0000, which jsonb cannot hold',
      { properties: { a: ['\0'] } },
      'properties hold the character U+0000',
    ],
    ['with half a surrogate pair', { properties: { '\ud800': 1 } }, 'half of a surrogate pair'],
    ['with an escaped backslash before u0000', { properties: { a: '\\u0000' } }, undefined],
    ['with emoji', { properties: { a: '🙂' } }, undefined],
  ])('takes or refuses an event %s', async (_, fields, reason) => {
    const response = await post({ events: [{ name: 'a' }, { name: 'b', ...fields }] });
    const { rejected } = response.json();
    if (reason === undefined) expect(rejected).toEqual([]);
    else expect(rejected[0].reason).toContain(reason);
    expect(await stored()).toHaveLength(1);
  });

  it('cannot exhaust the stack by nesting', async () => {
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const payload = `{"events":[{"name":"a","properties":${deep}},{"name":"b"}]}`;
    const response = await post(payload, { 'content-type': 'application/json', 'idempotency-key': 'deep' });
    expect(response.statusCode).toBe(202);
    expect(response.json().rejected[0].reason).toContain('nested more than 20 levels');
  });
});

describe('a body that is no batch', () => {
  it.each([
    ['no JSON', '{', 400, 'VAL_BODY'],
    ['empty', '', 400, 'VAL_BODY'],
    ['a list', '[]', 400, 'VAL_BODY'],
    ['an empty batch', '{"events":[]}', 400, 'VAL_BODY'],
    ['a batch with more members', '{"events":[{"name":"a"}],"tenant":1}', 400, 'VAL_BODY'],
    ['1001 events', JSON.stringify({ events: Array(1001).fill({ name: 'a' }) }), 400, 'VAL_BODY'],
    ['poisoned', '{"events":[{"name":"a","properties":{"__proto__":{"x":1}}}]}', 400, 'VAL_BODY'],
    ['above 1 MiB', `{"events":["${'x'.repeat(1024 * 1024)}"]}`, 413, 'VAL_BODY_TOO_LARGE'],
  ])('is refused: %s', async (_, payload, status, code) => {
    const response = await post(payload, { 'content-type': 'application/json' });
    expect(response.json()).toMatchObject({ status, code });
    expect(response.statusCode).toBe(status);
  });

  it('is refused when it is not JSON at all', async () => {
    const response = await post('events', { 'content-type': 'text/plain' });
    expect(response.json()).toMatchObject({ status: 415, code: 'VAL_MEDIA_TYPE' });
  });

  it('takes 1000 events', async () => {
    const response = await post({ events: Array(1000).fill({ name: 'a' }) });
    expect(response.json()).toEqual({ accepted: 1000, rejected: [] });
  });
});

describe('an idempotency key', () => {
  it('stores the same request once and answers it the same', async () => {
    const batch = { events: [{ name: 'a' }, { name: '!' }] };
    const [first, second] = await Promise.all([
      post(batch, { 'idempotency-key': 'key-1' }),
      post(batch, { 'idempotency-key': 'key-1' }),
    ]);
    const third = await post(batch, { 'idempotency-key': 'key-1' });

    expect([first, second, third].map((response) => response.statusCode)).toEqual([202, 202, 202]);
    expect(second.json()).toEqual(first.json());
    expect(third.json()).toEqual(first.json());
    expect(await stored()).toHaveLength(1);
  });

  it('refuses another batch', async () => {
    await post({ events: [{ name: 'a' }] }, { 'idempotency-key': 'key-2' });
    const response = await post({ events: [{ name: 'b' }] }, { 'idempotency-key': 'key-2' });
    expect(response.json()).toMatchObject({ status: 409, code: 'VAL_IDEMPOTENCY_KEY' });
    expect(await stored()).toHaveLength(1);
  });

  it('is not spent on a batch that was refused', async () => {
    await post({ events: [{ name: '!' }] }, { 'idempotency-key': 'key-3' });
    const corrected = await post({ events: [{ name: 'a' }] }, { 'idempotency-key': 'key-3' });
    expect(corrected.statusCode).toBe(202);
  });

  it('has at most 200 characters', async () => {
    const batch = { events: [{ name: 'a' }] };
    expect((await post(batch, { 'idempotency-key': 'k'.repeat(200) })).statusCode).toBe(202);
    const refused = await post(batch, { 'idempotency-key': 'k'.repeat(201) });
    expect([refused.statusCode, refused.json().code]).toEqual([400, 'VAL_HEADER']);
  });
});

describe('the flag ingestion', () => {
  it('pauses and resumes, and tells clients when to come back', async () => {
    await service.setFlags({ ingestion: false });
    const paused = await post({ events: [{ name: 'a' }] });
    expect(paused.json()).toMatchObject({ status: 503, code: 'SYS_INGESTION_PAUSED' });
    expect(Number(paused.headers['retry-after'])).toBeGreaterThan(0);
    expect(await stored()).toEqual([]);

    await service.setFlags({});
    expect((await post({ events: [{ name: 'a' }] })).statusCode).toBe(202);
  });
});
