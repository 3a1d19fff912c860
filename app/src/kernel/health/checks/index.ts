import { tmpdir } from 'node:os';
import type { HealthThresholds, Settings } from '../../../contract';
import type { Cache } from '../../cache';
import type { Database } from '../../database';
import type { Resilience } from '../../resilience';
import type { HealthCheck } from '../check';
import { thresholdsOf } from '../settings';
import { withBreakers } from './breakers';
import { cacheCheck, databaseCheck } from './connections';
import { cpuCheck, diskCheck, eventLoopCheck, memoryCheck } from './resources';

export { httpCheck } from './http';
export { queueCheck } from './queue';

/** Directories that a role writes to. */
export function writtenDirectories(settings: Settings): string[] {
  const embedded = settings.HOLDFAST_DATABASE_ENGINE === 'pglite';
  return [...(embedded ? [settings.HOLDFAST_DATABASE_DIRECTORY as string] : []), tmpdir()];
}

/** What every role is asked for. */
export function standardChecks(context: {
  readonly settings: Settings;
  readonly database: Database;
  readonly cache: Cache;
  readonly resilience: Resilience;
}): HealthCheck[] {
  const { settings, database, cache, resilience } = context;
  // Read each time, so that settings can change while it runs.
  const of = (name: keyof HealthThresholds) => () => thresholdsOf(settings)[name];
  return [
    withBreakers(databaseCheck(database), [resilience.database]),
    withBreakers(cacheCheck(cache), [resilience.cache, resilience.rateLimits]),
    cpuCheck({ thresholds: of('cpu') }),
    memoryCheck({ thresholds: of('memory') }),
    diskCheck(writtenDirectories(settings), { thresholds: of('disk') }),
    eventLoopCheck(of('eventLoopMs')),
  ];
}
