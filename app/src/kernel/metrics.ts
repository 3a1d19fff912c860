import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';
import {
  metrics as definitions,
  type MetricDefinition,
  type MetricLabel,
  type MetricName,
} from '../contract';
import { Exemplars } from './exemplars';
import { openMetrics } from './open-metrics';

/** Every label of the metric, none missing and none added. */
type Labels<M extends MetricName> = { readonly [L in MetricLabel<M>]: string };
/** Arguments before the value: the labels, or nothing where the metric has none. */
type LabelArguments<M extends MetricName> = [MetricLabel<M>] extends [never] ? [] : [labels: Labels<M>];

interface CounterOf<M extends MetricName> {
  /** Adds one for the labels. */
  inc(...labels: LabelArguments<M>): void;
  /** Adds `amount`, which must not be negative. */
  add(...labelsAndAmount: [...LabelArguments<M>, amount: number]): void;
}
interface GaugeOf<M extends MetricName> {
  set(...labelsAndValue: [...LabelArguments<M>, value: number]): void;
  /** Takes the series of the labels away until it is set again. */
  remove(...labels: LabelArguments<M>): void;
}
interface HistogramOf<M extends MetricName> {
  /** `traceId`: the recorded trace that the value belongs to; kept where the metric has exemplars. */
  observe(...labelsAndValue: [...LabelArguments<M>, value: number, traceId?: string]): void;
}
type RecorderOf<M extends MetricName> = (typeof definitions)[M]['type'] extends 'counter'
  ? CounterOf<M>
  : (typeof definitions)[M]['type'] extends 'gauge'
    ? GaugeOf<M>
    : HistogramOf<M>;

/** One typed recorder per metric of the contract: a wrong name, kind or label does not compile. */
export type Metrics = { readonly [M in MetricName]: RecorderOf<M> } & {
  /** All metrics in Prometheus' text format. */
  render(): Promise<string>;
  readonly contentType: string;
  /** All metrics in the format that also has exemplars. */
  renderOpenMetrics(): Promise<string>;
  /** All metrics with their values, for programs. */
  snapshot(): Promise<MetricSnapshot[]>;
  /** Calls `collect` before each look at the metrics, for gauges that are cheaper to read than to keep. */
  beforeReading(collect: () => void): void;
};
export type MetricSnapshot = MetricObjectWithValues<MetricValue<string>>;

/**
 * @param process whether the metrics of process, memory, garbage collection and event loop are measured too; default
 * yes
 */
export function createMetrics({ process = true }: { readonly process?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (process) collectDefaultMetrics({ register: registry });
  const collectors: (() => void)[] = [];
  const read = <T>(reader: () => T): T => {
    for (const collect of collectors) collect();
    return reader();
  };
  const exemplars = new Map<string, Exemplars>();
  const recorders = Object.entries(definitions).map(([name, definition]) => [
    name,
    createRecorder(name, definition, registry, exemplars),
  ]);
  return {
    ...Object.fromEntries(recorders),
    render: () => read(() => registry.metrics()),
    contentType: registry.contentType,
    renderOpenMetrics: () => read(async () => openMetrics(await registry.getMetricsAsJSON(), exemplars)),
    snapshot: () => read(() => registry.getMetricsAsJSON()),
    beforeReading: (collect: () => void) => void collectors.push(collect),
  } as Metrics;
}

function createRecorder(
  name: string,
  definition: MetricDefinition,
  registry: Registry,
  exemplars: Map<string, Exemplars>,
) {
  const options = {
    name,
    help: definition.help,
    labelNames: definition.labels as string[],
    registers: [registry],
  };
  // The callers' types promise that labels come first exactly where the metric has some.
  const split = (given: unknown[]): [Record<string, string>, number] =>
    definition.labels.length === 0
      ? [{}, given[0] as number]
      : [given[0] as Record<string, string>, given[1] as number];
  if (definition.type === 'counter') {
    const counter = new Counter(options);
    return {
      inc: (labels?: Record<string, string>) => counter.inc(labels ?? {}),
      add: (...given: unknown[]) => counter.inc(...split(given)),
    };
  }
  if (definition.type === 'histogram') {
    const histogram = new Histogram({ ...options, buckets: [...definition.buckets] });
    if (!definition.exemplars) {
      return { observe: (...given: unknown[]) => histogram.observe(...split(given)) };
    }
    const kept = new Exemplars(definition.labels, definition.buckets);
    exemplars.set(name, kept);
    return {
      observe(...given: unknown[]) {
        const [labels, value] = split(given);
        histogram.observe(labels, value);
        const traceId = given[definition.labels.length === 0 ? 1 : 2] as string | undefined;
        if (traceId !== undefined) kept.keep(labels, value, traceId);
      },
    };
  }
  const gauge = new Gauge(options);
  return {
    set: (...given: unknown[]) => gauge.set(...split(given)),
    remove: (labels?: Record<string, string>) => gauge.remove(labels ?? {}),
  };
}
