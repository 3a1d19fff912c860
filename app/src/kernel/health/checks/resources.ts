import { statfs as nodeStatfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { healthThresholds, type Thresholds } from '../../../contract';
import { type Limits, readLimits } from '../cgroup';
import { type CheckResult, compare, type HealthCheck, percent } from '../check';
import { type Clock, systemClock } from '../clock';

/** Milliseconds: over less than this an average of processor time says nothing. */
const shortestWindowMs = 5000;

export interface ProcessorOptions {
  /** Asked each time; default: the contract's. */
  readonly thresholds?: () => Thresholds;
  readonly limits?: () => Limits;
  /** Microseconds of processor time that this process has used so far. */
  readonly used?: () => number;
  readonly clock?: Clock;
}

/**
 * Processor time since the last look, as a share of what the container may use: its quota, or the processors it may
 * run on. What others on the same host use does not count.
 */
export function cpuCheck(options: ProcessorOptions = {}): HealthCheck {
  const { thresholds = () => healthThresholds.cpu, limits = readLimits, clock = systemClock } = options;
  const used =
    options.used ??
    (() => {
      const { user, system } = process.cpuUsage();
      return user + system;
    });
  let before = { at: clock.elapsed(), used: used() };
  let last: CheckResult = { status: 'UNKNOWN', cause: 'measuring since the start' };
  return {
    name: 'cpu',
    async check() {
      const now = { at: clock.elapsed(), used: used() };
      const windowMs = now.at - before.at;
      if (windowMs < shortestWindowMs) return last;
      const processors = limits().processors ?? availableParallelism();
      const ratio = (now.used - before.used) / 1000 / windowMs / processors;
      before = now;
      last = judge(ratio, thresholds(), `of ${processors} processors is in use`, {
        ratio: round(ratio),
        processors,
      });
      return last;
    },
  };
}

export interface MemoryOptions {
  /** Asked each time; default: the contract's. */
  readonly thresholds?: () => Thresholds;
  readonly limits?: () => Limits;
  /** Bytes of this process and of its JavaScript heap. */
  readonly used?: () => { readonly rss: number; readonly heapUsed: number; readonly heapLimit: number };
}

/**
 * Memory as a share of what ends the process: the container's limit (all of the machine's where there is none), or
 * V8's limit of the heap, whichever is nearer.
 */
export function memoryCheck(options: MemoryOptions = {}): HealthCheck {
  const { thresholds = () => healthThresholds.memory, limits = readLimits, used = memoryInUse } = options;
  return {
    name: 'memory',
    async check() {
      const { memoryBytes, memoryUsedBytes } = limits();
      const { rss, heapUsed, heapLimit } = used();
      const limit = memoryBytes ?? totalmem();
      const usedBytes = memoryBytes === undefined ? rss : (memoryUsedBytes ?? rss);
      const details = { usedBytes, limitBytes: limit, heapUsedBytes: heapUsed, heapLimitBytes: heapLimit };
      return heapUsed / heapLimit > usedBytes / limit
        ? judge(heapUsed / heapLimit, thresholds(), "of the heap's limit is in use", details)
        : judge(usedBytes / limit, thresholds(), 'of the memory limit is in use', details);
    },
  };
}

function memoryInUse() {
  const { used_heap_size: heapUsed, heap_size_limit: heapLimit } = getHeapStatistics();
  return { rss: process.memoryUsage.rss(), heapUsed, heapLimit };
}

/** Blocks of a file system, as statfs(2) gives them. */
export type Statfs = (path: string) => Promise<{ blocks: number; bfree: number; bavail: number }>;

/** How full the file systems of the directories are, as `df` counts: what only root may use is not free. */
export function diskCheck(
  directories: readonly string[],
  options: { readonly thresholds?: () => Thresholds; readonly statfs?: Statfs } = {},
): HealthCheck {
  const { thresholds = () => healthThresholds.disk, statfs = nodeStatfs as Statfs } = options;
  return {
    name: 'disk',
    async check() {
      const usage = await Promise.all(
        directories.map(async (directory) => {
          const { blocks, bfree, bavail } = await statfs(directory);
          const used = blocks - bfree;
          return { directory, ratio: used + bavail === 0 ? 0 : used / (used + bavail) };
        }),
      );
      const fullest = usage.reduce((a, b) => (b.ratio > a.ratio ? b : a), { directory: '', ratio: 0 });
      const details = Object.fromEntries(usage.map(({ directory, ratio }) => [directory, round(ratio)]));
      return judge(
        fullest.ratio,
        thresholds(),
        `of the file system of ${fullest.directory} is in use`,
        details,
      );
    },
  };
}

/** How late timers are since the last look: whatever blocks the event loop delays every request. */
export function eventLoopCheck(
  thresholds: () => Thresholds = () => healthThresholds.eventLoopMs,
  histogram: Pick<IntervalHistogram, 'count' | 'percentile' | 'max' | 'reset'> = startMonitor(),
): HealthCheck {
  return {
    name: 'event_loop',
    async check() {
      if (histogram.count === 0) return { status: 'UNKNOWN', cause: 'measuring since the start' };
      const p99Ms = Math.max(0, Math.round(histogram.percentile(99) / 1e6) - resolutionMs);
      const maximumMs = Math.max(0, Math.round(histogram.max / 1e6) - resolutionMs);
      histogram.reset();
      const status = compare(p99Ms, thresholds());
      const cause = status === 'HEALTHY' ? {} : { cause: `1 of 100 timers is ${p99Ms} ms late or more` };
      return { status, ...cause, details: { p99Ms, maximumMs } };
    },
  };
}

/** The monitor counts from one tick to the next, so what it says contains its own period. */
const resolutionMs = 20;
function startMonitor(): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  return histogram;
}

const round = (ratio: number) => Math.round(ratio * 1000) / 1000;

function judge(
  ratio: number,
  thresholds: Thresholds,
  what: string,
  details: CheckResult['details'],
): CheckResult {
  const status = compare(ratio, thresholds);
  return status === 'HEALTHY' ? { status, details } : { status, cause: `${percent(ratio)} ${what}`, details };
}
