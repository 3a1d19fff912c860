import { metrics as contractMetrics } from '../../contract';
import { didYouMean } from '../../kernel/did-you-mean';
import type { Client } from '../client/client';
import { option, spec, whole } from '../command';
import { CliError, usageError } from '../failure';
import { deliver } from '../input';
import { table } from '../output/table';
import { figure } from '../output/text';

interface Summary {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly series: number;
  readonly total?: number;
}
interface Series {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}
const names = Object.keys(contractMetrics);

export const labelText = (labels: Series['labels']): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

const summary = spec<{ filter?: string }>({
  name: 'summary',
  summary: 'each metric with its type, series and total',
  asks: 'service',
  options: [option('--filter <text>', 'only names that contain it')],
  examples: [
    ['metrics summary', 'what is counted, and how much of it there was'],
    ['metrics summary --filter http', 'requests only'],
  ],
  run: async ({ client, options: { filter = '' } }) => {
    const all = await client().get<{ metrics: Summary[] }>('/metrics/summary');
    const json = { metrics: all.metrics.filter(({ name }) => name.includes(filter)) };
    if (json.metrics.length === 0)
      throw noMetric(
        filter,
        all.metrics.map(({ name }) => name),
      );
    return {
      json,
      text: (view) =>
        table(view, json.metrics, [
          { header: 'metric', cell: ({ name }) => name },
          { header: 'type', cell: ({ type }) => type },
          { header: 'series', cell: ({ series }) => series, align: 'right' },
          {
            header: 'total',
            cell: ({ total }) => (total === undefined ? '' : figure(total)),
            align: 'right',
          },
          { header: 'meaning', cell: ({ help }) => help, flexible: true },
        ]),
    };
  },
});

const exporting = spec<{ format: 'json' | 'prom'; output?: string; json?: true }>({
  name: 'export',
  summary: 'everything, as JSON or in the text format of Prometheus',
  asks: 'service',
  options: [
    option('--format <format>', 'json, or prom').choices(['json', 'prom']).default('prom'),
    option('-o, --output <file>', 'write it there; default: to the standard output'),
  ],
  examples: [
    ['metrics export', 'as Prometheus reads it'],
    ['metrics export --format json -o metrics.json', 'into a file'],
  ],
  run: async ({ client, cli, options }) => {
    const { output } = options;
    const format = options.json ? 'json' : options.format;
    const content = await readAll(client(), format);
    return deliver(cli, { content, format, output });
  },
});

const top = spec<{ metric?: string; limit: number }>({
  name: 'top',
  summary: 'the greatest series of one metric, or of all counters and histograms',
  asks: 'service',
  options: [
    option('--metric <name>', 'of this one only', names),
    option('--limit <count>', 'how many').argParser(whole(1, 100)).default(10),
  ],
  examples: [
    ['metrics top', 'what happened most'],
    ['metrics top --metric holdfast_http_requests_total --limit 5', 'the busiest routes'],
  ],
  run: async ({ client, options: { metric, limit } }) => {
    const service = client();
    const json = await service.get<{ series: Series[] }>('/metrics/top', { metric, limit }).catch((error) => {
      const unknown = error instanceof CliError && error.report.code === 'VAL_QUERY' && metric !== undefined;
      throw unknown ? noMetric(metric, names) : error;
    });
    return {
      json,
      text: (view) =>
        json.series.length === 0
          ? 'Nothing was counted yet.\n'
          : table(view, json.series, [
              { header: 'value', cell: ({ value }) => figure(value), align: 'right' },
              { header: 'metric', cell: (series) => series.metric },
              { header: 'labels', cell: ({ labels }) => labelText(labels), flexible: true },
            ]),
    };
  },
});

const readAll = (client: Client, format: 'json' | 'prom'): Promise<string> =>
  format === 'prom'
    ? client.text('/metrics/export', { format })
    : client.get('/metrics/export', { format }).then((json) => `${JSON.stringify(json, null, 2)}\n`);

const noMetric = (name: string, known: readonly string[]): CliError =>
  usageError(
    `There is no metric of the name ${name}.${didYouMean(name, known)}`,
    'See "holdfast metrics summary" for all of them.',
  );

export const commands = [summary, exporting, top];
