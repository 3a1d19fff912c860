import { lifecycle as lifecycleContract, type MetricName } from '../contract';
import type { Components } from './components';
import type { Lifecycle } from './lifecycle';
import type { Logger } from './logging';
import type { MetricSnapshot, Metrics } from './metrics';

export interface ShutdownOptions {
  readonly lifecycle: Lifecycle;
  readonly components: Components;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Seconds between failing readiness and closing. */
  readonly drainSeconds: number;
  /** Seconds for everything after the drain; default: the contract's. */
  readonly deadlineSeconds?: number;
}

/**
 * Fails readiness, serves on for the drain delay, then stops the components: what serves requests first, what they
 * stand on last. Ends with a summary in the log, because the last values of the metrics are scraped by nobody.
 *
 * @param hurry ends the drain delay at once when it is or becomes aborted
 * @returns the names of what was not done in time, or nothing when all went well
 */
export async function shutDown(options: ShutdownOptions, hurry: AbortSignal): Promise<string | undefined> {
  const { lifecycle, components, log, metrics } = options;
  lifecycle.markStopping();
  await pause(options.drainSeconds, hurry);
  const hung = await components.stop(options.deadlineSeconds ?? lifecycleContract.shutdownDeadlineSeconds);
  log.info(
    { uptimeSeconds: Math.round(process.uptime()), ...totals(await metrics.snapshot()) },
    'final summary',
  );
  if (hung.length === 0) {
    lifecycle.markStopped();
    return undefined;
  }
  lifecycle.markFailed(`not stopped in time: ${hung.join(', ')}`);
  return hung.join(', ');
}

/** What the process has done. */
function totals(snapshot: readonly MetricSnapshot[]) {
  const series = (metric: MetricName) => snapshot.find(({ name }) => name === metric)?.values ?? [];
  const sum = (metric: MetricName) => series(metric).reduce((total, { value }) => total + value, 0);
  return {
    requests: sum('holdfast_http_requests_total'),
    eventsAccepted: sum('holdfast_events_accepted_total'),
    eventsAggregated: sum('holdfast_aggregation_events_total'),
    errors: Object.fromEntries(
      series('holdfast_errors_total').map(({ labels, value }) => [labels.code, value]),
    ),
  };
}

/** Waits, unless or until the signal is aborted. */
function pause(seconds: number, skip: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (skip.aborted) return resolve();
    const timer = setTimeout(resolve, seconds * 1000);
    skip.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
