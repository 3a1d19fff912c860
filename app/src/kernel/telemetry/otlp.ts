import { type Attributes, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace as traces } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import type { Trace } from './trace';
import type { Recorder, TracingOptions } from './tracing';

/** Milliseconds for one delivery, and for the last one when the process stops. */
const exportTimeoutMs = 3000;
/** Spans that wait for delivery at most; more are dropped, never waited for. */
const maximumQueue = 2048;

/** Records spans and delivers them in batches, in the background. A collector that fails costs spans, nothing else. */
export function startRecorder(
  options: TracingOptions,
  endpoint: string,
  log: Logger,
  metrics: Metrics,
): Recorder {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs });
  const processor = new BatchSpanProcessor(counted(exporter, log, metrics), {
    maxQueueSize: maximumQueue,
    scheduledDelayMillis: 2000,
    exportTimeoutMillis: exportTimeoutMs,
  });
  const provider = new BasicTracerProvider({
    // What is recorded was decided before.
    sampler: new AlwaysOnSampler(),
    spanProcessors: [processor],
    resource: resourceFromAttributes({
      'service.name': `holdfast-${options.role}`,
      'service.version': options.version,
      'deployment.environment.name': options.environment,
    }),
  });
  const tracer = provider.getTracer('holdfast', options.version);
  const below = ({ traceId, spanId }: Trace, isRemote: boolean) =>
    traces.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, isRemote });
  return {
    begin: (name, parent, attributes) =>
      tracer.startSpan(
        name,
        { kind: SpanKind.SERVER, attributes },
        parent ? below(parent, true) : ROOT_CONTEXT,
      ),
    record(name, parent, milliseconds, attributes: Attributes, failed, by = 'call') {
      const end = Date.now();
      const kind = by === 'queue' ? SpanKind.CONSUMER : SpanKind.CLIENT;
      const span = tracer.startSpan(
        name,
        { kind, attributes, startTime: end - milliseconds },
        below(parent, by === 'queue'),
      );
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(end);
    },
    async stop() {
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, exportTimeoutMs);
      });
      const ended = provider
        .shutdown()
        .catch((error: unknown) => log.debug({ err: error }, 'no last traces'));
      await Promise.race([ended, deadline]);
      clearTimeout(timer);
    },
  };
}

/** The exporter, with its successes and failures counted. The first failure of a row is logged. */
function counted(exporter: SpanExporter, log: Logger, metrics: Metrics): SpanExporter {
  let failing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const ok = result.code === 0;
        metrics.holdfast_telemetry_exports_total.inc({ exporter: 'otlp', outcome: ok ? 'ok' : 'error' });
        if (!ok && !failing) {
          log.warn({ code: 'EXT_EXPORT_FAILED', err: result.error }, 'traces could not be delivered');
        }
        failing = !ok;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
