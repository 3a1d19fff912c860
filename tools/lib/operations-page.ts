/** What happens by itself, and when: docs/operations.md, read from what is synthesised. */
import type { SynthesisedStack } from './synthesise';

type Values = Readonly<Record<string, unknown>>;

interface Row {
  readonly what: string;
  readonly when: string;
}

const ofType = (stacks: readonly SynthesisedStack[], type: string): Values[] =>
  stacks.flatMap(({ json }) => Object.values(json.resource?.[type] ?? {}));
const first = (value: unknown): Values => ([value].flat()[0] ?? {}) as Values;

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const two = (digits: string): string => digits.padStart(2, '0');

/** AWS's `cron(minute hour day month weekday year)` in words, in UTC; as it is where the words would be long. */
export function inWords(cron: string): string {
  const match = /^cron\((\d+) ([\d,-]+) (\S+) \S+ (\S+) \S+\)$/.exec(cron);
  if (!match) return cron;
  const [, minute = '', hour = '', day = '', weekday = ''] = match;
  const time = hour.includes('-')
    ? `at minute ${minute} of each hour from ${hour.replace('-', ' to ')}`
    : `at ${two(hour)}:${two(minute)}`;
  if (/^\d+$/.test(day)) return `on day ${day} of the month ${time}`;
  // AWS counts weekdays from 1, Sunday.
  const named = /^[1-7]$/.test(weekday)
    ? weekdays[Number(weekday) - 1]
    : weekdays.find((name) => name.slice(0, 3).toUpperCase() === weekday);
  if (named) return `${named}s ${time}`;
  return hour.includes('-') ? time : `daily ${time}`;
}

/** `sun:03:00-sun:04:00` as AWS writes windows of a week. */
export const weekly = (window: string): string => {
  const [, day = '', from = '', to = ''] = /^(\w{3}):([\d:]+)-\w{3}:([\d:]+)$/.exec(window) ?? [];
  const named = weekdays.find((name) => name.slice(0, 3).toLowerCase() === day);
  return named ? `${named}s ${from} to ${to}` : window;
};

export function schedule(stacks: readonly SynthesisedStack[]): Row[] {
  const databases = ofType(stacks, 'aws_db_instance');
  const primary = databases.find(({ backup_window: window }) => window !== undefined) ?? {};
  const [cache = {}] = ofType(stacks, 'aws_elasticache_replication_group');
  const plans = stacks.flatMap(({ json }) => Object.entries(json.resource?.['aws_backup_plan'] ?? {}));
  return [
    {
      what: 'RDS’ own backup',
      when: `daily ${String(primary['backup_window'] ?? '–').replace('-', ' to ')}`,
    },
    { what: 'RDS may maintain', when: weekly(String(primary['maintenance_window'] ?? '–')) },
    { what: 'ElastiCache may maintain', when: weekly(String(cache['maintenance_window'] ?? '–')) },
    ...plans.flatMap(([name, plan]) =>
      [plan['rule']].flat().map((rule) => ({
        what: `backup of the ${name.split('_')[0]}, ${String(first(rule)['rule_name'])}`,
        when: inWords(String(first(rule)['schedule'])),
      })),
    ),
    ...ofType(stacks, 'aws_backup_restore_testing_plan').map(({ schedule_expression: at }) => ({
      what: 'restore test',
      when: inWords(String(at)),
    })),
    ...stacks.flatMap(({ json }) =>
      Object.entries(json.resource?.['aws_secretsmanager_secret_rotation'] ?? {}).map(([name, rotation]) => ({
        what: `new keys: ${(name.split('_')[0] ?? '').replaceAll('-', ' ')}`,
        when: `every ${String(first(rotation['rotation_rules'])['automatically_after_days'])} days`,
      })),
    ),
  ];
}

/** A column an environment; times in UTC. */
export function scheduleTable(stacks: readonly SynthesisedStack[], environments: readonly string[]): string {
  const all = environments.map((name) => schedule(stacks.filter(({ environment }) => environment === name)));
  const whats = [...new Set(all.flatMap((rows) => rows.map(({ what }) => what)))];
  const cell = (rows: readonly Row[], what: string) => rows.find((row) => row.what === what)?.when ?? '–';
  return [
    `| UTC | ${environments.join(' | ')} |`,
    `| --- |${environments.map(() => ' --- |').join('')}`,
    ...whats.map((what) => `| ${what} | ${all.map((rows) => cell(rows, what)).join(' | ')} |`),
  ].join('\n');
}
