import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenFeature } from '@openfeature/server-sdk';
import type { FastifyInstance } from 'fastify';
import { type FlagOverrides, flagFileName, flags, renderFlag } from '../src/contract';
import { FlagsProvider } from '../src/kernel/flags';
import { clientFlagKeys, ofrepRoutes } from '../src/kernel/flags/ofrep-routes';
import { createServer } from '../src/kernel/http';
import { Lifecycle } from '../src/kernel/lifecycle';
import { openTestFlags } from './support/flags';
import { eventually } from './support/service-process';

let opened: ReturnType<typeof openTestFlags>;
let server: FastifyInstance;
async function open(overrides: FlagOverrides) {
  opened = openTestFlags(overrides);
  const { flags, log, metrics, settings } = opened;
  server = createServer({ flags, log, metrics, settings, lifecycle: new Lifecycle(log, metrics) });
  ofrepRoutes(server, flags);
  await server.ready();
}
afterEach(async () => {
  await server.close();
  opened.close();
});
const evaluate = (key: string, payload?: object) =>
  server.inject({ method: 'POST', url: `/ofrep/v1/evaluate/flags/${key}`, payload });
const evaluateAll = (payload: object, headers: Record<string, string> = {}) =>
  server.inject({ method: 'POST', url: '/ofrep/v1/evaluate/flags', payload, headers });

it('evaluates one client flag for a context', async () => {
  await open({ beta_ui: { strategy: 'USERS', users: ['u'] } });
  const of = async (targetingKey: string) =>
    (await evaluate('beta_ui', { context: { targetingKey } })).json();
  expect(await of('u')).toEqual({ key: 'beta_ui', value: true, variant: 'on', reason: 'TARGETING_MATCH' });
  expect(await of('v')).toMatchObject({ value: false, variant: 'off' });
  expect((await evaluate('beta_ui')).json()).toMatchObject({ value: false });
});

it.each(['caching', 'nothing', '__proto__'])('the flag %s does not exist for clients', async (key) => {
  await open({});
  const answer = await evaluate(key, { context: {} });
  expect([answer.statusCode, answer.json()]).toEqual([404, { key, errorCode: 'FLAG_NOT_FOUND' }]);
});

it('no key is so long that it breaks something', async () => {
  await open({});
  const answer = await evaluate('x'.repeat(2000), { context: {} });
  expect([answer.statusCode, answer.json().code]).toEqual([404, 'RES_ROUTE_NOT_FOUND']);
});

it('says what is wrong with a context', async () => {
  await open({});
  const answer = await evaluate('beta_ui', { context: { targetingKey: 7 } });
  expect([answer.statusCode, answer.json()]).toEqual([
    400,
    {
      key: 'beta_ui',
      errorCode: 'INVALID_CONTEXT',
      errorDetails: expect.stringContaining('context.targetingKey'),
    },
  ]);
});

it('gives away nothing of a flag but its value: no rule, no listed users, and none of the others', async () => {
  await open({ beta_ui: { strategy: 'USERS', users: ['ann@example.com'] } });
  const contexts = [{}, { targetingKey: 'ann@example.com' }, { targetingKey: 'bob', groups: ['staff'] }];
  for (const context of contexts) {
    const { body } = await evaluateAll({ context });
    const answered = JSON.parse(body).flags as Record<string, unknown>[];
    for (const flag of answered)
      expect(Object.keys(flag).sort()).toEqual(['key', 'reason', 'value', 'variant']);
    expect(answered.map(({ key }) => key)).toEqual(clientFlagKeys);
    expect(body).not.toMatch(/ann|staff|metadata|owner|targeting"/);
    expect(body).not.toMatch(/PREREQUISITE|caching|mfa_enforcement/);
  }
});

it('only these flags are public', () => {
  // A further one is a decision: anybody may ask for its value, for any user that they name.
  expect([...clientFlagKeys].sort()).toEqual([
    ...['advanced_analytics', 'ai_suggestions', 'beta_ui', 'experimental_corrector'],
  ]);
});

it('a client flag whose rule fails for a context is its default', async () => {
  await open({});
  const targeting = { if: [{ some: [{ var: 'roles' }, { in: [{ var: '' }, ['admin']] }] }, 'on', 'off'] };
  const document = { flags: { beta_ui: { ...renderFlag(flags.beta_ui), targeting } } };
  writeFileSync(join(opened.directory, flagFileName), JSON.stringify(document));
  await eventually(
    () => opened.flags.set.entry('beta_ui').flag.targeting,
    (rule) => rule !== undefined && 'if' in rule,
  );
  const answer = await evaluate('beta_ui', { context: { roles: 'admin' } });
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    { key: 'beta_ui', value: false, reason: 'UNKNOWN' },
  ]);
});

it('evaluates all client flags, and answers 304 while they are the same', async () => {
  await open({ beta_ui: { strategy: 'USERS', users: ['u'] } });
  const first = await evaluateAll({ context: { targetingKey: 'u' } });
  expect(first.json().flags.map(({ key }: { key: string }) => key)).toEqual(clientFlagKeys);
  const etag = String(first.headers.etag);
  const again = await evaluateAll({ context: { targetingKey: 'u' } }, { 'if-none-match': `"x", W/${etag}` });
  expect([again.statusCode, again.body]).toEqual([304, '']);
  expect((await evaluateAll({ context: { targetingKey: 'v' } }, { 'if-none-match': etag })).statusCode).toBe(
    200,
  );
});

it('is not there while the flag remote_flags is off, and takes no long bodies', async () => {
  await open({ remote_flags: false });
  expect((await evaluate('beta_ui', {})).statusCode).toBe(404);
  await server.close();
  opened.close();
  await open({});
  const answer = await evaluateAll({ context: { targetingKey: 'u', padding: 'x'.repeat(20_000) } });
  expect(answer.statusCode).toBe(413);
});

it('serves OpenFeature’s own client', async () => {
  await open({
    caching: false,
    aggregation_batch_limit: 7,
    beta_ui: { strategy: 'GROUPS', groups: ['staff'] },
  });
  await OpenFeature.setProviderAndWait(new FlagsProvider(opened.flags));
  const client = OpenFeature.getClient();
  expect(await client.getBooleanValue('caching', true)).toBe(false);
  expect(await client.getNumberValue('aggregation_batch_limit', 1)).toBe(7);
  expect(await client.getBooleanValue('beta_ui', false, { targetingKey: 'u', groups: ['staff'] })).toBe(true);
  expect(await client.getBooleanDetails('caching', true)).toMatchObject({ variant: 'off', reason: 'STATIC' });
  expect(await client.getBooleanDetails('nothing', true)).toMatchObject({
    value: true,
    errorCode: 'FLAG_NOT_FOUND',
  });
  expect(await client.getStringDetails('caching', 'x')).toMatchObject({
    value: 'x',
    errorCode: 'TYPE_MISMATCH',
  });
  expect(await client.getObjectDetails('caching', {})).toMatchObject({ errorCode: 'TYPE_MISMATCH' });
  await OpenFeature.close();
});
