import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { errors } from '../src/contract';
import { createPublicServer } from '../src/kernel/http';
import { listen } from '../src/kernel/listen';
import { noDatabase, startTestKernel, type TestKernel } from './support/kernel';

let service: TestKernel;
beforeAll(async () => {
  service = await startTestKernel({}, noDatabase);
});
afterAll(() => service.close());
const get = (url: string, headers: Record<string, string> = {}) => service.server.inject({ url, headers });

/** A public server with one route that does what the test says. */
async function serverWith(handler: () => Promise<unknown>) {
  const { kernel, lifecycle } = service;
  const server = await createPublicServer({ ...kernel, lifecycle });
  server.get('/v1/test', handler);
  return server;
}

describe('an error', () => {
  it('is answered as RFC 9457 says, counted, and carries the correlation id', async () => {
    const before = await service.metric('holdfast_errors_total{code="RES_ROUTE_NOT_FOUND"}');
    const response = await get('/v1/nothing', { 'x-correlation-id': 'abc-1.2_3' });
    expect(response.statusCode).toBe(404);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.headers['x-correlation-id']).toBe('abc-1.2_3');
    expect(response.json()).toEqual({
      type: 'urn:holdfast:error:RES_ROUTE_NOT_FOUND',
      title: errors.RES_ROUTE_NOT_FOUND.title,
      status: 404,
      code: 'RES_ROUTE_NOT_FOUND',
      detail: 'nothing answers GET at this path; check both, and the port',
      correlationId: 'abc-1.2_3',
    });
    expect(await service.metric('holdfast_errors_total{code="RES_ROUTE_NOT_FOUND"}')).toBe(before + 1);
    expect(
      await service.metric('holdfast_http_requests_total{method="GET",route="unmatched",status="404"}'),
    ).toBeGreaterThan(0);
  });

  it('of ours shows nothing of what happened inside, and logs all of it', async () => {
    const server = await serverWith(() => Promise.reject(new Error('secret table is broken')));
    const response = await server.inject({ url: '/v1/test', headers: { 'x-correlation-id': 'inside' } });
    expect(response.json()).toMatchObject({ status: 500, code: 'SYS_INTERNAL' });
    expect(response.body).not.toContain('secret');
    expect(service.log.entries).toContainEqual(
      expect.objectContaining({
        level: 'error',
        correlationId: 'inside',
        err: expect.objectContaining({ message: 'secret table is broken', stack: expect.any(String) }),
      }),
    );
  });

  it.each([
    ['refused connection', Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
    [
      'refused connection to two addresses',
      new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]),
    ],
    ['lost connection', new Error('Connection terminated unexpectedly')],
    ['server that shuts down', Object.assign(new Error('x'), { code: '57P01' })],
    ['schema that is not there yet', Object.assign(new Error('x'), { code: '42P01' })],
  ])('of the database is retryable: %s', async (_, error) => {
    const server = await serverWith(() => Promise.reject(error));
    const response = await server.inject({ url: '/v1/test' });
    expect(response.json()).toMatchObject({ status: 503, code: 'EXT_DATABASE_UNAVAILABLE' });
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('in the address or on the wire is answered in the same form', async () => {
    expect((await get('/%zz')).json()).toMatchObject({ code: 'RES_ROUTE_NOT_FOUND' });

    const server = await serverWith(async () => 'ok');
    const port = await listen(server, 0);
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('this is not HTTP\r\n\r\n'));
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
    });
    await server.close();
    expect(answer).toMatch(/^HTTP\/1.1 400 .*application\/problem\+json.*"code":"VAL_BODY"/s);
  });
});

describe('the correlation id', () => {
  it.each([
    ['not there', undefined],
    ['too long', 'x'.repeat(129)],
    ['with other characters', 'a b'],
    ['empty', ''],
  ])('is made when the given one is %s', async (_, given) => {
    const response = await get('/v1/nothing', given === undefined ? {} : { 'x-correlation-id': given });
    expect(response.headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.json().correlationId).toBe(response.headers['x-correlation-id']);
  });

  it('is in every log line of the request', async () => {
    const server = await serverWith(async () => 'ok');
    await server.inject({ url: '/v1/test', headers: { 'x-correlation-id': 'traced' } });
    const lines = service.log.entries.filter((entry) => entry.correlationId === 'traced');
    expect(lines).toMatchObject([{ route: '/v1/test', status: 200, msg: 'request' }]);
  });
});

describe('the flag compression', () => {
  const headers = { 'accept-encoding': 'gzip' };
  it('compresses large answers for those who accept it', async () => {
    const server = await serverWith(async () => ({ text: 'x'.repeat(5000) }));
    const plain = await server.inject({ url: '/v1/test', headers });
    expect(plain.headers['content-encoding']).toBeUndefined();

    await service.setFlags({ compression: true });
    const compressed = await server.inject({ url: '/v1/test', headers });
    expect(compressed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(compressed.rawPayload).toString()).toBe(plain.body);
    expect((await server.inject({ url: '/v1/test' })).body).toBe(plain.body);
    await service.setFlags({});
  });
});

describe('logs', () => {
  it('hold no secrets, wherever they are', () => {
    const secrets = { password: 'p1', authorization: 'p2', cookie: 'p3', token: 'p4', 'set-cookie': 'p5' };
    service.kernel.log.info({ ...secrets, headers: secrets, deep: { er: secrets } }, 'redact me');
    const entry = service.log.entries.at(-1);
    expect(JSON.stringify(entry)).not.toMatch(/p[1-5]/);
    expect(entry).toMatchObject({ password: '[redacted]', headers: { 'set-cookie': '[redacted]' } });
  });
});
