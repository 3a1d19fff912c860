import { Counter, Gauge, Registry } from 'prom-client';
import { type ExporterMetricLabel, type ExporterMetricName, exporterMetrics } from '../contract';

type Labels<M extends ExporterMetricName> = { readonly [L in ExporterMetricLabel<M>]: string };
/** Arguments before the value: the labels, or nothing where the metric has none. */
type LabelArguments<M extends ExporterMetricName> = [ExporterMetricLabel<M>] extends [never]
  ? []
  : [labels: Labels<M>];

interface Sample {
  readonly metric: ExporterMetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What one scrape found. It is thrown away afterwards, so that a table that is gone leaves no series behind. */
export class Samples {
  readonly #samples: Sample[] = [];

  /** A name or label that the contract doesn't have does not compile. */
  add<M extends ExporterMetricName>(metric: M, ...given: [...LabelArguments<M>, value: number]): void {
    const value = given.at(-1) as number;
    const labels = given.length > 1 ? (given[0] as Readonly<Record<string, string>>) : {};
    // What a server doesn't say is left out.
    if (Number.isFinite(value)) this.#samples.push({ metric, labels, value });
  }

  addAll(other: Samples): void {
    this.#samples.push(...other.#samples);
  }

  /** In Prometheus' text format. */
  async render(): Promise<string> {
    const registry = new Registry();
    for (const [name, { type, help, labels }] of Object.entries(exporterMetrics)) {
      const found = this.#samples.filter(({ metric }) => metric === name);
      if (found.length === 0) continue;
      const options = { name, help, labelNames: [...labels] as string[], registers: [registry] };
      // Counters come from the servers, as they stand there.
      const recorder = type === 'counter' ? new Counter(options) : new Gauge(options);
      for (const sample of found) recorder.inc(sample.labels, sample.value);
    }
    return registry.metrics();
  }
}

export const contentType = Registry.PROMETHEUS_CONTENT_TYPE;
