import type { MetricLabel, MetricName, MetricsOfType } from './metrics';
import { routes } from './routes';

type Selector<M extends MetricName> = { readonly [L in MetricLabel<M>]?: string };
interface RatioIndicator<M extends MetricsOfType<'counter'> = MetricsOfType<'counter'>> {
  readonly kind: 'ratio';
  readonly metric: M;
  /** Label values of everything that counts, as PromQL regular expressions. */
  readonly total: Selector<M>;
  /** Label values of what counts as bad, in addition to `total`. */
  readonly bad: Selector<M>;
}
interface LatencyIndicator<M extends MetricsOfType<'histogram'> = MetricsOfType<'histogram'>> {
  readonly kind: 'latency';
  readonly metric: M;
  readonly total: Selector<M>;
  /** Seconds; must be one of the histogram's bucket bounds. */
  readonly thresholdSeconds: number;
}
export interface Slo {
  readonly description: string;
  /** Share of good events, between 0 and 1. */
  readonly objective: number;
  /** Days over which the objective holds. */
  readonly windowDays: 30;
  readonly indicator: RatioIndicator | LatencyIndicator;
}

const ratio = <M extends MetricsOfType<'counter'>>(metric: M, total: Selector<M>, bad: Selector<M>) =>
  ({ kind: 'ratio', metric, total, bad }) as const;
const latency = <M extends MetricsOfType<'histogram'>>(
  metric: M,
  total: Selector<M>,
  thresholdSeconds: number,
) => ({ kind: 'latency', metric, total, thresholdSeconds }) as const;

/** Promises to the service's users; recording rules, alerts and load-test thresholds are generated from them. */
export const slos = {
  ingestion_availability: {
    description: 'Batches of events are accepted or refused for a reason of their own, not for one of ours.',
    objective: 0.9999,
    windowDays: 30,
    indicator: ratio('holdfast_http_requests_total', { route: routes.ingestEvents.path }, { status: '5..' }),
  },
  query_availability: {
    description: 'Aggregate queries are answered.',
    objective: 0.999,
    windowDays: 30,
    indicator: ratio(
      'holdfast_http_requests_total',
      { route: routes.queryAggregates.path },
      { status: '5..' },
    ),
  },
  query_latency: {
    description: 'Aggregate queries are answered within 250 ms.',
    objective: 0.99,
    windowDays: 30,
    indicator: latency(
      'holdfast_http_request_duration_seconds',
      { route: routes.queryAggregates.path },
      0.25,
    ),
  },
} as const satisfies Record<string, Slo>;

export type SloName = keyof typeof slos;
