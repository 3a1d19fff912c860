import { type DestinationStream, type Logger, pino } from 'pino';
import type { RoleName, Settings } from '../contract';
import { version } from './version';

export type { Logger };

const sensitive = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'token',
  'secret',
  'signingKey',
  'apiKey',
];
/** Sensitive names at the top of a log entry, and up to two levels below. */
const redacted = ['', '*', '*.*'].flatMap((above) => sensitive.map((name) => `${above}["${name}"]`));

/** JSON lines on standard output, or on `destination` in tests. */
export function createLogger(
  settings: Pick<Settings, 'HOLDFAST_LOG_LEVEL' | 'HOLDFAST_ENVIRONMENT'>,
  role: RoleName | 'migrate',
  destination?: DestinationStream,
): Logger {
  const options = {
    level: settings.HOLDFAST_LOG_LEVEL,
    base: { role, environment: settings.HOLDFAST_ENVIRONMENT, version },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redacted, censor: '[redacted]' },
  };
  return destination ? pino(options, destination) : pino(options);
}
