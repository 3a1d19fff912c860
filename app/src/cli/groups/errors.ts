import { errors as contractErrors, severities } from '../../contract';
import { didYouMean } from '../../kernel/did-you-mean';
import { segment } from '../client/client';
import { argument, option, spec, whole } from '../command';
import { confirm } from '../confirm';
import { CliError, usageError } from '../failure';
import { fields, table } from '../output/table';
import { lines, since, time } from '../output/text';
import { stateOn, type View } from '../output/view';

interface Report {
  readonly id: string;
  readonly at: string;
  readonly code: string;
  readonly severity: string;
  readonly status: number;
  readonly detail?: string;
  readonly correlationId?: string;
  readonly traceId?: string;
  readonly route?: string;
  readonly cause?: { name: string; message: string; stack?: string };
}
interface Stats {
  readonly totals: Record<string, number>;
  readonly lastMinute: Record<string, number>;
  readonly lastFiveMinutes: Record<string, number>;
  readonly alerts: readonly {
    at: string;
    code: string;
    severity: string;
    count: number;
    windowSeconds: number;
  }[];
}
interface Breaker {
  readonly dependency: string;
  readonly state: string;
  readonly since: string;
  readonly cause?: string;
}
const codes = Object.keys(contractErrors);
/** Those that every service has; others come with the foreign services that it calls. */
const knownBreakers = ['database', 'cache', 'rate_limits'];

const stats = spec({
  name: 'stats',
  summary: 'how many errors of each code, and alerts about too many',
  asks: 'service',
  examples: [['errors stats', 'since the start, and in the last minutes']],
  run: async ({ client }) => {
    const json = await client().get<Stats>('/errors/stats');
    const rows = Object.entries(json.totals).sort(([, a], [, b]) => b - a);
    return {
      json,
      text: (view) =>
        rows.length === 0
          ? 'No errors since the start.\n'
          : lines(
              table(view, rows, [
                { header: 'code', cell: ([code]) => code },
                { header: '1 min', cell: ([code]) => json.lastMinute[code] ?? 0, align: 'right' },
                { header: '5 min', cell: ([code]) => json.lastFiveMinutes[code] ?? 0, align: 'right' },
                { header: 'since start', cell: ([, total]) => total, align: 'right' },
              ]),
              ...(json.alerts.length === 0 ? [] : ['\n']),
              json.alerts.length === 0
                ? ''
                : table(view, json.alerts, [
                    { header: 'alert at', cell: ({ at }) => time(at) },
                    { header: 'severity', cell: ({ severity }) => severity, paint: stateOn(view) },
                    { header: 'code', cell: ({ code }) => code },
                    {
                      header: 'errors',
                      cell: ({ count, windowSeconds }) => `${count} in ${windowSeconds} s`,
                    },
                  ]),
            ),
    };
  },
});

const recent = spec<{ limit: number; code?: string; severity?: string }>({
  name: 'recent',
  summary: 'the last errors of this process, the newest first',
  asks: 'service',
  options: [
    option('--limit <count>', 'how many').argParser(whole(1, 200)).default(20),
    option('--code <code>', 'only those', codes),
    option('--severity <severity>', 'only those').choices(severities),
  ],
  examples: [
    ['errors recent', 'what went wrong lately?'],
    ['errors recent --severity high --limit 5', 'the worst only'],
  ],
  run: async ({ client, options: { limit, code, severity } }) => {
    if (code !== undefined && !codes.includes(code)) {
      throw usageError(
        `--code: there is no code ${code}.${didYouMean(code, codes)}`,
        'docs/errors.md lists them.',
      );
    }
    const json = await client().get<{ errors: Report[] }>('/errors/recent', { limit, code, severity });
    return {
      json,
      text: (view) =>
        json.errors.length === 0
          ? 'None is remembered.\n'
          : table(view, json.errors, [
              { header: 'at', cell: ({ at }) => time(at) },
              { header: 'severity', cell: (each) => each.severity, paint: stateOn(view) },
              { header: 'code', cell: (each) => each.code },
              { header: 'route', cell: ({ route }) => route },
              { header: 'detail', cell: ({ detail, cause }) => detail ?? cause?.message, flexible: true },
              { header: 'id', cell: ({ correlationId, id }) => correlationId ?? id },
            ]),
    };
  },
});

const show = spec({
  name: 'show',
  summary: 'one error: all that is known of it',
  asks: 'service',
  arguments: [argument('<id>', 'id, or the correlation id of an answer')],
  examples: [
    ['errors show 0198c1f4-9a53-7bd2-a4d4-2f1f5f9be3a1', 'by the correlation id that a client was told'],
  ],
  run: async ({ client, args: [id = ''] }) => {
    const json = await client().get<{ errors: Report[] }>(`/errors/${segment(id)}`);
    return { json, text: (view) => json.errors.map((each) => details(view, each)).join('\n') };
  },
});

const details = (view: View, error: Report): string =>
  fields(view, [
    ['code', error.code],
    ['severity', error.severity, stateOn(view)],
    ['at', time(error.at)],
    ['status', error.status],
    ['route', error.route],
    ['detail', error.detail],
    ['cause', error.cause && `${error.cause.name}: ${error.cause.message}`],
    ['correlation id', error.correlationId],
    ['trace id', error.traceId],
    ['id', error.id],
    // The stack trace is for --json: it names places in the code, and means nothing to an operator.
  ]);

const breakerTable = (view: View, breakers: readonly Breaker[]): string =>
  table(view, breakers, [
    { header: 'dependency', cell: ({ dependency }) => dependency },
    { header: 'state', cell: ({ state }) => state, paint: stateOn(view) },
    { header: 'for', cell: (each) => since(each.since), align: 'right' },
    { header: 'because', cell: ({ cause }) => cause, flexible: true },
  ]);

const breakers = spec({
  name: 'breakers',
  summary: 'circuit breakers: which dependency is left alone, since when and why',
  details: 'Exits with 1 when one is open.',
  asks: 'service',
  examples: [['errors breakers', 'is a dependency left alone?']],
  run: async ({ client }) => {
    const json = await client().get<{ breakers: Breaker[] }>('/errors/breakers');
    const open = json.breakers.some(({ state }) => state === 'open');
    return { json, exitCode: open ? 1 : 0, text: (view) => breakerTable(view, json.breakers) };
  },
});

const resetBreaker = spec({
  name: 'reset-breaker',
  summary: 'close a circuit breaker by hand, so that the dependency is asked again',
  asks: 'service',
  changes: true,
  arguments: [argument('<dependency>', 'as "errors breakers" names it', knownBreakers)],
  examples: [['errors reset-breaker cache --yes', 'after the cache was mended']],
  run: async ({ cli, client, options, args: [dependency = ''] }) => {
    const service = client();
    const { breakers: all } = await service.get<{ breakers: Breaker[] }>('/errors/breakers');
    const known = all.map((each) => each.dependency);
    if (!known.includes(dependency)) {
      const hint = didYouMean(dependency, known);
      throw new CliError(`There is no breaker ${dependency}.${hint}`, {
        remedy: `The breakers are ${known.join(', ')}.`,
      });
    }
    await confirm(cli, options, `Let ${service.url} ask ${dependency} again`);
    const json = await service.post<Breaker>(`/errors/breakers/${segment(dependency)}/reset`);
    return { json, text: (view) => breakerTable(view, [json]) };
  },
});

export const commands = [stats, recent, show, breakers, resetBreaker];
