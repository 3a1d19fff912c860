import { components } from '../../contract';
import { didYouMean } from '../../kernel/did-you-mean';
import { type Client, segment } from '../client/client';
import { argument, option, spec, whole } from '../command';
import { exitCodes } from '../exit-codes';
import { CliError } from '../failure';
import { table } from '../output/table';
import { figure, lines, time } from '../output/text';
import { stateOn } from '../output/view';
import { consequences, type Health, healthTable } from './health-text';
import { watch } from './health-watch';
import { labelText } from './metrics';

interface Entry {
  readonly at: string;
  readonly kind: 'check' | 'recovery';
  readonly status?: string;
  readonly durationMs?: number;
  readonly step?: string;
  readonly attempt?: number;
  readonly outcome?: string;
  readonly cause?: string;
}
interface Snapshot {
  readonly name: string;
  readonly type: string;
  readonly values: readonly { value: number; labels: Record<string, string | number>; metricName?: string }[];
}
const known = Object.keys(components);

const check = spec<{ strict?: true; last?: true }>({
  name: 'check',
  summary: 'look at every component now, or at one',
  details:
    'Exits with 1 when the service (or the component) is UNHEALTHY; with --strict also when it is DEGRADED.',
  asks: 'service',
  arguments: [argument('[component]', 'only this one', known)],
  options: [
    option('--strict', 'DEGRADED and UNKNOWN fail too'),
    option('--last', 'do not look: tell what the last looks have found'),
  ],
  examples: [
    ['health check', 'everything, now'],
    ['health check database --strict && ./deploy', 'go on only when the database is well'],
  ],
  run: async ({ client, args: [component], options: { strict, last } }) => {
    const service = client();
    const found = last
      ? await service.get<Health>('/health')
      : await service
          .post<Health>('/health/check', undefined, { component })
          .catch(suggest(component, service));
    const chosen = found.components.filter(({ name }) => component === undefined || name === component);
    if (component !== undefined && chosen.length === 0) throw noComponent(component, found);
    const json = {
      status: component === undefined ? found.status : (chosen[0]?.status ?? ''),
      components: chosen,
    };
    const fails = json.status === 'UNHEALTHY' || (strict === true && json.status !== 'HEALTHY');
    return {
      json,
      exitCode: fails ? exitCodes.failure : exitCodes.ok,
      text: (view) => {
        const detail = consequences(view, json);
        const subject = component ?? 'The service';
        const head = `${subject} is ${stateOn(view)(json.status)}.`;
        return lines(head, '\n', healthTable(view, chosen), detail && '\n', detail);
      },
    };
  },
});

const history = spec<{ limit: number }>({
  name: 'history',
  summary: 'the last looks and recoveries of one component, or of all',
  asks: 'service',
  arguments: [argument('[component]', 'only this one', known)],
  options: [option('--limit <count>', 'how many, the newest').argParser(whole(1, 1000)).default(20)],
  examples: [
    ['health history database', 'since when is it slow?'],
    ['health history --limit 50', 'of all components'],
  ],
  run: async ({ client, args: [component], options: { limit } }) => {
    const service = client();
    const names =
      component === undefined
        ? (await service.get<Health>('/health')).components.map(({ name }) => name)
        : [component];
    const each = await Promise.all(names.map((name) => historyOf(service, name)));
    const sorted = each.flat().sort((a, b) => (a.at < b.at ? -1 : 1));
    const json = { entries: sorted.slice(-limit) };
    return {
      json,
      text: (view) =>
        json.entries.length === 0
          ? 'Nobody has looked yet.\n'
          : table(view, json.entries, [
              { header: 'at', cell: ({ at }) => time(at) },
              { header: 'component', cell: (entry) => entry.component },
              { header: 'what', cell: what },
              { header: 'outcome', cell: ({ status, outcome }) => status ?? outcome, paint: stateOn(view) },
              { header: 'took', cell: (entry) => durationOf(entry), align: 'right' },
              { header: 'cause', cell: ({ cause }) => cause, flexible: true },
            ]),
    };
  },
});

const what = ({ kind, step, attempt }: Entry) => (kind === 'check' ? 'look' : `recovery ${attempt}: ${step}`);
const durationOf = ({ durationMs }: Entry) => (durationMs === undefined ? '' : `${figure(durationMs)} ms`);

async function historyOf(service: Client, component: string): Promise<(Entry & { component: string })[]> {
  const path = `/health/history/${segment(component)}`;
  const { entries } = await service.get<{ entries: Entry[] }>(path).catch(suggest(component, service));
  return entries.map((entry) => ({ component, ...entry }));
}

/** Of the service's metrics those that tell of its health. */
const aboutHealth = [
  'holdfast_lifecycle_state',
  'holdfast_component_up',
  'holdfast_component_status',
  'holdfast_health_check_duration_seconds',
  'holdfast_recovery_attempts_total',
  'holdfast_breaker_state',
];

const metrics = spec({
  name: 'metrics',
  summary: 'the figures that alerts about health are made of',
  asks: 'service',
  examples: [['health metrics', 'what does the monitoring see?']],
  run: async ({ client }) => {
    const all = await client().get<{ metrics: Snapshot[] }>('/metrics/export', { format: 'json' });
    const json = { series: all.metrics.filter(({ name }) => aboutHealth.includes(name)).flatMap(seriesOf) };
    // Of the states of one thing, the one that it is in.
    const shown = json.series.filter(
      ({ labels, value }) => value !== 0 || !('state' in labels || 'status' in labels),
    );
    return {
      json,
      text: (view) =>
        table(view, shown, [
          { header: 'metric', cell: ({ metric }) => metric },
          { header: 'labels', cell: ({ labels }) => labelText(labels), flexible: true },
          { header: 'value', cell: ({ value }) => figure(value), align: 'right' },
        ]),
    };
  },
});

/** Of a histogram its count and its sum. */
const seriesOf = ({ name, values }: Snapshot) =>
  values
    .filter(
      ({ metricName }) => metricName === undefined || /_(count|sum)$/.test(metricName) || metricName === name,
    )
    .map(({ value, labels, metricName }) => ({ metric: metricName ?? name, labels, value }));

/** Says which component may have been meant. */
const suggest = (component: string | undefined, service: Client) => async (error: unknown) => {
  const unknown = error instanceof CliError && error.report.status === 404 && component !== undefined;
  throw unknown ? noComponent(component, await service.get<Health>('/health')) : error;
};
const noComponent = (component: string, { components: all }: Health): CliError => {
  const names = all.map(({ name }) => name);
  return new CliError(`There is no component ${component}.${didYouMean(component, names)}`, {
    remedy: `The components are ${names.join(', ')}.`,
  });
};

export const commands = [check, history, metrics, watch];
