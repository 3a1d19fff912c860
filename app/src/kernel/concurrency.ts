import { availableParallelism } from 'node:os';
import { readLimits } from './health/cgroup';

export interface Concurrency {
  /** Processors that this process may use: its container's quota, or else what the machine has. May be a fraction. */
  readonly processors: number;
  /** Transactions of background work at once. While one waits for the database another one computes. */
  readonly workers: number;
  /** Threads for what Node cannot do without blocking one: files, names, compression. */
  readonly threads: number;
}

/** Beyond a few, one JavaScript thread cannot keep them busy. */
const mostWorkers = 4;
/** Node's own default, below which a slow look-up of a name holds up files; and a bound to the memory they take. */
const threadBounds = { fewest: 4, most: 16 } as const;

/** How much this process does at once, from what its container may use (cgroup v2, or v1). */
export function concurrency(limits = readLimits(), machine = availableParallelism()): Concurrency {
  // A quota above what the machine has gives nothing.
  const processors = Math.min(limits.processors ?? machine, machine);
  const whole = Math.max(1, Math.ceil(processors));
  return {
    processors,
    workers: Math.min(whole, mostWorkers),
    threads: Math.min(Math.max(whole, threadBounds.fewest), threadBounds.most),
  };
}

/**
 * Sizes the thread pool, which Node reads once, when the pool is first used. What the environment says already stays.
 * The connections to the database are not sized by this: all pods share them (contract/connections.ts).
 */
export function sizeThreadPool(env: NodeJS.ProcessEnv = process.env, { threads } = concurrency()): void {
  env.UV_THREADPOOL_SIZE ||= String(threads);
}
