/** Which series an expression names, and whether somebody answers for them. */
import { exporters } from '../../constructs/observability/exporters';
import { isContractMetric } from '../../constructs/observability/query';
import { errorRate, sloErrorRatio } from '../../constructs/observability/recording-rules';
import { burnRates } from '../../constructs/observability/slo-alerts';
import { seriesIn } from '../../tools/lib/series';

/** Metrics that exporters document. */
export const documented = new Set(
  Object.values(exporters).flatMap((exporter) => Object.keys(exporter.metrics)),
);
const recorded = new Set<string>([
  errorRate,
  ...burnRates.flatMap(({ long, short }) => [sloErrorRatio(long), sloErrorRatio(short)]),
]);

export { seriesIn };

/** Series in an expression that nobody exports. */
export const foreignSeries = (expr: string): string[] =>
  seriesIn(expr).filter((name) => !isContractMetric(name) && !documented.has(name) && !recorded.has(name));
