import {
  createStackParser,
  createTransport,
  nodeStackLineParser,
  Scope,
  ServerRuntimeClient,
} from '@sentry/core';
import { errors } from '../../contract';
import type { Logger } from '../logging';
import type { Metrics } from '../metrics';
import { scrub } from '../telemetry/redact';
import type { ErrorSink } from './reports';

export interface SentryOptions {
  readonly dsn: string;
  readonly role: string;
  readonly environment: string;
  readonly version: string;
}

/** Milliseconds for one delivery, and for the last ones when the process stops. */
const timeoutMs = 3000;

/**
 * Sends errors of severity high and critical to Sentry, or to whatever takes its envelopes. In the background, 64 at
 * once at most; what is more, or what it refuses, is dropped and counted.
 */
export function openSentry(
  options: SentryOptions,
  log: Logger,
  metrics: Metrics,
): ErrorSink & { stop(): Promise<void> } {
  const count = (outcome: 'ok' | 'error' | 'dropped') =>
    metrics.holdfast_telemetry_exports_total.inc({ exporter: 'sentry', outcome });
  const client = new ServerRuntimeClient({
    dsn: options.dsn,
    environment: options.environment,
    release: `holdfast@${options.version}`,
    platform: 'node',
    runtime: { name: 'node', version: process.version },
    serverName: options.role,
    stackParser: createStackParser(nodeStackLineParser()),
    integrations: [],
    sendClientReports: false,
    transport: (transport) =>
      createTransport(transport, async ({ body }) => {
        const signal = AbortSignal.timeout(timeoutMs);
        const sent = fetch(transport.url, { method: 'POST', body: body as string, signal });
        const answer = await sent.catch((error: unknown) => {
          count('error');
          log.debug({ code: 'EXT_EXPORT_FAILED', err: error }, 'an error could not be delivered');
          throw error;
        });
        await answer.arrayBuffer();
        count(answer.ok ? 'ok' : 'error');
        const header = (name: string) => answer.headers.get(name);
        return {
          statusCode: answer.status,
          headers: {
            'x-sentry-rate-limits': header('x-sentry-rate-limits'),
            'retry-after': header('retry-after'),
          },
        };
      }),
  });
  client.init();
  return {
    send(problem, report) {
      const { severity } = errors[problem.code];
      if (severity !== 'high' && severity !== 'critical') return;
      try {
        client.captureEvent(
          {
            event_id: report.id.replaceAll('-', ''),
            level: severity === 'critical' ? 'fatal' : 'error',
            message: errors[problem.code].title,
            transaction: report.route,
            tags: { code: report.code, role: options.role, correlation_id: report.correlationId },
            exception: report.cause && {
              values: [{ type: report.cause.name, value: scrub(report.cause.message) }],
            },
            extra: { stack: report.cause?.stack },
          },
          {},
          new Scope(),
        );
      } catch (error) {
        count('dropped');
        log.debug({ err: error }, 'an error could not be handed to Sentry');
      }
    },
    stop: async () => void (await client.close(timeoutMs)),
  };
}
