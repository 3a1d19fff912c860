import { z } from 'zod';
import type { AdminRoutes } from '../admin';
import { parseQuery } from '../admin/parse';
import type { MetricSnapshot } from '../metrics';
import { ValidationProblem } from '../problems';

/** One series, as people compare them. */
export interface Series {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string | number>>;
  /** Of a histogram: how many observations. */
  readonly value: number;
}

const exportQuery = z.strictObject({ format: z.enum(['json', 'prom']).default('json') });
const topQuery = z.strictObject({
  metric: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(10),
});

/**
 * - GET /metrics/summary: each metric with its help, type, series and total
 * - GET /metrics/export?format=json|prom: everything
 * - GET /metrics/top?metric=&limit=: the greatest series of one metric, or of all counters and histograms
 */
export const metricsRoutes: AdminRoutes = (server, { kernel: { metrics } }) => {
  server.get('/metrics/summary', async () => ({ metrics: (await metrics.snapshot()).map(summarise) }));
  server.get('/metrics/export', async ({ query }, reply) => {
    if (parseQuery(exportQuery, query).format === 'json') return { metrics: await metrics.snapshot() };
    return reply.type(metrics.contentType).send(await metrics.render());
  });
  server.get('/metrics/top', async ({ query }) => {
    const { metric, limit } = parseQuery(topQuery, query);
    const snapshot = await metrics.snapshot();
    if (metric !== undefined && !snapshot.some(({ name }) => name === metric)) {
      throw new ValidationProblem('VAL_QUERY', { detail: `metric: there is none of the name ${metric}` });
    }
    const wanted = snapshot.filter(({ name, type }) => (metric ? name === metric : String(type) !== 'gauge'));
    const series = wanted.flatMap(seriesOf).sort((a, b) => b.value - a.value);
    return { series: series.slice(0, limit) };
  });
};

function summarise(metric: MetricSnapshot) {
  const series = seriesOf(metric);
  const { name, help, type } = metric;
  const total = series.reduce((sum, { value }) => sum + value, 0);
  // The sum over the series of a gauge means nothing.
  return { name, help, type, series: series.length, ...(String(type) === 'gauge' ? {} : { total }) };
}

function seriesOf(metric: MetricSnapshot): Series[] {
  const values = metric.values as {
    value: number;
    labels: Record<string, string | number>;
    metricName?: string;
  }[];
  const counts = String(metric.type) === 'histogram' || String(metric.type) === 'summary';
  return values
    .filter(({ metricName }) => !counts || metricName === `${metric.name}_count`)
    .map(({ value, labels }) => ({ metric: metric.name, labels, value }));
}
