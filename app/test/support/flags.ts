import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlagOverrides, flagFileName, renderFlagFile } from '../../src/contract';
import { Flags } from '../../src/kernel/flags';
import { createLogger } from '../../src/kernel/logging';
import { createMetrics } from '../../src/kernel/metrics';
import { logSink } from './kernel';

/** Flags on a file of their own, without a database. */
export function openTestFlags(overrides: FlagOverrides = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-flags-'));
  writeFileSync(join(directory, flagFileName), JSON.stringify(renderFlagFile(overrides)));
  const sink = logSink();
  const log = createLogger({ HOLDFAST_LOG_LEVEL: 'debug', HOLDFAST_ENVIRONMENT: 'test' }, 'all', sink.stream);
  const metrics = createMetrics();
  const flags = new Flags(directory, log, metrics, 10);
  return {
    ...{ flags, log, metrics, sink, directory },
    close: () => {
      flags.stop();
      rmSync(directory, { recursive: true });
    },
  };
}
