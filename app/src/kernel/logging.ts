import { type DestinationStream, type Logger, pino } from 'pino';
import type { RoleName, Settings } from '../contract';
import { currentWork } from './telemetry/context';
import { redact } from './telemetry/redact';
import { version } from './version';

export type { Logger };

/**
 * JSON lines on standard output, or on `destination` in tests. A line that is written while a request or a batch is
 * worked on carries its correlation id, and its trace id where there is one. Secrets are hidden by their names
 * wherever they stand, and by their looks inside the texts of errors.
 */
export function createLogger(
  settings: Pick<Settings, 'HOLDFAST_LOG_LEVEL' | 'HOLDFAST_ENVIRONMENT'>,
  role: RoleName | 'migrate' | 'exporter',
  destination?: DestinationStream,
): Logger {
  const options = {
    level: settings.HOLDFAST_LOG_LEVEL,
    base: { role, environment: settings.HOLDFAST_ENVIRONMENT, version },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: redact },
    mixin: correlation,
    // Errors are described where secrets are looked for.
    serializers: { err: (described: unknown) => described },
  };
  const log = destination ? pino(options, destination) : pino(options);
  // pino formats no bindings of child loggers.
  const { child } = log;
  log.child = function (this: Logger, bindings: object, childOptions?: object) {
    return child.call(this, redact(bindings), childOptions);
  } as typeof child;
  return log;
}

/** Overridden by members of the same name in the entry itself. */
function correlation(): { correlationId?: string; traceId?: string } {
  const work = currentWork();
  if (work === undefined) return {};
  const { correlationId, trace } = work;
  return trace === undefined ? { correlationId } : { correlationId, traceId: trace.traceId };
}
