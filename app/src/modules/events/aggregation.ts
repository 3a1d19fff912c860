import { queueCheck } from '../../kernel/health';
import type { Kernel, Part } from '../../kernel/kernel';
import { aggregateBatches, aggregationLagSeconds, purgeIdempotencyKeys } from './aggregation-store';
import type { EventTables } from './tables';

/** Milliseconds between two looks at an empty queue: the first one, and the longest that it grows to. */
const idleMs = { first: 250, longest: 1000 };
/** Milliseconds between two attempts while the database is away. */
const failureMs = { first: 500, longest: 5000 };
const lagEveryMs = 2000;
const purgeEveryMs = 600_000;
/** Hours for which a repeated request gets the same answer. */
const keepKeysHours = 24;

/** Turns accepted batches into aggregates, again and again until it is stopped. */
export function aggregation(kernel: Kernel): Part {
  const worker = new AggregationWorker(kernel);
  return {
    name: 'aggregation',
    healthChecks: [queueCheck(() => worker.lagSeconds)],
    start: () => worker.start(),
    stop: () => worker.stop(),
  };
}

class AggregationWorker {
  /** As last measured; nothing before the first time and while the database is away. */
  lagSeconds: number | undefined;
  #stopping = false;
  #loop: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};
  #lagDue = 0;
  #purgeDue = 0;

  constructor(private readonly kernel: Kernel) {}

  start(): void {
    this.#loop = this.#run();
  }

  /** Resolves when the transaction in flight, if any, is finished. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    let idle: number = idleMs.first;
    let failure: number = failureMs.first;
    while (!this.#stopping) {
      try {
        const busy = await this.#aggregate();
        await this.#housekeeping();
        failure = failureMs.first;
        idle = busy ? idleMs.first : Math.min(idle * 2, idleMs.longest);
        if (!busy) await this.#sleep(idle);
      } catch (error) {
        this.lagSeconds = undefined;
        // The health check announces an outage; here it would be one line per attempt.
        const level = failure === failureMs.first ? 'warn' : 'debug';
        this.kernel.log[level]({ err: error }, 'aggregation failed; it will be tried again');
        await this.#sleep(failure);
        failure = Math.min(failure * 2, failureMs.longest);
      }
    }
  }

  /** One transaction; tells whether there was anything to do. */
  async #aggregate(): Promise<boolean> {
    const { flags, metrics, database, log } = this.kernel;
    if (!flags.value('aggregation')) return false;
    const limit = Math.min(Math.max(Math.floor(flags.value('aggregation_batch_limit')), 1), 1000);
    const started = performance.now();
    const { batches, events, dead } = await aggregateBatches(database.tables<EventTables>(), limit);
    if (dead > 0)
      log.error({ batches: dead }, 'batches failed too often and were moved to event_batches_dead');
    if (batches === 0) return dead > 0;
    metrics.holdfast_aggregation_duration_seconds.observe((performance.now() - started) / 1000);
    metrics.holdfast_aggregation_events_total.add(events);
    return true;
  }

  async #housekeeping(): Promise<void> {
    const db = this.kernel.database.tables<EventTables>();
    const now = performance.now();
    if (now >= this.#lagDue) {
      this.lagSeconds = await aggregationLagSeconds(db);
      this.kernel.metrics.holdfast_aggregation_lag_seconds.set(this.lagSeconds);
      this.#lagDue = now + lagEveryMs;
    }
    if (now >= this.#purgeDue) {
      await purgeIdempotencyKeys(db, keepKeysHours);
      this.#purgeDue = now + purgeEveryMs;
    }
  }

  #sleep(milliseconds: number): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
