import type { FlagRule, FlagScalar } from '../../contract';
import { option } from '../command';
import { usageError } from '../failure';
import { listOfNames } from '../input';
import { type Flag, ruleText } from './flag-text';

/** What an override may consist of, as it is typed. */
export interface OverrideOptions {
  readonly value?: string;
  readonly percentage?: number;
  readonly users?: readonly string[];
  readonly groups?: readonly string[];
  readonly start?: string;
  readonly end?: string;
}
export const rampOptions = [
  option('--start <time>', 'with --end: the share rises from 0 from then on (2027-01-31T08:00:00Z)'),
  option('--end <time>', 'with --start: the whole share is reached then'),
];
export const overrideOptions = [
  option('--value <value>', 'true, false, a number or a text: for everybody, or for those who are chosen'),
  option('--percentage <share>', 'on for that share of the targeting keys').argParser(percentageOf),
  option('--users <keys>', 'on for these targeting keys, separated by commas').argParser(listOfNames),
  option('--groups <names>', 'on for these groups, separated by commas').argParser(listOfNames),
  ...rampOptions,
];

/**
 * A plain value or a rule, as the admin API takes it.
 *
 * @throws CliError when the options do not say what the override is
 */
export function overrideOf(options: OverrideOptions, { type }: Pick<Flag, 'type'>): FlagScalar | FlagRule {
  const { value, percentage, users, groups, start, end } = options;
  if ((start === undefined) !== (end === undefined)) {
    throw usageError('A share rises between two times.', 'Give both --start and --end, or neither.');
  }
  const given = value === undefined ? {} : { value: typed(value, type) };
  const rules: FlagRule[] = [];
  if (start !== undefined && end !== undefined) {
    const times = { start: timeOf(start, '--start'), end: timeOf(end, '--end') };
    rules.push({
      strategy: 'GRADUAL',
      ...times,
      ...(percentage === undefined ? {} : { percentage }),
      ...given,
    });
  } else if (percentage !== undefined) rules.push({ strategy: 'PERCENTAGE', percentage, ...given });
  if (users) rules.push({ strategy: 'USERS', users, ...given });
  if (groups) rules.push({ strategy: 'GROUPS', groups, ...given });

  if (rules.length > 1) throw usageError('Only one of --percentage, --users and --groups can decide.');
  if (rules[0]) return rules[0];
  if (value !== undefined) return typed(value, type);
  throw usageError('What shall the flag be?', 'Say it by --value, --percentage, --users or --groups.');
}

/** What the flag would be, in the words of `ruleText`. */
export function becoming(before: Flag, override: FlagScalar | FlagRule): string {
  const after = { ...before, state: 'ENABLED' };
  if (typeof override !== 'object') {
    return ruleText({
      ...after,
      value: override,
      strategy: { strategy: override === false ? 'NONE' : 'ALL' },
    });
  }
  const prefix = override.value === undefined ? '' : `${override.value} for `;
  return prefix + ruleText({ ...after, strategy: override });
}

/** Also with a percent sign. */
export function percentageOf(given: string): number {
  const value = Number(given.replace(/\s*%$/, ''));
  if (/\d/.test(given) && value >= 0 && value <= 100) return value;
  throw usageError('A share must be a number from 0 to 100.', 'Such as 25, 0.5 or 25%.');
}

function typed(value: string, type: Flag['type']): FlagScalar {
  if (type === 'string') return value;
  if (type === 'number' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  throw usageError(`--value: must be ${type === 'boolean' ? 'true or false' : 'a number'}, as the flag is.`);
}

function timeOf(given: string, place: string): string {
  const hasZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(given);
  if (hasZone && !Number.isNaN(Date.parse(given))) return given;
  throw usageError(`${place}: must be a time with its zone.`, 'Such as 2027-01-31T08:00:00Z.');
}
