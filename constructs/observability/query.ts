import {
  type ExporterMetricLabel,
  type ExporterMetricName,
  exporterMetrics,
  type MetricLabel,
  type MetricName,
  type MetricsOfType,
  metrics,
} from '../../app/src/contract';
import type { ExporterLabel, ExporterMetric } from './exporters';
import { roleLabel } from './names';
import type { Matchers, PromQl, Window } from './promql';
import type { errorRate, sloErrorRatio } from './recording-rules';

/** A selector of series whose metric and labels somebody answers for: the contract, or an exporter's documents. */
export type Series = string & { readonly series: true };

export { roleLabel };

type TargetLabel = 'namespace' | 'pod' | typeof roleLabel;

/** Series of the service. */
export const ofService = <M extends Exclude<MetricName, MetricsOfType<'histogram'>>>(
  metric: M,
  match: Matchers<MetricLabel<M> | TargetLabel> = {},
): Series => select(metric, match);

/** Series of the service's own exporter, about PostgreSQL and Valkey. */
export const ofStore = <M extends ExporterMetricName>(
  metric: M,
  match: Matchers<ExporterMetricLabel<M> | TargetLabel> = {},
): Series => select(metric, match);

/** Buckets of a histogram of the service. */
export const bucketsOf = <M extends MetricsOfType<'histogram'>>(
  metric: M,
  match: Matchers<MetricLabel<M> | TargetLabel> = {},
): Series => select(`${metric}_bucket`, match);

/** Series that a recording rule makes of the contract's metrics. */
export const ofRule = (
  record: ReturnType<typeof sloErrorRatio> | typeof errorRate,
  match: Matchers<'slo' | 'severity'>,
): Series => select(record, match);

/** Series of an exporter. */
export const ofExporter = <M extends ExporterMetric>(
  metric: M,
  match: Matchers<ExporterLabel<M>> = {},
): Series => select(metric, match);

/** Numbers that dashboards ask for. None is the beginning of another. */
export type VariableName = 'vcpu_hour_usd' | 'gib_hour_usd' | 'gib_month_usd';
/** What was typed into a dashboard's variable. Only queries of dashboards that have it may name it. */
export type Variable = `$${VariableName}`;
export const ofVariable = <N extends VariableName>(name: N): `$${N}` => `$${name}`;

/**
 * PromQL around series. Text between them is operators and functions: promtool reads it in the tests, which also refuse
 * a metric that stands in the text itself.
 */
export const query = (
  text: TemplateStringsArray,
  ...parts: readonly (Series | PromQl | Window | Variable | typeof roleLabel | number)[]
): PromQl => text.reduce((before, after, index) => `${before}${parts[index - 1] ?? ''}${after}`) as PromQl;

/** What any of them gives. */
export const either = (expressions: readonly PromQl[]): PromQl => expressions.join(' or ') as PromQl;

/** JSON's escapes are PromQL's too. A value without an operator needs no regular expression. */
function select(metric: string, match: Matchers<string>): Series {
  const matchers = Object.entries(match).flatMap(([label, value]) => {
    if (value === undefined) return [];
    return [`${label}${/^[\w-]*$/.test(value) ? '=' : '=~'}${JSON.stringify(value)}`];
  });
  return `${metric}${matchers.length > 0 ? `{${matchers.join(',')}}` : ''}` as Series;
}

/** Whether the service, or its exporter, exports a metric of that name. */
export const isContractMetric = (name: string): boolean =>
  name in metrics || name in exporterMetrics || name.replace(/_(bucket|count|sum)$/, '') in metrics;
