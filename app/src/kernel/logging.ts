import { type DestinationStream, type Logger, pino } from 'pino';
import type { RoleName, Settings } from '../contract';
import { currentWork } from './telemetry/context';
import { isSensitive, redact, scrub } from './telemetry/redact';
import { version } from './version';

export type { Logger };

/**
 * JSON lines on standard output, or on `destination` in tests. A line that is written while a request or a batch is
 * worked on carries its correlation id, and its trace id where there is one. Secrets are hidden by their names
 * wherever they stand, and by their looks inside the texts of errors.
 */
export function createLogger(
  settings: Pick<Settings, 'HOLDFAST_LOG_LEVEL' | 'HOLDFAST_ENVIRONMENT'>,
  role: RoleName | 'migrate',
  destination?: DestinationStream,
): Logger {
  const options = {
    level: settings.HOLDFAST_LOG_LEVEL,
    base: { role, environment: settings.HOLDFAST_ENVIRONMENT, version },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: redact, bindings: redact },
    mixin: correlation,
    serializers: { err: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Overridden by members of the same name in the entry itself. */
function correlation(): { correlationId?: string; traceId?: string } {
  const work = currentWork();
  if (work === undefined) return {};
  const { correlationId, trace } = work;
  return trace === undefined ? { correlationId } : { correlationId, traceId: trace.traceId };
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return redact(error);
  const described: Record<string, unknown> = { ...pino.stdSerializers.err(error) };
  for (const [name, value] of Object.entries(described)) {
    if (isSensitive(name)) described[name] = '[redacted]';
    else described[name] = typeof value === 'string' ? scrub(value) : redact(value);
  }
  return described;
}
