/** Which series an expression names, and whether somebody answers for them. */
import { exporters } from '../../constructs/observability/exporters';
import { isContractMetric } from '../../constructs/observability/query';
import { errorRate, sloErrorRatio } from '../../constructs/observability/recording-rules';
import { burnRates } from '../../constructs/observability/slo-alerts';

/** Metrics that exporters document. */
export const documented = new Set(
  Object.values(exporters).flatMap((exporter) => Object.keys(exporter.metrics)),
);
const recorded = new Set<string>([
  errorRate,
  ...burnRates.flatMap(({ long, short }) => [sloErrorRatio(long), sloErrorRatio(short)]),
]);

/** Names of series in an expression: what is no label, no text, no function and no word of PromQL. */
export const seriesIn = (expr: string): string[] =>
  [
    ...expr
      .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
      .replaceAll(/\{[^}]*\}/g, '')
      .replaceAll(/\[[^\]]*\]/g, '')
      .replaceAll(/\boffset \d+[smhd]/g, '')
      .replaceAll(/\b(?:by|on|group_left) \([^)]*\)/g, '')
      .matchAll(/[a-z_][a-z0-9_:]*(?!\s*[\w(])(?!\w)/gi),
  ]
    .map(([name]) => name)
    .filter((name) => !['and', 'or', 'unless', 'bool', 'sum', 'max', 'min', 'count'].includes(name));

/** Series in an expression that nobody exports. */
export const foreignSeries = (expr: string): string[] =>
  seriesIn(expr).filter((name) => !isContractMetric(name) && !documented.has(name) && !recorded.has(name));
