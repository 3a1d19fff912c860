import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { Exemplar, Exemplars } from './exemplars';

/** What a scraper says that reads exemplars. */
export const openMetricsType = 'application/openmetrics-text';
export const openMetricsContentType = `${openMetricsType}; version=1.0.0; charset=utf-8`;

type Family = MetricObjectWithValues<MetricValue<string>>;
type Sample = MetricValue<string> & { readonly metricName?: string };

/** Metrics as https://prometheus.io/docs/specs/om/open_metrics_spec/ writes them down; exemplars by metric. */
export const openMetrics = (metrics: readonly Family[], exemplars: ReadonlyMap<string, Exemplars>): string =>
  [...metrics.map((metric) => family(metric, exemplars.get(metric.name))), '# EOF', ''].join('\n');

function family({ name, help, type, values }: Family, exemplars: Exemplars | undefined): string {
  const isCounter = String(type) === 'counter';
  // A family of counters is called like its series without their ending.
  const base = isCounter ? name.replace(/_total$/, '') : name;
  const lines = (values as Sample[]).map(({ metricName = name, labels, value }) => {
    const exemplar = metricName.endsWith('_bucket') ? exemplars?.of(labels) : undefined;
    const series = isCounter ? `${base}_total` : metricName;
    return `${series}${labelled(labels)} ${number(value)}${exemplar ? mark(exemplar) : ''}`;
  });
  return [`# HELP ${base} ${escaped(help)}`, `# TYPE ${base} ${String(type)}`, ...lines].join('\n');
}

const mark = ({ traceId, value, timestamp }: Exemplar): string =>
  ` # ${labelled({ trace_id: traceId })} ${number(value)} ${timestamp}`;

function labelled(labels: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(String(value)).replaceAll('"', '\\"')}"`,
  );
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const number = (value: number): string =>
  Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
