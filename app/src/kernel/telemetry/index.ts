import { ErrorReports } from '../errors/reports';
import type * as Sentry from '../errors/sentry';
import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import { Tracing } from './tracing';

export interface TelemetryOptions {
  /** Share of requests that are traced, 0 to 1; asked for each request. Default 0.01. */
  readonly traceSampling?: () => number;
  /** Where traces go; default nowhere. */
  readonly otlpEndpoint?: string;
  /** Where severe errors go; default nowhere. A secret: it lets its holder write. */
  readonly sentryDsn?: string;
}

export interface Telemetry {
  readonly tracing: Tracing;
  readonly reports: ErrorReports;
  /** Delivers what is left; a few seconds at most. */
  stop(): Promise<void>;
}

/** What a process tells of itself beyond logs and metrics. Exporters are off, and not even loaded, by default. */
export function openTelemetry(
  options: TelemetryOptions,
  process: { readonly role: string; readonly environment: string; readonly version: string },
  log: Logger,
  metrics: Metrics,
): Telemetry {
  const { otlpEndpoint: endpoint, traceSampling: sampling, sentryDsn: dsn } = options;
  const tracing = new Tracing({ ...process, endpoint, sampling }, log, metrics);
  const reports = new ErrorReports(log, metrics);
  const sentry = dsn === undefined ? undefined : loadSentry().openSentry({ ...process, dsn }, log, metrics);
  if (sentry) reports.addSink(sentry);
  return {
    tracing,
    reports,
    stop: async () => void (await Promise.all([tracing.stop(), sentry?.stop()])),
  };
}

const loadSentry = () => require('../errors/sentry') as typeof Sentry;
