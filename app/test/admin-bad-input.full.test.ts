/** Whatever is sent to the management API, the answer says what is wrong, where, and what to do; and nothing changes. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type ErrorCode, errors } from '../src/contract';
import { adminPrefix } from '../src/kernel/admin';
import { type RunningService, startForCli } from './support/cli';

/** A busy machine takes seconds to open an embedded database. */
jest.setTimeout(60_000);

interface AdminRoute {
  readonly method: string;
  readonly url: string;
}
const routes: AdminRoute[] = [];
/** Every server tells of itself, so that a route which is added later is asked too. */
const collect = (message: unknown) =>
  (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
    if (!url.startsWith(adminPrefix)) return;
    for (const each of [method].flat()) routes.push({ method: each, url });
  });

const bodyLimit = 100_000;
let running: RunningService;
let token: string;
beforeAll(async () => {
  subscribe('fastify.initialization', collect);
  running = await startForCli({ HOLDFAST_BODY_LIMIT_BYTES: String(bodyLimit) });
  unsubscribe('fastify.initialization', collect);
  token = running.service.kernel.settings.HOLDFAST_MANAGEMENT_TOKEN;
});
afterAll(() => running.close());

/** A value for each place of a path, under which there is something. */
const existing: Readonly<Record<string, string>> = {
  key: 'beta_ui',
  component: 'database',
  dependency: 'cache',
  id: 'any',
};
const pathOf = (url: string, values: (name: string) => string = (name) => existing[name] as string): string =>
  url.replace(/:(\w+)/g, (_, name: string) => {
    const value = values(name);
    if (value === undefined) throw new Error(`${url}: "existing" needs a value for ${name}`);
    return value;
  });
const takesPath = ({ url }: AdminRoute) => url.includes(':');
/** They do one thing, and look at no body. */
const withoutBody = [
  ...['/system/reload', '/system/drain', '/system/undrain'],
  ...['/health/check', '/errors/breakers/:dependency/reset'],
];
const mayHaveBody = ({ method }: AdminRoute) => method !== 'GET';
const takesBody = ({ method, url }: AdminRoute) =>
  ['POST', 'PUT', 'PATCH'].includes(method) && !withoutBody.includes(url.slice(adminPrefix.length));

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}
async function send(route: AdminRoute, sent: Sent) {
  const { path = pathOf(route.url), method = route.method, body, headers = {} } = sent;
  const response = await fetch(running.url + path, {
    method,
    body: body as string | undefined,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) await response.body?.cancel();
  const text = response.bodyUsed ? '' : await response.text();
  return { status: response.status, type, text, headers: response.headers };
}
type Answer = Awaited<ReturnType<typeof send>>;

/** @returns its code */
function expectProblem(what: string, { status, type, text, headers }: Answer): ErrorCode {
  expect([what, status, type]).toEqual([what, status, expect.stringContaining('application/problem+json')]);
  const problem = JSON.parse(text);
  expect([what, Object.keys(errors)]).toEqual([what, expect.arrayContaining([problem.code])]);
  expect([what, problem]).toEqual([
    what,
    expect.objectContaining({
      ...{ status, title: expect.any(String), type: `urn:holdfast:error:${problem.code}` },
      ...{ detail: expect.stringMatching(/\w/), correlationId: headers.get('x-correlation-id') },
    }),
  ]);
  expect(status).toBe(errors[problem.code as ErrorCode].status);
  expect(text).not.toMatch(/\.[jt]s:\d|node_modules|\bat \w+ \(/);
  expect(text).not.toContain(token);
  expect(text.length).toBeLessThan(3000);
  return problem.code;
}
async function refused(route: AdminRoute, sent: Sent, codes: readonly ErrorCode[]): Promise<void> {
  const what = `${sent.method ?? route.method} ${sent.path ?? route.url} ${String(sent.body).slice(0, 80)}`;
  const answer = await send(route, sent);
  const code = expectProblem(what, answer);
  expect([what, codes]).toEqual([what, expect.arrayContaining([code])]);
}
/** Fine, or refused: whatever it is, it's no failure of ours. */
async function survived(route: AdminRoute, sent: Sent): Promise<void> {
  const answer = await send(route, sent);
  if (answer.status < 300) return;
  const what = `${route.method} ${sent.path ?? route.url} ${String(sent.body).slice(0, 80)}`;
  expectProblem(what, answer);
  expect([what, answer.status]).toEqual([what, expect.any(Number)]);
  expect([what, answer.status < 500]).toEqual([what, true]);
}
const each = async (which: (route: AdminRoute) => boolean, ask: (route: AdminRoute) => Promise<void>) => {
  const chosen = routes.filter(which);
  expect(chosen.length).toBeGreaterThan(0);
  for (const route of chosen) await ask(route);
};
const everything = () => true;

it('knows the routes of every group', () => {
  const groups = new Set(routes.map(({ url }) => url.split('/')[3]));
  expect([...groups].sort()).toEqual(
    expect.arrayContaining(['config', 'diagnostics', 'errors', 'flags', 'health', 'metrics', 'system']),
  );
});

it('wants the token, before it looks at anything else', async () => {
  await each(everything, async (route) => {
    const body = mayHaveBody(route) ? '{' : undefined;
    const other = { authorization: `Basic ${token}` };
    await refused(route, { body, headers: { authorization: '' } }, ['AUTH_REQUIRED']);
    await refused(route, { body, headers: { authorization: `Bearer ${token}x` } }, ['AUTH_INVALID']);
    await refused(route, { body, headers: other }, ['AUTH_INVALID']);
  });
});

it('has no other methods', async () => {
  await each(everything, async (route) => {
    const known = routes.filter(({ url }) => url === route.url).map(({ method }) => method);
    // Where a path has a place for a name, another route's last part is a name too.
    const others = ['PATCH', 'PUT', 'OPTIONS'].filter((method) => !known.includes(method));
    for (const method of others.filter((each) => each !== 'PUT' || !takesPath(route))) {
      const isFlag = method === 'PUT' && /^\/admin\/v1\/flags\/\w+$/.test(route.url);
      await refused(route, { method }, isFlag ? ['RES_FLAG_NOT_FOUND'] : ['RES_ROUTE_NOT_FOUND']);
    }
  });
});

it('refuses what is no JSON, too much of it, or something else', async () => {
  await each(mayHaveBody, async (route) => {
    for (const body of ['{', '{"a":}', 'null,', Uint8Array.of(0x22, 0xff, 0xfe)]) {
      await refused(route, { body }, ['VAL_BODY']);
    }
    await refused(route, { body: '{"__proto__": {"admin": true}}' }, ['VAL_BODY']);
    await refused(route, { body: '{"constructor": {"prototype": {"admin": true}}}' }, ['VAL_BODY']);
    await refused(route, { body: JSON.stringify('x'.repeat(bodyLimit)) }, ['VAL_BODY_TOO_LARGE']);
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'nonsense']) {
      await refused(route, { body: '{}', headers: { 'content-type': type } }, ['VAL_MEDIA_TYPE']);
    }
  });
});

it('refuses bodies of the wrong shape', async () => {
  const nested = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  const wrong = ['[]', '"text"', '7', 'true', nested, '{"no_such_member": 1}'];
  await each(takesBody, async (route) => {
    for (const body of wrong) await refused(route, { body }, ['VAL_BODY']);
  });
});

it('takes no value of the wrong type for any member that a route knows', async () => {
  const members = ['override', 'reason', 'version', 'percentage', 'start', 'content', 'dryRun', 'context'];
  await each(takesBody, async (route) => {
    for (const member of members) {
      for (const value of [null, [], { a: [] }, -1.5, '']) {
        const body = JSON.stringify({ reason: 'a test', [member]: value });
        await refused(route, { body }, ['VAL_BODY']);
      }
    }
  });
});

/** What a path or a query may hold that a database, a file system or a log must never see as it is. */
const hostile = [
  'no-such-name',
  '..%2f..%2f..%2fetc%2fpasswd',
  '%2e%2e',
  '__proto__',
  'constructor',
  'toString',
  '%00',
  'a%00b',
  '%0d%0aset-cookie:%20x=1',
  "'%20or%20'1'='1",
  '%F0%9F%92%A9',
  'x'.repeat(2000),
];

it('finds nothing under names that do not exist, however they are written', async () => {
  await each(takesPath, async (route) => {
    for (const name of hostile) {
      const path = pathOf(route.url, () => name);
      const body = takesBody(route) ? '{"reason": "a test"}' : undefined;
      await refused(route, { path, body }, [
        ...(['RES_NOT_FOUND', 'RES_COMPONENT_NOT_FOUND', 'RES_FLAG_NOT_FOUND'] as const),
        'RES_ROUTE_NOT_FOUND',
      ]);
    }
    for (const name of ['%ff', '%E0%A4%A', '%']) {
      await refused(route, { path: pathOf(route.url, () => name) }, ['RES_ROUTE_NOT_FOUND']);
    }
  });
});

it('survives any query', async () => {
  const names = [
    'limit',
    'days',
    'key',
    'code',
    'severity',
    'component',
    'format',
    'layer',
    'metric',
    'reason',
  ];
  const values = [...hostile.filter((each) => each.length < 100), '', '-1', '1e99'];
  await each(everything, async (route) => {
    const body = mayHaveBody(route) && takesBody(route) ? '{}' : undefined;
    const ask = (query: string) => survived(route, { path: `${pathOf(route.url)}?${query}`, body });
    for (const value of values) await ask(names.map((name) => `${name}=${value}`).join('&'));
    await ask(names.map((name) => `${name}=1&${name}=2`).join('&'));
    // One by one, where the others would be refused first.
    for (const name of names) await ask(`${name}=%00`);
  });
});

const flags = `${adminPrefix}/flags`;
const reason = 'a test';
it.each([
  ['POST', `${flags}/beta_ui`, { override: true, reason: 'a\u0000b' }, 'VAL_BODY', /reason/],
  ['POST', `${flags}/beta_ui`, { override: true, reason: 'a\ud800b' }, 'VAL_BODY', /reason/],
  ['POST', `${flags}/beta_ui`, { override: true, reason: 'x'.repeat(1001) }, 'VAL_BODY', /reason/],
  [
    'POST',
    `${flags}/beta_ui`,
    { override: { strategy: 'USERS', users: ['a\u0000'] }, reason },
    'VAL_BODY',
    /users/,
  ],
  ['POST', `${flags}/beta_ui`, { override: true, reason, version: 1e300 }, 'VAL_BODY', /version/],
  [
    'PUT',
    `${flags}/beta_ui`,
    { override: true, reason, version: 7 },
    'RES_VERSION_CONFLICT',
    /beta_ui.*read it again/,
  ],
  ['DELETE', `${flags}/beta_ui?reason=x`, undefined, 'RES_FLAG_NOT_FOUND', /no override/],
  ['DELETE', `${flags}/beta_ui`, undefined, 'VAL_QUERY', /reason/],
  ['GET', `${flags}/changes?key=%00`, undefined, 'VAL_QUERY', /key/],
  ['GET', `${flags}/changes?limit=0`, undefined, 'VAL_QUERY', /limit/],
  ['GET', `${flags}/export?format=xml`, undefined, 'VAL_QUERY', /format/],
  ['GET', `${flags}/stale?days=x`, undefined, 'VAL_QUERY', /days/],
  ['POST', `${flags}/import`, { content: '&a [*a, *a]', reason }, 'VAL_BODY', /content|alias/i],
  ['POST', `${flags}/import`, { content: 'flags: {beta_ui: 7}', reason }, 'VAL_BODY', /beta_ui/],
  ['POST', `${flags}/import`, { content: '\u0000', reason }, 'VAL_BODY', /./],
  ['POST', `${flags}/beta_ui/explain`, { context: { targetingKey: 7 } }, 'VAL_BODY', /context.targetingKey/],
  ['POST', `${flags}/beta_ui/explain`, { context: { groups: 'staff' } }, 'VAL_BODY', /context.groups/],
  ['POST', `${flags}/beta_ui/rollout`, { percentage: 'all', reason }, 'VAL_BODY', /percentage/],
  ['GET', `${adminPrefix}/errors/recent?severity=huge`, undefined, 'VAL_QUERY', /severity/],
  ['GET', `${adminPrefix}/metrics/export?format=xml`, undefined, 'VAL_QUERY', /format/],
  ['GET', `${adminPrefix}/metrics/top?metric=none`, undefined, 'VAL_QUERY', /metric/],
  ['POST', `${adminPrefix}/health/check?component=databse`, undefined, 'RES_COMPONENT_NOT_FOUND', /database/],
  ['POST', `${adminPrefix}/health/check?componnet=database`, undefined, 'VAL_QUERY', /componnet/],
  ['POST', `${adminPrefix}/errors/breakers/databse/reset`, undefined, 'RES_NOT_FOUND', /database/],
  ['POST', `${adminPrefix}/config/validate`, { content: 7 }, 'VAL_BODY', /content/],
] as const)('%s %s %j is refused by its place', async (method, path, body, code, detail) => {
  const route = { method, url: path };
  const answer = await send(route, { path, body: body && JSON.stringify(body) });
  expect(expectProblem(path, answer)).toBe(code);
  expect(JSON.parse(answer.text).detail).toMatch(detail);
});

it('creates an override once, whoever else does at the same time', async () => {
  const route = { method: 'POST', url: `${flags}/beta_ui` };
  const body = JSON.stringify({ override: true, reason });
  const answers = await Promise.all([1, 2, 3].map(() => send(route, { body })));
  const lost = answers.filter(({ status }) => status !== 201);
  expect(lost).toHaveLength(2);
  for (const answer of lost) expect(expectProblem('twice', answer)).toBe('RES_VERSION_CONFLICT');
  const gone = await send({ method: 'DELETE', url: `${flags}/beta_ui?reason=end` }, {});
  expect(gone.status).toBe(200);
});

it('finds errors by the longest correlation id that a client may choose', async () => {
  const id = 'c'.repeat(128);
  const route = { method: 'GET', url: `${adminPrefix}/errors/none-of-this-id` };
  await refused(route, { headers: { 'x-correlation-id': id } }, ['RES_NOT_FOUND']);
  const found = await send(route, { path: `${adminPrefix}/errors/${id}` });
  expect(JSON.parse(found.text).errors).toMatchObject([{ code: 'RES_NOT_FOUND', correlationId: id }]);
});

it('answers bytes that are no HTTP', async () => {
  const socket = connect(running.service.ports.management, '127.0.0.1');
  socket.end('GET /admin/v1/system HTTP/9.9\r\nx: \u0000\r\n\r\n');
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('"code":"VAL_BODY"');
});

it('has changed nothing by all of this, and logged no failure', async () => {
  const { settings } = running.service.kernel;
  expect(running.service.kernel.flags.overrides?.current().size).toBe(0);
  expect(settings.HOLDFAST_BODY_LIMIT_BYTES).toBe(bodyLimit);
  expect(running.log.entries.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  expect(running.log.text()).not.toContain(token);
});
