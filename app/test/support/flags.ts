import type { FlagOverrides } from '../../src/contract';
import { Flags } from '../../src/kernel/flags';
import { createLogger } from '../../src/kernel/logging';
import { createMetrics } from '../../src/kernel/metrics';
import { loadSettings } from '../../src/kernel/settings';
import { testEnvironment } from './environment';
import { logSink } from './kernel';

/** Flags on a file of their own, without a database. */
export function openTestFlags(overrides: FlagOverrides = {}) {
  const { env, directory, setFlags, remove } = testEnvironment();
  setFlags(overrides);
  const { settings } = loadSettings(env);
  const sink = logSink();
  const log = createLogger({ HOLDFAST_LOG_LEVEL: 'debug', HOLDFAST_ENVIRONMENT: 'test' }, 'all', sink.stream);
  const metrics = createMetrics();
  const flags = new Flags(directory, log, metrics, 10);
  return {
    ...{ flags, log, metrics, settings, sink, directory },
    close: () => {
      flags.stop();
      remove();
    },
  };
}
