import { type FlagStrategy, flagKeys } from '../../contract';
import { didYouMean } from '../../kernel/did-you-mean';
import { type Client, segment } from '../client/client';
import { CliError } from '../failure';
import { fields, table } from '../output/table';
import { duration, time } from '../output/text';
import { stateOn, type View } from '../output/view';

/** A flag as the admin API tells it. */
export interface Flag {
  readonly key: string;
  readonly owner: string;
  readonly description: string;
  readonly expires: string;
  readonly client: boolean;
  readonly type: 'boolean' | 'number' | 'string';
  readonly layer: string;
  readonly strategy: FlagStrategy | { readonly strategy: 'CUSTOM' };
  readonly state: string;
  readonly value: boolean | number | string;
  readonly version: number;
  readonly updatedAt?: string;
  readonly updatedBy?: string;
}
export interface DetailedFlag extends Flag {
  readonly definition: unknown;
  readonly counts: Readonly<Record<string, number>>;
}

/** The rule in a few words. */
export function ruleText({ strategy: rule, state, value, type }: Flag): string {
  if (state === 'DISABLED') return 'disabled';
  switch (rule.strategy) {
    case 'ALL':
      return type === 'boolean' ? 'everybody' : `${value} for everybody`;
    case 'NONE':
      return type === 'boolean' ? 'nobody' : `${value} for everybody`;
    case 'PERCENTAGE':
      return `${rule.percentage} %`;
    case 'USERS':
      return `users ${rule.users.join(', ')}`;
    case 'GROUPS':
      return `groups ${rule.groups.join(', ')}`;
    case 'GRADUAL':
      return `0 to ${rule.percentage ?? 100} %, ${time(rule.start)} to ${time(rule.end)}`;
    case 'CUSTOM':
      return 'a rule of its own';
  }
}

export const flagTable = (view: View, flags: readonly Flag[]): string =>
  table(view, flags, [
    { header: 'flag', cell: ({ key }) => key },
    { header: 'value', cell: ({ value }) => String(value), paint: stateOn(view) },
    { header: 'on for', cell: ruleText, flexible: true },
    { header: 'from', cell: ({ layer }) => layer },
    { header: 'owner', cell: ({ owner }) => owner },
    { header: 'expires', cell: ({ expires }) => expires },
  ]);

export const flagFields = (view: View, flag: DetailedFlag): string =>
  fields(view, [
    ['flag', flag.key],
    ['value', `${flag.value}, without a targeting key`],
    ['on for', ruleText(flag)],
    ['from', flag.layer],
    ['version', flag.version || undefined],
    ['changed', flag.updatedAt && `${time(flag.updatedAt)} by ${flag.updatedBy}`],
    ['owner', flag.owner],
    ['expires', flag.expires],
    ['public', flag.client ? 'yes: browsers and apps may ask for it' : 'no'],
    ['evaluations', countText(flag.counts)],
    ['meaning', flag.description],
  ]);

export const countText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([variant, count]) => `${variant} ${count}`)
    .join(', ') || 'none since the start';

export const age = (since: string): string => duration((Date.now() - Date.parse(since)) / 1000);

/** @throws CliError with the key that may have been meant, when there is none of that name */
export async function readFlag(service: Client, key: string): Promise<DetailedFlag> {
  try {
    return await service.get<DetailedFlag>(`/flags/${segment(key)}`);
  } catch (error) {
    throw error instanceof CliError && error.report.code === 'RES_FLAG_NOT_FOUND' ? noFlag(key) : error;
  }
}

export const noFlag = (key: string): CliError =>
  new CliError(`There is no flag ${key}.${didYouMean(key, flagKeys)}`, {
    code: 'RES_FLAG_NOT_FOUND',
    remedy: '"holdfast flags list" names them all.',
  });
