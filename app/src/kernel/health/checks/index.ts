import { tmpdir } from 'node:os';
import { type HealthThresholds, healthThresholds, type Settings } from '../../../contract';
import type { Cache } from '../../cache';
import type { Database } from '../../database';
import type { HealthCheck } from '../check';
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
  /** Asked each time, so that settings can change while it runs; default: the contract's. */
  readonly thresholds?: () => Partial<HealthThresholds>;
}): HealthCheck[] {
  const of = (name: keyof HealthThresholds) => () => context.thresholds?.()[name] ?? healthThresholds[name];
  return [
    databaseCheck(context.database),
    cacheCheck(context.cache),
    cpuCheck({ thresholds: of('cpu') }),
    memoryCheck({ thresholds: of('memory') }),
    diskCheck(writtenDirectories(context.settings), { thresholds: of('disk') }),
    eventLoopCheck(of('eventLoopMs')),
  ];
}
