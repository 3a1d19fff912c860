import { execFileSync } from 'node:child_process';
import { createPublicServer } from '../src/kernel/http';
import { HttpClient } from '../src/kernel/http-client';
import { createLogger } from '../src/kernel/logging';
import { createMetrics } from '../src/kernel/metrics';
import { ExternalProblem, SystemProblem, ValidationProblem } from '../src/kernel/problems';
import { openTelemetry, type TelemetryOptions } from '../src/kernel/telemetry';
import { runAs } from '../src/kernel/telemetry/context';
import { formatTraceparent, parseTraceparent } from '../src/kernel/telemetry/trace';
import { Tracing } from '../src/kernel/telemetry/tracing';
import { aggregation } from '../src/modules/events';
import { buildDirectory } from './support/cache-directory';
import { httpServer } from './support/http-server';
import { logSink, noDatabase, startTestKernel, type TestKernel } from './support/kernel';
import { freePort } from './support/servers';
import { eventually } from './support/service-process';

let service: TestKernel;
beforeAll(async () => {
  service = await startTestKernel({}, noDatabase);
});
afterAll(() => service.close());

const caller = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** A public server with one route, whose telemetry goes where the options say. */
async function observed(options: TelemetryOptions, handler: () => Promise<unknown>) {
  const { kernel, lifecycle } = service;
  const process = { role: 'gateway', environment: 'test', version: '1' };
  const telemetry = openTelemetry(options, process, kernel.log, kernel.metrics);
  const { tracing, reports } = telemetry;
  const server = await createPublicServer({ ...kernel, lifecycle, tracing, reports });
  server.all('/v1/test', handler);
  return { telemetry, server };
}

describe('the correlation id', () => {
  it('is in the lines that the kernel’s own logger writes for a request, also after its body was read', async () => {
    const { server, telemetry } = await observed({}, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      service.kernel.log.info('from inside');
      return 'ok';
    });
    const url = '/v1/test';
    await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as { port: number };
    const ids = ['one', 'two', 'three', 'four'];
    await Promise.all(
      ids.map((id) =>
        fetch(`http://127.0.0.1:${port}${url}`, {
          method: 'POST',
          headers: { 'x-correlation-id': id, 'content-type': 'application/json' },
          body: JSON.stringify({ large: 'x'.repeat(200_000) }),
        }),
      ),
    );
    await server.close();
    await telemetry.stop();
    const inside = service.log.entries.filter(({ msg }) => msg === 'from inside');
    expect(inside.map(({ correlationId }) => correlationId).sort()).toEqual([...ids].sort());
  });

  it('follows a batch from the request that brought it to the worker that counts it', async () => {
    const full = await startTestKernel();
    const post = await full.server.inject({
      method: 'POST',
      url: '/v1/events',
      headers: { 'x-correlation-id': 'from-the-client' },
      payload: { events: [{ name: 'a' }] },
    });
    expect(post.statusCode).toBe(202);

    const worker = aggregation(full.kernel);
    worker.start?.();
    const lines = () => full.log.entries.filter(({ msg }) => msg === 'batches aggregated');
    await eventually(lines, (found) => found.length > 0);
    await worker.stop?.();
    expect(lines()).toMatchObject([{ correlationIds: ['from-the-client'], batches: 1 }]);
    await full.close();
  });

  it('goes out with calls to others, together with the trace', async () => {
    const other = await httpServer((_, response) => response.end('ok'));
    const { kernel } = service;
    const client = new HttpClient({
      dependency: 'other',
      resilience: kernel.resilience,
      metrics: kernel.metrics,
    });
    const trace = parseTraceparent(caller);
    await runAs({ correlationId: 'mine', trace }, () => client.fetch(other.url));
    await client.fetch(other.url);
    await other.close();
    expect(other.seen[0]?.headers).toMatchObject({ 'x-correlation-id': 'mine', traceparent: caller });
    expect(other.seen[1]?.headers['x-correlation-id']).toBeUndefined();
    expect(parseTraceparent(other.seen[1]?.headers.traceparent)).toMatchObject({ sampled: false });
    expect(
      await service.metric('holdfast_http_client_requests_total{dependency="other",outcome="2xx"}'),
    ).toBe(2);
  });
});

describe('traceparent', () => {
  it.each([
    [caller, true],
    ['01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-later', false],
  ])('%s is understood', (header, sampled) => {
    expect(parseTraceparent(header)).toMatchObject({ spanId: '00f067aa0ba902b7', sampled });
  });
  it.each([
    `${caller}-more`,
    caller.replace('00-', 'ff-'),
    caller.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)),
    caller.toUpperCase(),
    'garbage',
    '',
    undefined,
  ])('%s counts as none', (header) => expect(parseTraceparent(header)).toBeUndefined());
  it('comes out as it came in', () => {
    const trace = parseTraceparent(caller);
    expect(trace && formatTraceparent(trace)).toBe(caller);
  });
});

describe('traces', () => {
  const spansOf = (seen: readonly { url: string; body: string }[]) =>
    seen.flatMap(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans);

  it('are delivered to a collector at the latest when the process stops, as children of the caller’s', async () => {
    const collector = await httpServer((_, response) => response.end('{}'));
    const { server, telemetry } = await observed(
      { otlpEndpoint: collector.url, traceSampling: () => 0 },
      async () => {
        telemetry.tracing.record('database select', 2);
        return 'ok';
      },
    );
    await server.inject({ url: '/v1/test', headers: { traceparent: caller, 'x-correlation-id': 'traced' } });
    await server.inject({ url: '/v1/test' });
    await server.inject({ url: '/v1/test', headers: { traceparent: caller.replace(/01$/, '00') } });
    await telemetry.stop();
    await collector.close();
    expect(collector.seen.map(({ url }) => url)).toEqual(['/v1/traces']);
    const [query, request, ...more] = spansOf(collector.seen);
    expect(more).toEqual([]);
    expect(request).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      parentSpanId: '00f067aa0ba902b7',
      name: 'GET /v1/test',
    });
    expect(query).toMatchObject({ traceId: request.traceId, parentSpanId: request.spanId });
    expect(JSON.stringify(request.attributes)).toContain('traced');
    const line = service.log.entries.find(({ correlationId }) => correlationId === 'traced');
    expect(line).toMatchObject({ traceId: request.traceId });
    expect(await service.metric('holdfast_telemetry_exports_total{exporter="otlp",outcome="ok"}')).toBe(1);
  });

  it('are begun by chance as often as the sampling says, and as often as a caller asks within reason', async () => {
    const collector = await httpServer((_, response) => response.end('{}'));
    const process = { role: 'gateway', environment: 'test', version: '1', endpoint: collector.url };

    const begun = (sampling: number, parent?: ReturnType<typeof parseTraceparent>) => {
      const tracing = new Tracing(
        { ...process, sampling: () => sampling },
        service.kernel.log,
        createMetrics({ process: false }),
      );
      let count = 0;
      for (let index = 0; index < 1000; index++) if (tracing.begin('test', parent)?.span) count += 1;
      return { count, stop: () => tracing.stop() };
    };
    const all = begun(1);
    const none = begun(0);
    const asked = begun(0, parseTraceparent(caller));
    expect([all.count, none.count]).toEqual([1000, 0]);
    expect(asked.count).toBeGreaterThan(0);
    expect(asked.count).toBeLessThanOrEqual(40);
    await Promise.all([all.stop(), none.stop(), asked.stop()]);
    await collector.close();
  });
});

describe('exporters', () => {
  it('that nobody answers hurt no request and do not hold up the end', async () => {
    const stalled = await httpServer(() => {});
    for (const endpoint of [`http://127.0.0.1:${await freePort()}`, stalled.url]) {
      const dsn = `${endpoint.replace('//', '//key@')}/1`;
      const { server, telemetry } = await observed(
        { otlpEndpoint: endpoint, sentryDsn: dsn, traceSampling: () => 1 },
        () => Promise.reject(new Error('inside')),
      );
      const response = await server.inject('/v1/test');
      expect(response.statusCode).toBe(500);
      const started = Date.now();
      await telemetry.stop();
      expect(Date.now() - started).toBeLessThan(8000);
    }
    await stalled.close();
  }, 30_000);

  it('tell Sentry of severe errors only, without secrets', async () => {
    const sentry = await httpServer((_, response) => response.end('{}'));
    const dsn = `${sentry.url.replace('//', '//key@')}/42`;
    const errors = [
      new SystemProblem('SYS_INTERNAL', { cause: new Error('login with password=hunter2 failed') }),
      new ValidationProblem('VAL_BODY'),
    ];
    const { server, telemetry } = await observed({ sentryDsn: dsn }, () => Promise.reject(errors.shift()));
    await server.inject({ url: '/v1/test', headers: { 'x-correlation-id': 'for-sentry' } });
    await server.inject('/v1/test');
    await telemetry.stop();
    await sentry.close();
    expect(sentry.seen).toHaveLength(1);
    expect(sentry.seen[0]?.url).toContain('/api/42/envelope/');
    const event = JSON.parse(sentry.seen[0]?.body.split('\n')[2] ?? '');
    expect(event).toMatchObject({
      level: 'fatal',
      environment: 'test',
      transaction: '/v1/test',
      tags: { code: 'SYS_INTERNAL', correlation_id: 'for-sentry' },
      exception: { values: [{ type: 'Error', value: 'login with password=[redacted] failed' }] },
    });
    expect(sentry.seen[0]?.body).not.toContain('hunter2');
    expect(await service.metric('holdfast_telemetry_exports_total{exporter="sentry",outcome="ok"}')).toBe(1);
  });

  it('are not even loaded when they are off', async () => {
    const program = `require('./kernel/kernel.js'); const loaded = Object.keys(require.cache).filter(
      (file) => /opentelemetry\\/sdk|sentry\\/core/.test(file)); console.log(JSON.stringify(loaded))`;
    const output = execFileSync(process.execPath, ['-e', program], {
      cwd: `${buildDirectory()}/dist`,
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).toEqual([]);
  });
});

describe('redaction', () => {
  it('holds for errors and for child loggers too', () => {
    const sink = logSink();
    const log = createLogger(
      { HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: 'test' },
      'all',
      sink.stream,
    );
    const error = new ExternalProblem('EXT_DATABASE_UNAVAILABLE', {
      cause: Object.assign(new Error('postgres://u:hunter2@h'), {
        password: 'hunter2',
        config: { token: 'hunter2' },
      }),
    });
    log.child({ apiKey: 'hunter2' }).error({ err: error.options.cause }, 'one');
    log.error({ err: error }, 'two');
    expect(sink.text()).not.toContain('hunter2');
    expect(sink.entries).toHaveLength(2);
  });
});
