import { createPublicServer } from '../src/kernel/http';
import { createManagementServer } from '../src/kernel/management';
import { createMetrics } from '../src/kernel/metrics';
import { openTelemetry } from '../src/kernel/telemetry';
import { aggregation, ingestion } from '../src/modules/events';
import { httpServer } from './support/http-server';
import { noDatabase, startTestKernel } from './support/kernel';
import { eventually } from './support/service-process';

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code: number };
}
interface Sent {
  readonly resourceSpans: {
    readonly resource: {
      readonly attributes: { readonly key: string; readonly value: { stringValue: string } }[];
    };
    readonly scopeSpans: { readonly spans: SentSpan[] }[];
  }[];
}

/** Spans that a collector was sent, each with the role that sent it. */
const spansOf = (seen: readonly { body: string }[]) =>
  seen
    .flatMap(({ body }) => (JSON.parse(body) as Sent).resourceSpans)
    .flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) =>
        spans.map((span) => ({
          ...span,
          service: resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue,
        })),
      ),
    );

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A collector of traces, an ingesting process and an aggregating one, each with exporters of its own. */
async function pipeline() {
  const collector = await httpServer((_, response) => response.end('{}'));
  const { kernel, lifecycle, db, metric, close } = await startTestKernel();
  const telemetryOf = (role: string, sampling: number) =>
    openTelemetry(
      { otlpEndpoint: collector.url, traceSampling: () => sampling },
      { role, environment: 'test', version: '1' },
      kernel.log,
      kernel.metrics,
    );
  const collecting = telemetryOf('collector', 0);
  const working = telemetryOf('worker', 0);
  const { tracing } = collecting;
  const server = await createPublicServer({ ...kernel, lifecycle, tracing });
  ingestion({ ...kernel, tracing }).routes?.(server);
  const worker = aggregation({ ...kernel, tracing: working.tracing });
  closers.push(
    () => worker.stop?.(),
    () => server.close(),
    close,
    collector.close,
  );
  return {
    db,
    ingest: (headers: Record<string, string>) =>
      server.inject({ method: 'POST', url: '/v1/events', headers, payload: { events: [{ name: 'a' }] } }),
    /** Aggregates until `done` batches are out of the queue, and ends everything. */
    async finish(line: string, done: number) {
      worker.start?.();
      await eventually(
        () => metric(line),
        (count) => count >= done,
      );
      await worker.stop?.();
      await Promise.all([collecting.stop(), working.stop()]);
      return spansOf(collector.seen);
    },
  };
}

const caller = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('a trace', () => {
  it('goes on in the worker that aggregates what the request brought', async () => {
    const run = await pipeline();
    await run.ingest({ traceparent: caller });
    await run.ingest({});
    const spans = await run.finish('holdfast_aggregation_batches_total{outcome="done"}', 2);
    const request = spans.find(({ service }) => service === 'holdfast-collector');
    const [aggregated, ...others] = spans.filter(({ service }) => service === 'holdfast-worker');
    // The untraced request adds nothing.
    expect(others).toEqual([]);
    expect(request?.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    // 5 is what OTLP calls a consumer.
    expect(aggregated).toMatchObject({
      traceId: request?.traceId,
      parentSpanId: request?.spanId,
      name: 'aggregate',
      kind: 5,
    });
  });

  it('shows as failed what the worker had to put aside', async () => {
    const run = await pipeline();
    await run.ingest({ traceparent: caller });
    await run.db.updateTable('event_batches').set({ events: '"poison"' }).execute();
    const spans = await run.finish('holdfast_aggregation_batches_total{outcome="dead"}', 1);
    const failed = spans.filter(({ service }) => service === 'holdfast-worker');
    expect(failed).toMatchObject([{ name: 'aggregate', status: { code: 2 } }]);
  }, 30_000);

  it('that nobody records leaves no mark on the batch', async () => {
    const service = await startTestKernel();
    await service.server.inject({
      method: 'POST',
      url: '/v1/events',
      headers: { traceparent: caller },
      payload: { events: [{ name: 'a' }] },
    });
    expect(await service.db.selectFrom('event_batches').select('traceparent').execute()).toEqual([
      { traceparent: null },
    ]);
    await service.close();
  });
});

describe('exemplars', () => {
  const labels = { method: 'GET', route: '/v1/aggregates' };
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

  /** The format's grammar, line by line; answers each family with its samples. */
  function parse(text: string): Map<string, string[]> {
    const families = new Map<string, string[]>();
    let family = '';
    const lines = text.split('\n');
    expect(lines.slice(-2)).toEqual(['# EOF', '']);
    for (const line of lines.slice(0, -2)) {
      const [, kind, name = ''] = /^# (HELP|TYPE) (\w+) \S/.exec(line) ?? [];
      if (kind === 'HELP') {
        expect(families.has(name)).toBe(false);
        families.set(name, []);
        family = name;
      } else if (kind === 'TYPE') expect(name).toBe(family);
      else {
        expect(line).toMatch(
          /^\w+(\{(\w+="([^"\\\n]|\\.)*",?)+\})? (-?[\d.e+-]+|NaN|[+-]Inf)( # \{\w+="\w+"\} [\d.e-]+ [\d.]+)?$/,
        );
        expect(line.startsWith(family)).toBe(true);
        families.get(family)?.push(line);
      }
    }
    return families;
  }

  it('name the trace of the latest traced request in each bucket, also above the last bound', async () => {
    const metrics = createMetrics();
    const observe = (seconds: number, trace?: string) =>
      metrics.holdfast_http_request_duration_seconds.observe(labels, seconds, trace);
    observe(0.2, 'a'.repeat(32));
    observe(0.2, traceId);
    observe(0.2);
    observe(60, traceId);
    observe(0.003);
    metrics.holdfast_http_requests_total.inc({ ...labels, route: 'a"\\\n', status: '200' });
    const families = parse(await metrics.renderOpenMetrics());
    const marked = (families.get('holdfast_http_request_duration_seconds') ?? []).filter((line) =>
      line.includes(' # '),
    );
    expect(marked).toHaveLength(2);
    expect(marked[0]).toMatch(
      new RegExp(`_bucket\\{le="0.25",.*\\} 4 # \\{trace_id="${traceId}"\\} 0.2 \\d+`),
    );
    expect(marked[1]).toMatch(
      new RegExp(`_bucket\\{le="\\+Inf",.*\\} 5 # \\{trace_id="${traceId}"\\} 60 \\d+`),
    );
    expect(families.get('holdfast_http_requests')).toEqual([
      'holdfast_http_requests_total{method="GET",route="a\\"\\\\\\n",status="200"} 1',
    ]);
  });

  it('leave the plain format as it is, before and after', async () => {
    const metrics = createMetrics({ process: false });
    metrics.holdfast_http_requests_total.inc({ ...labels, status: '200' });
    metrics.holdfast_http_request_duration_seconds.observe(labels, 0.2, traceId);
    const before = await metrics.render();
    await metrics.renderOpenMetrics();
    expect(await metrics.render()).toBe(before);
    expect(before).toContain(
      '\nholdfast_http_requests_total{method="GET",route="/v1/aggregates",status="200"} 1',
    );
    expect(before).not.toContain(traceId);
  });

  it('come with the requests that are recorded, to a scraper that reads them', async () => {
    const collector = await httpServer((_, response) => response.end('{}'));
    const service = await startTestKernel({}, noDatabase);
    const { kernel, lifecycle } = service;
    const names = { role: 'gateway', environment: 'test', version: '1' };
    const { tracing, reports, stop } = openTelemetry(
      { otlpEndpoint: collector.url, traceSampling: () => 0 },
      names,
      kernel.log,
      kernel.metrics,
    );
    const server = await createPublicServer({ ...kernel, lifecycle, tracing, reports });
    server.get('/v1/test', async () => 'ok');
    const management = createManagementServer({
      ...{ ...kernel, lifecycle, role: 'gateway', environment: 'test' },
      health: { report: () => ({ status: 'HEALTHY', components: {} }) } as never,
      admin: { kernel } as never,
    });
    await server.inject('/v1/test');
    const ask = (accept: string) => management.inject({ url: '/metrics', headers: { accept } });
    const prometheus =
      'application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
    expect((await ask(prometheus)).body).not.toContain('trace_id');
    await server.inject({ url: '/v1/test', headers: { traceparent: caller } });
    const open = await ask(prometheus);
    expect(open.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(open.body).toContain(`# {trace_id="${traceId}"}`);
    const plain = await ask('text/plain');
    expect(plain.headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(plain.body).not.toContain('trace_id');
    await Promise.all([server.close(), management.close(), stop()]);
    await Promise.all([collector.close(), service.close()]);
  });
});
