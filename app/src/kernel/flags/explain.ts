import { flags as definitions, type FlagKey, type FlagScalar, strategyOf } from '../../contract';
import { bucketOf, places } from './bucket';
import { type FlagContext, type FlagDetails, type LayerName, layerNames } from './flag-set';
import type { Flags } from './flags';

export interface Explanation extends FlagDetails {
  readonly key: FlagKey;
  /** The layer whose definition is in force, and the version of the override where it is one. */
  readonly layer: LayerName;
  readonly version?: number;
  /** What each layer would serve by itself; nothing where it says nothing about the flag. */
  readonly layers: Readonly<Partial<Record<LayerName, string>>>;
  /** The strategy in force, or the targeting where somebody wrote it by hand. */
  readonly rule: unknown;
  /**
   * The place of the targeting key among 10,000: a share of 25 % is on for the places 0 to 2499. Nothing without a
   * targeting key.
   */
  readonly bucket?: number;
  readonly requires: readonly { readonly key: FlagKey; readonly value: FlagScalar }[];
  readonly because: string;
}

/** Why the flag is what it is for that context. Counts as no evaluation. */
export function explain(flags: Flags, key: FlagKey, context: FlagContext = {}): Explanation {
  const { set } = flags;
  const { layer, flag, requires } = set.entry(key);
  const details = set.evaluate(key, context);
  const bucket = context.targetingKey ? bucketOf(key, context.targetingKey) : undefined;
  const given = layerNames.filter((name) => set.layers[name][key]);
  return {
    key,
    ...details,
    layer,
    version: layer === 'override' ? flags.overrides?.current().get(key)?.version : undefined,
    layers: Object.fromEntries(given.map((name) => [name, describe(set.layers[name][key])])),
    rule: strategyOf(flag) ?? flag.targeting,
    bucket,
    requires: requires.map((required) => ({
      key: required.key,
      value: set.evaluate(required.key, context).value,
    })),
    because: reasonOf(details, layer, describe(flag), bucket),
  };
}

const sources = { default: 'the contract', file: 'the flag file', override: 'an override at run time' };

function reasonOf(details: FlagDetails, layer: LayerName, rule: string, bucket: number | undefined): string {
  if (details.unmet) return `off, because the flag "${details.unmet}", which it requires, is not on here`;
  if (details.reason === 'DISABLED') return `disabled by ${sources[layer]}: the code's default is served`;
  if (details.reason === 'ERROR')
    return `${rule}, by ${sources[layer]}; it cannot be evaluated for this context: the code's default is served`;
  if (details.reason === 'DEFAULT')
    return `${rule}, by ${sources[layer]}; the context lacks what that rule asks for`;
  const place =
    details.reason === 'SPLIT' && bucket !== undefined ? `; the key has place ${bucket} of ${places}` : '';
  return `${rule}, by ${sources[layer]}${place}: variant "${details.variant}"`;
}

function describe(flag: Parameters<typeof strategyOf>[0] | undefined): string {
  const rule = flag && strategyOf(flag);
  if (!rule) return 'a targeting rule written by hand';
  switch (rule.strategy) {
    case 'ALL':
      return 'on for everybody';
    case 'NONE':
      return 'off for everybody';
    case 'PERCENTAGE':
      return `on for ${rule.percentage} %`;
    case 'USERS':
      return `on for ${rule.users.length} listed users`;
    case 'GROUPS':
      return `on for the groups ${rule.groups.join(', ')}`;
    case 'GRADUAL':
      return `rising from 0 to ${rule.percentage} % from ${rule.start} to ${rule.end}`;
  }
}

/** Whether the flag is known. */
export const isFlagKey = (key: string): key is FlagKey => Object.hasOwn(definitions, key);
