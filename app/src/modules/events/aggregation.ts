import { concurrency } from '../../kernel/concurrency';
import { queueCheck, thresholdsOf } from '../../kernel/health';
import type { Kernel, Part } from '../../kernel/kernel';
import { SystemProblem } from '../../kernel/problems';
import { runAs } from '../../kernel/telemetry/context';
import {
  aggregateBatches,
  aggregationLagSeconds,
  type Claimed,
  purgeIdempotencyKeys,
  queuedBatches,
} from './aggregation-store';
import type { EventTables } from './tables';

/** Milliseconds between two looks at an empty queue: the first one, and the longest that it grows to. */
const idleMs = { first: 250, longest: 1000 };
/** Milliseconds between two attempts while the database is away. */
const failureMs = { first: 500, longest: 5000 };
const lagEveryMs = 2000;
const purgeEveryMs = 600_000;

/**
 * Turns accepted batches into aggregates, again and again until it is stopped: as many at once as the settings say, or as
 * there are processors to wait for them.
 */
export function aggregation(kernel: Kernel): Part {
  const worker = new AggregationWorker(kernel);
  const thresholds = () => thresholdsOf(kernel.settings).queueLagSeconds;
  return {
    name: 'aggregation',
    healthChecks: [queueCheck(() => worker.lagSeconds, thresholds)],
    start: () => worker.start(),
    stop: () => worker.stop(),
  };
}

class AggregationWorker {
  /** As last measured; nothing before the first time and while the database is away. */
  lagSeconds: number | undefined;
  #stopping = false;
  #loops: readonly Promise<void>[] = [];
  readonly #wake = new Set<() => void>();
  #lagDue = 0;
  #purgeDue = 0;

  constructor(private readonly kernel: Kernel) {}

  start(): void {
    const { HOLDFAST_AGGREGATION_WORKERS: told, HOLDFAST_DATABASE_ENGINE: engine } = this.kernel.settings;
    // An embedded database has one connection: a second one only waits for it.
    const count = engine === 'pglite' ? 1 : (told ?? concurrency().workers);
    this.#loops = Array.from({ length: count }, (_, index) => this.#run(index === 0));
  }

  /** Resolves when the transactions in flight, if any, are finished. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const wake of this.#wake) wake();
    await Promise.all(this.#loops);
  }

  /** @param first also looks after the queue, and tells of failures */
  async #run(first: boolean): Promise<void> {
    let idle: number = idleMs.first;
    let failure: number = failureMs.first;
    while (!this.#stopping) {
      try {
        const busy = await this.#aggregate();
        if (first) await this.#housekeeping();
        failure = failureMs.first;
        idle = busy ? idleMs.first : Math.min(idle * 2, idleMs.longest);
        if (!busy) await this.#sleep(idle);
      } catch (error) {
        this.lagSeconds = undefined;
        // The health check announces an outage; here it would be one line per attempt.
        const level = first && failure === failureMs.first ? 'warn' : 'debug';
        this.kernel.log[level]({ err: error }, 'aggregation failed; it will be tried again');
        await this.#sleep(failure);
        failure = Math.min(failure * 2, failureMs.longest);
      }
    }
  }

  /** One transaction; tells whether there was anything to do. */
  async #aggregate(): Promise<boolean> {
    const { flags, metrics, database, log, tracing } = this.kernel;
    if (!flags.value('aggregation')) return false;
    const limit = Math.min(Math.max(Math.floor(flags.value('aggregation_batch_limit')), 1), 1000);
    const started = performance.now();
    const outcome = await aggregateBatches(database.tables<EventTables>(), limit);
    const { batches, events, dead, correlationIds } = outcome;
    const milliseconds = performance.now() - started;
    for (const batch of dead) this.#bury(batch, milliseconds);
    if (batches === 0) return dead.length > 0;
    const seconds = milliseconds / 1000;
    for (const traceparent of outcome.traceparents) {
      tracing?.recordFor(traceparent, 'aggregate', milliseconds, { 'holdfast.batches': batches });
    }
    metrics.holdfast_aggregation_duration_seconds.observe(seconds);
    metrics.holdfast_aggregation_events_total.add(events);
    metrics.holdfast_aggregation_batches_total.add({ outcome: 'done' }, batches);
    log.info({ batches, events, seconds, correlationIds }, 'batches aggregated');
    return true;
  }

  /** Tells of a dead batch as a part of the request that brought it. */
  #bury({ id, correlationId, traceparent }: Claimed, milliseconds: number): void {
    const { log, metrics, reports, tracing } = this.kernel;
    if (traceparent !== null) tracing?.recordFor(traceparent, 'aggregate', milliseconds, {}, true);
    const tell = () => {
      metrics.holdfast_aggregation_batches_total.inc({ outcome: 'dead' });
      reports.record(new SystemProblem('SYS_BATCH_DEAD'));
      log.error({ batch: String(id) }, 'a batch failed too often and was moved to event_batches_dead');
    };
    if (correlationId === null) tell();
    else runAs({ correlationId }, tell);
  }

  async #housekeeping(): Promise<void> {
    const db = this.kernel.database.tables<EventTables>();
    const now = performance.now();
    if (now >= this.#lagDue) {
      this.lagSeconds = await aggregationLagSeconds(db);
      this.kernel.metrics.holdfast_aggregation_lag_seconds.set(this.lagSeconds);
      this.kernel.metrics.holdfast_aggregation_queue_batches.set(await queuedBatches(db));
      this.#lagDue = now + lagEveryMs;
    }
    if (now >= this.#purgeDue) {
      await purgeIdempotencyKeys(db, this.kernel.settings.HOLDFAST_IDEMPOTENCY_KEY_HOURS);
      this.#purgeDue = now + purgeEveryMs;
    }
  }

  #sleep(milliseconds: number): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wake.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.#wake.add(wake);
    });
  }
}
