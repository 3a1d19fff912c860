import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseEvents, type ServerEvent } from '../src/cli/client/events';
import { leaveAccess } from '../src/kernel/management-access';
import { type RunningService, runHere, startForCli } from './support/cli';
import { freePort } from './support/servers';

/** A busy machine takes seconds to open an embedded database. */
jest.setTimeout(30_000);

let running: RunningService;
let tokenFile: string;
beforeAll(async () => {
  running = await startForCli();
  tokenFile = join(running.directory, 'token');
  writeFileSync(tokenFile, `${running.service.kernel.settings.HOLDFAST_MANAGEMENT_TOKEN}\n`);
});
afterAll(() => running.close());

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});
/** Something else that answers. */
async function stranger(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const status = (env: Record<string, string>, ...argv: string[]) =>
  runHere(['system', 'status', ...argv, '--json'], { env: { HOLDFAST_RUN_DIRECTORY: '/nowhere', ...env } });

describe('the service', () => {
  it('is found on this machine, or named by option or variable, the option first', async () => {
    expect((await status(running.env)).code).toBe(0);
    expect((await status({}, '--url', running.url, '--token-file', tokenFile)).code).toBe(0);
    const variables = {
      HOLDFAST_MANAGEMENT_URL: `${running.url}/`,
      HOLDFAST_MANAGEMENT_TOKEN_FILE: tokenFile,
    };
    expect((await status(variables)).code).toBe(0);
    expect((await status({ ...variables, HOLDFAST_MANAGEMENT_URL: 'http://127.0.0.1:1' })).code).toBe(69);
    const first = { ...variables, HOLDFAST_MANAGEMENT_URL: 'http://127.0.0.1:1' };
    expect((await status(first, '--url', running.url)).code).toBe(0);
  });

  it('is given the token that it has left here also when it is named', async () => {
    const url = running.url.replace('127.0.0.1', 'localhost');
    expect((await status(running.env, '--url', url)).code).toBe(0);
  });

  it('must be one of several', async () => {
    const directory = join(running.directory, 'several');
    const access = { url: running.url, token: 'x', role: 'all' };
    leaveAccess(directory, { ...access, pid: process.pid });
    leaveAccess(directory, { ...access, url: 'http://127.0.0.1:2', pid: process.ppid });
    const several = await status({ HOLDFAST_RUN_DIRECTORY: directory });
    expect(several).toMatchObject({ code: 64, err: expect.stringContaining('http://127.0.0.1:2: role all') });
    // Also where a command could do without: somebody else's answer would mislead.
    const either = await runHere(['config', 'validate'], { env: { HOLDFAST_RUN_DIRECTORY: directory } });
    expect(either).toMatchObject({ code: 64, out: '' });
    const named = await status({ HOLDFAST_RUN_DIRECTORY: directory }, '--url', running.url);
    expect(named).toMatchObject({ code: 77, json: { error: { code: 'AUTH_INVALID' } } });
  });

  it('is 69 where none is, with what to do', async () => {
    const none = await status({});
    expect(none).toMatchObject({ code: 69, json: { error: { exitCode: 69, remedy: expect.any(String) } } });
    expect(none.err).toContain('No service was found');
    const gone = await status({}, '--url', `http://127.0.0.1:${await freePort()}`);
    expect(gone).toMatchObject({ code: 69, err: expect.stringMatching(/cannot be reached: .*ECONNREFUSED/) });
  });

  it.each([
    ['ftp://127.0.0.1', 'must be an http(s) address'],
    ['http://ann:secret@127.0.0.1', 'without user, password'],
    ['8081', 'is not an address'],
  ])('is not named by %s', async (url, message) => {
    const refused = await status({}, '--url', url);
    expect(refused).toMatchObject({ code: 64, err: expect.stringContaining(message) });
    expect(refused.err).not.toContain('secret');
  });
});

it('is done without only where none was named', async () => {
  const file = join(running.directory, 'settings.yaml');
  writeFileSync(file, 'database: { pool_size: 0 }');
  const none = await runHere(['config', 'validate', file, '--json'], {
    env: { HOLDFAST_RUN_DIRECTORY: '/nowhere' },
  });
  expect(none).toMatchObject({ code: 78, err: expect.stringContaining('looking at this machine alone') });
  const url = `http://127.0.0.1:${await freePort()}`;
  expect(await runHere(['config', 'validate', file, '--url', url], { env: {} })).toMatchObject({
    code: 69,
    out: '',
  });
});

describe('the token', () => {
  it('is asked for, and refused when it is wrong, with 77', async () => {
    const missing = await status({}, '--url', running.url);
    expect(missing).toMatchObject({ code: 77, json: { error: { code: 'AUTH_REQUIRED' } } });
    expect(missing.err).toContain('--token-file');
    const wrong = await status({ HOLDFAST_MANAGEMENT_TOKEN: 'wrong' }, '--url', running.url);
    expect(wrong).toMatchObject({ code: 77, json: { error: { code: 'AUTH_INVALID' } } });
    expect(wrong.json.error.correlationId).toEqual(expect.any(String));
  });

  it('is never shown, also when the file holds something else', async () => {
    const file = join(running.directory, 'not-a-token');
    writeFileSync(file, 'password one\npassword two');
    const refused = await status({}, '--url', running.url, '--token-file', file);
    expect(refused).toMatchObject({ code: 64, err: expect.stringContaining('does not hold a token') });
    expect(refused.err + refused.out).not.toContain('password');
    const missing = await status({}, '--url', running.url, '--token-file', '/nowhere');
    expect(missing).toMatchObject({ code: 64, err: expect.stringContaining('(ENOENT)') });
  });

  it('is not sent on by a redirect, and a warning is given before it leaves this machine in the clear', async () => {
    const seen: (string | undefined)[] = [];
    const target = await stranger((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    });
    const url = await stranger((_, response) => response.writeHead(307, { location: target }).end());
    expect((await status({ HOLDFAST_MANAGEMENT_TOKEN: 'abc' }, '--url', url)).code).toBe(69);
    expect(seen).toEqual([]);
    const outside = await status({ HOLDFAST_MANAGEMENT_TOKEN: 'abc' }, '--url', 'http://holdfast.invalid');
    expect(outside).toMatchObject({ code: 69, err: expect.stringContaining('travels unencrypted') });
  });
});

it('reads events however they are cut into pieces', async () => {
  const bytes = Buffer.from('event: a\ndata: {"x":"Zoë"}\n\n: alive\n\ndata: [\ndata: 1]\n\n');
  const pieces = async function* (size: number) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  for (const size of [1, 2, 7, bytes.length]) {
    const events: ServerEvent[] = [];
    for await (const event of parseEvents(pieces(size))) events.push(event);
    expect(events).toEqual([
      { event: 'a', data: { x: 'Zoë' } },
      { event: 'message', data: [1] },
    ]);
  }
});

describe('an answer', () => {
  const problem = (status: number, body: object) =>
    stranger((_, response) =>
      response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body)),
    );

  it('that nobody knows is told with code, detail and correlation id', async () => {
    const url = await problem(500, {
      title: 'Something went wrong',
      detail: 'the \u001b[2Jmoon',
      code: 'SYS_MOON',
      correlationId: 'c-1',
    });
    const { code, err, json } = await status({}, '--url', url);
    expect(code).toBe(1);
    expect(err).toBe(
      'Something went wrong: the moon. (SYS_MOON, correlation id c-1)\n  → "holdfast errors show c-1" may tell more.\n',
    );
    expect(json.error).toMatchObject({ code: 'SYS_MOON', status: 500, correlationId: 'c-1', exitCode: 1 });
  });

  it('of a service that is starting is 69', async () => {
    const url = await problem(503, { title: 'Not yet', code: 'SYS_NOT_STARTED' });
    expect((await status({}, '--url', url)).code).toBe(69);
  });

  it.each([
    ['<html>nginx</html>', 200],
    ['not found', 404],
    ['{"a":', 502],
  ])('that is not ours (%s) is told as that', async (text, httpStatus) => {
    const url = await stranger((_, response) => response.writeHead(httpStatus).end(text));
    const strange = await status({}, '--url', url);
    expect(strange).toMatchObject({
      code: 69,
      err: expect.stringContaining('does not answer like the management port'),
    });
  });

  it('is waited for as long as --timeout says', async () => {
    const url = await stranger(() => {});
    const late = await status({}, '--url', url, '--timeout', '1');
    expect(late).toMatchObject({ code: 69, err: expect.stringContaining('no answer within 1 s') });
  });

  it('that ends in the middle of a watch is 69', async () => {
    const url = await stranger((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(
        'event: report\ndata: {"status":"HEALTHY",\ndata: "components":[]}\n\n: alive\n\nevent: cut',
      );
    });
    const cut = await runHere(['health', 'watch', '--json', '--url', url], { env: {} });
    expect(cut.code).toBe(69);
    expect(JSON.parse(cut.out.split('\n')[0] as string)).toMatchObject({
      event: 'report',
      data: { status: 'HEALTHY' },
    });
    expect(cut.err).toContain('has ended the stream');
  });

  it('that is not understood is a defect, without a stack trace', async () => {
    const url = await stranger((_, response) => response.end('{"history":3}'));
    const strange = await runHere(['system', 'status', '--url', url], { env: {} });
    expect(strange).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^Unexpected: .*\n {2}→ This is a defect/),
    });
    expect(strange.err).not.toMatch(/\n\s+at /);
  });
});
