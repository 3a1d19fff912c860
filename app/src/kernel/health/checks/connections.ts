import { healthThresholds, type Thresholds } from '../../../contract';
import type { Cache } from '../../cache';
import type { Database, PoolUse } from '../../database';
import { type CheckResult, compare, type HealthCheck, percent, worse } from '../check';
import { type Clock, causeOf, systemClock } from '../clock';

/** The database answers, soon enough, and requests find a free connection. */
export function databaseCheck(database: Database, clock: Clock = systemClock): HealthCheck {
  return {
    name: 'database',
    async check() {
      // The check itself waits for its turn; once it had it, nobody may be waiting any more.
      const before = database.pool?.();
      const latencyMs = await timed(() => database.check(), clock).catch((error: unknown) => {
        throw before?.waiting ? new Error(`${causeOf(error)}; ${crowd(before)}`) : error;
      });
      const slow = slowness(latencyMs, healthThresholds.databaseMs);
      const after = database.pool?.();
      if (!before || !after) return slow;
      return worse(slow, poolUse(before.waiting > after.waiting ? before : after));
    },
    recovery: database.recovery?.(),
  };
}

/** The cache answers, soon enough, and has room. */
export function cacheCheck(cache: Cache, clock: Clock = systemClock): HealthCheck {
  return {
    name: 'cache',
    async check() {
      const latencyMs = await timed(() => cache.check(), clock);
      const slow = slowness(latencyMs, healthThresholds.cacheMs);
      const memory = await cache.memory?.();
      return memory ? worse(slow, memoryUse(memory)) : slow;
    },
    recovery: cache.recovery?.(),
  };
}

async function timed(work: () => Promise<void>, clock: Clock): Promise<number> {
  const started = clock.elapsed();
  await work();
  return clock.elapsed() - started;
}

function slowness(latencyMs: number, thresholds: Thresholds): CheckResult {
  const status = compare(latencyMs, thresholds);
  if (status === 'HEALTHY') return { status };
  return { status, cause: `answers after ${Math.round(latencyMs)} ms; ${thresholds.degraded} is slow` };
}

const crowd = ({ waiting, maximum }: Pick<PoolUse, 'waiting' | 'maximum'>) =>
  `${waiting} requests wait for one of ${maximum} connections`;

function poolUse({ used, idle, waiting, maximum }: PoolUse): CheckResult {
  const details = { connectionsUsed: used, connectionsIdle: idle, connectionsMaximum: maximum, waiting };
  if (waiting === 0) return { status: 'HEALTHY', details };
  return { status: 'DEGRADED', cause: crowd({ waiting, maximum }), details };
}

function memoryUse({ usedBytes, maximumBytes }: { usedBytes: number; maximumBytes: number }): CheckResult {
  const details = { memoryUsedBytes: usedBytes, memoryMaximumBytes: maximumBytes };
  // Without a limit of its own a server takes what the machine has; then there is nothing to compare with.
  if (maximumBytes === 0) return { status: 'HEALTHY', details };
  const ratio = usedBytes / maximumBytes;
  const status = compare(ratio, healthThresholds.cacheMemory);
  if (status === 'HEALTHY') return { status, details };
  return { status, cause: `${percent(ratio)} of the cache's memory is in use`, details };
}
