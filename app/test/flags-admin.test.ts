import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { parse } from 'yaml';
import { flagKeys } from '../src/contract';
import { adminPrefix } from '../src/kernel/admin';
import { addFlagRoutes } from '../src/kernel/flags/admin-routes';
import { createServer } from '../src/kernel/http';
import { Lifecycle } from '../src/kernel/lifecycle';
import { memoryDatabase } from './support/database';
import { openTestFlags } from './support/flags';
import { eventually } from './support/service-process';

let opened: Awaited<ReturnType<typeof memoryDatabase>>;
let here: ReturnType<typeof openTestFlags>;
let there: ReturnType<typeof openTestFlags>;
let server: FastifyInstance;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  opened = await memoryDatabase();
  here = openTestFlags({ caching: false });
  there = openTestFlags();
  for (const { flags } of [here, there]) {
    stops.push(await flags.follow({ database: opened.database, pollMs: 20 }));
  }
  const { flags, log, metrics, settings } = here;
  server = createServer({ flags, log, metrics, settings, lifecycle: new Lifecycle(log, metrics) });
  const options = {
    actorOf: (request: FastifyRequest) => String(request.headers['x-user'] ?? 'somebody'),
    now: () => new Date('2028-01-01T00:00:00Z'),
  };
  server.register(async (scope) => addFlagRoutes(scope, flags, options), { prefix: adminPrefix });
  await server.ready();
});
afterEach(async () => {
  await sql`delete from flag_overrides`.execute(opened.db);
  await eventually(
    () => here.flags.overrides?.current().size,
    (size) => size === 0,
  );
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await server.close();
  here.close();
  there.close();
  await opened.database.close();
});

async function ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object) {
  const answer = await server.inject({
    method,
    url: `/admin/v1/flags${path}`,
    payload,
    headers: { 'x-user': 'ada' },
  });
  const isJson = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, body: isJson ? answer.json() : answer.body };
}
const reason = 'a test';

it('lists and shows every flag with its layer, and answers 404 for others', async () => {
  const { body } = await ask('GET', '');
  expect(body.flags.map(({ key }: { key: string }) => key)).toEqual(flagKeys);
  expect((await ask('GET', '/caching')).body).toMatchObject({
    ...{ key: 'caching', layer: 'file', value: false, version: 0, strategy: { strategy: 'NONE' } },
    definition: { state: 'ENABLED', defaultVariant: 'off' },
  });
  expect(await ask('GET', '/cachin')).toMatchObject({ status: 404, body: { code: 'RES_FLAG_NOT_FOUND' } });
});

it('creates, changes and removes an override, seen at once here and by polling elsewhere, and writes down each', async () => {
  const created = await ask('POST', '/compression', { override: true, reason });
  expect(created).toMatchObject({ status: 201, body: { layer: 'override', value: true, updatedBy: 'ada' } });
  expect(here.flags.value('compression')).toBe(true);
  await eventually(
    () => there.flags.value('compression'),
    (on) => on,
  );
  expect(await ask('POST', '/compression', { override: true, reason })).toMatchObject({ status: 409 });

  const { version } = created.body;
  const rule = { strategy: 'USERS', users: ['u'] };
  const updated = await ask('PUT', '/compression', { override: rule, version, reason });
  expect(updated).toMatchObject({ status: 200, body: { strategy: rule, value: false } });
  expect(here.flags.value('compression', { targetingKey: 'u' })).toBe(true);
  expect(await ask('PUT', '/compression', { override: false, version, reason })).toMatchObject({
    ...{ status: 409, body: { code: 'RES_VERSION_CONFLICT', version: updated.body.version } },
  });

  expect((await ask('DELETE', `/compression?reason=done&version=${updated.body.version}`)).status).toBe(200);
  expect(here.flags.value('compression', { targetingKey: 'u' })).toBe(false);
  const { changes } = (await ask('GET', '/changes?key=compression')).body;
  expect(changes.map(({ action }: { action: string }) => action)).toEqual(['delete', 'update', 'create']);
  expect(changes[1]).toMatchObject({
    ...{ actor: 'ada', reason, before: { defaultVariant: 'on' }, after: { defaultVariant: 'off' } },
  });
  expect(changes[0]).toMatchObject({ reason: 'done', after: null });
  const audited = here.sink.entries.filter(({ msg }) => msg === 'a flag was changed');
  expect(audited).toHaveLength(3);
  expect(audited[0]).toMatchObject({ key: 'compression', actor: 'ada', action: 'create', reason });
});

it('no version that was seen before an override was removed is taken for the one after it', async () => {
  const first = (await ask('POST', '/compression', { override: true, reason })).body.version;
  await ask('DELETE', '/compression?reason=x');
  const second = (await ask('POST', '/compression', { override: true, reason })).body.version;
  expect(second).toBeGreaterThan(first);
  expect((await ask('PUT', '/compression', { override: false, version: first, reason })).status).toBe(409);
});

it('of two changes on the same version one is made', async () => {
  const { version } = (await ask('POST', '/compression', { override: true, reason })).body;
  const both = await Promise.all(
    [true, false].map((override) => ask('PUT', '/compression', { override, version, reason })),
  );
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
});

it('enables, disables and rolls out', async () => {
  expect((await ask('POST', '/caching/enable', { reason })).body).toMatchObject({ value: true });
  expect((await ask('POST', '/caching/disable', { reason })).body).toMatchObject({ value: false });
  expect((await ask('POST', '/beta_ui/rollout', { percentage: 40, reason })).body.strategy).toEqual({
    ...{ strategy: 'PERCENTAGE', percentage: 40 },
  });
  const ramp = { start: '2027-01-01T00:00:00.000Z', end: '2027-02-01T00:00:00.000Z', percentage: 80 };
  expect((await ask('POST', '/beta_ui/rollout', { ...ramp, reason })).body.strategy).toEqual({
    ...{ strategy: 'GRADUAL', ...ramp },
  });
});

it('an override keeps what the flag requires', async () => {
  await ask('POST', '/ai_suggestions/enable', { reason });
  await ask('POST', '/advanced_analytics/disable', { reason });
  expect(here.flags.value('ai_suggestions')).toBe(false);
  await ask('POST', '/advanced_analytics/enable', { reason });
  expect(here.flags.value('ai_suggestions')).toBe(true);
});

it.each([
  ['PUT', '/caching', { override: 'yes', reason }, /override: .*boolean/],
  ['PUT', '/caching', { override: true }, /reason: /],
  ['PUT', '/caching', { override: { strategy: 'SOME' }, reason }, /override.strategy: must be one of "ALL"/],
  ['POST', '/caching/rollout', { percentage: 400, reason }, /percentage: /],
  ['POST', '/caching/rollout', { start: '2027-01-01T00:00:00Z', reason }, /end: /],
  [
    'POST',
    '/import',
    { content: '{"flags":{"caching":{}}}', reason },
    /Invalid flagd flag configuration|caching/i,
  ],
  ['POST', '/import', { content: '{', reason }, /./],
] as const)(
  '%s %s %j is refused with its place, and changes nothing',
  async (method, path, body, message) => {
    const answer = await ask(method, path, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'VAL_BODY' } });
    expect(answer.body.detail).toMatch(message);
    expect(here.flags.overrides?.current().size).toBe(0);
  },
);

it('an import that would make a circle is refused as a whole', async () => {
  const { definition } = (await ask('GET', '/caching')).body;
  const circle = { ...definition, metadata: { ...definition.metadata, requires: 'ingestion' } };
  const flags = { caching: circle, ingestion: { ...circle, metadata: { requires: 'caching' } } };
  const answer = await ask('POST', '/import', { content: JSON.stringify({ flags }), reason });
  expect(answer.body.detail).toMatch(/in a circle/);
  expect(here.flags.value('ingestion')).toBe(true);
});

it.each(['json', 'yaml'])(
  'what is exported as %s is imported as the same, elsewhere or again',
  async (format) => {
    await ask('POST', '/beta_ui/rollout', { percentage: 12.34, reason });
    await ask('POST', '/caching', { override: true, reason });
    const exported = (await ask('GET', `/export?format=${format}`)).body;
    const content = typeof exported === 'string' ? exported : JSON.stringify(exported);
    expect(Object.keys(parse(content).flags)).toEqual(flagKeys);
    expect((await ask('POST', '/import', { content, reason })).body.changed).toEqual([]);

    await ask('DELETE', '/beta_ui?reason=x');
    await ask('DELETE', '/caching?reason=x');
    const dry = (await ask('POST', '/import', { content, reason, dryRun: true })).body;
    expect(dry).toEqual({ changed: ['caching', 'beta_ui'], unknown: [], dryRun: true });
    expect(here.flags.value('caching')).toBe(false);
    await ask('POST', '/import', { content, reason });
    expect(here.flags.value('caching')).toBe(true);
    const again = (await ask('GET', `/export?format=${format}`)).body;
    expect(again).toEqual(exported);
  },
);

it('explains layer, rule, place and what is required', async () => {
  await ask('POST', '/advanced_analytics/disable', { reason });
  const context = { targetingKey: 'user-1' };
  expect((await ask('POST', '/ai_suggestions/explain', { context })).body).toMatchObject({
    ...{ value: false, reason: 'PREREQUISITE', unmet: 'advanced_analytics' },
    requires: [{ key: 'advanced_analytics', value: false }],
    because: expect.stringContaining('"advanced_analytics"'),
  });
  await ask('POST', '/beta_ui/rollout', { percentage: 100, reason });
  const { body } = await ask('POST', '/beta_ui/explain', { context });
  expect(body).toMatchObject({
    ...{ value: true, reason: 'SPLIT', layer: 'override', version: expect.any(Number) },
    layers: { default: 'on for 5 %', file: 'on for 5 %', override: 'on for 100 %' },
    rule: { strategy: 'PERCENTAGE', percentage: 100 },
  });
  expect(body.because).toBe(
    `on for 100 %, by an override at run time; the key has place ${body.bucket} of 10000: variant "on"`,
  );
  expect((await ask('POST', '/beta_ui/explain', {})).body.because).toMatch(/lacks what that rule asks for/);
});

it('counts evaluations by variant, and only those', async () => {
  const before = (await ask('GET', '/stats')).body.flags.enhanced_encryption.off ?? 0;
  for (let count = 0; count < 3; count += 1) here.flags.value('enhanced_encryption');
  await ask('POST', '/enhanced_encryption/explain', {});
  expect((await ask('GET', '/stats')).body.flags.enhanced_encryption).toEqual({ off: before + 3 });
  await eventually(
    async () => (await here.metrics.render()).split('\n'),
    (lines) => lines.includes('holdfast_flag_evaluations_total{flag="enhanced_encryption",variant="off"} 3'),
  );
});

it('finds flags that expired, are the same for everybody for long, or that nobody asks for', async () => {
  const report = (await ask('GET', '/stale?days=30')).body;
  const of = (key: string) => report.flags.find((flag: { key: string }) => flag.key === key)?.findings ?? [];
  expect(of('compression')).toContainEqual({ kind: 'expired', detail: 'was to be removed by 2027-09-30' });
  expect(of('compression')).toContainEqual({ kind: 'settled', detail: expect.stringContaining('0 % for 4') });
  expect(of('beta_ui')).toEqual([{ kind: 'expired', detail: 'was to be removed by 2027-12-31' }]);
  expect(of('remote_flags')).toMatchObject([{ kind: 'unused' }]);
  expect(of('flag_announcements')).toEqual([]);
});

it('keeps the last known overrides while the database is out of reach', async () => {
  await ask('POST', '/query_page_limit', { override: 5, reason });
  await eventually(
    () => there.flags.value('query_page_limit'),
    (limit) => limit === 5,
  );
  await sql`alter table flag_overrides rename to gone`.execute(opened.db);
  await eventually(
    () => there.metrics.render(),
    (text) => text.includes('holdfast_flag_overrides_fresh 0'),
  );
  expect(there.flags.value('query_page_limit')).toBe(5);
  await sql`alter table gone rename to flag_overrides`.execute(opened.db);
  await eventually(
    () => there.metrics.render(),
    (text) => text.includes('holdfast_flag_overrides_fresh 1'),
  );
});

it('an override that is not valid here is ignored, and the last valid ones stay', async () => {
  await ask('POST', '/query_page_limit', { override: 5, reason });
  const broken = JSON.stringify({ state: 'ENABLED', variants: { on: 'yes' }, defaultVariant: 'on' });
  await sql`insert into flag_overrides (key, definition, version, updated_by)
    values ('compression', ${broken}::jsonb, 1000000, 'psql')`.execute(opened.db);
  await eventually(
    () => here.sink.entries.map(({ cause }) => String(cause)),
    (causes) =>
      causes.some((cause) => cause.includes('variant "on" of flag "compression" must be a boolean')),
  );
  expect(here.flags.value('query_page_limit')).toBe(5);
  expect(here.flags.value('compression')).toBe(false);
});
