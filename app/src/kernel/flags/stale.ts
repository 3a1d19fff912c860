import {
  flags as definitions,
  type FlagDefinition,
  type FlagKey,
  flagKeys,
  strategyOf,
} from '../../contract';
import type { Flags } from './flags';

/** The day is over, the same for everybody for long, nobody asked this process. */
export const findingKinds = ['expired', 'settled', 'unused'] as const;
/** Days after which a flag that is the same for everybody counts as settled, unless the caller says otherwise. */
export const settledAfterDays = 30;

export interface StaleFlag {
  readonly key: FlagKey;
  readonly owner: string;
  readonly findings: readonly { readonly kind: (typeof findingKinds)[number]; readonly detail: string }[];
}
export interface StaleReport {
  readonly at: string;
  /** Evaluations are counted by this process alone, since then. */
  readonly countedSince: string;
  readonly flags: readonly StaleFlag[];
  /** Overrides of flags that this release doesn't have. */
  readonly unknownOverrides: readonly string[];
}

const dayMs = 86_400_000;

/**
 * Flags that should be removed or looked after. Operational switches (`expires: 'never'`) may stay what they are for
 * ever, and reserved flags are not read yet.
 *
 * @param settledDays days after which a flag that is the same for everybody counts as settled
 */
export function staleFlags(flags: Flags, now: Date, settledDays: number): StaleReport {
  const found = flagKeys.map((key) => {
    const definition: FlagDefinition = definitions[key];
    const findings: StaleFlag['findings'][number][] = [];
    if (definition.expires !== 'never' && new Date(definition.expires) < now) {
      findings.push({ kind: 'expired', detail: `was to be removed by ${definition.expires}` });
    }
    const since = new Date(flags.overrides?.current().get(key)?.updatedAt ?? definition.since);
    const settled = settledOf(flags, key);
    const days = Math.floor((now.getTime() - since.getTime()) / dayMs);
    if (definition.expires !== 'never' && settled && days >= settledDays) {
      findings.push({ kind: 'settled', detail: `${settled} for ${days} days` });
    }
    if (definition.wiredTo && flags.tally.total(key) === 0) {
      findings.push({ kind: 'unused', detail: `not evaluated, though ${definition.wiredTo} should` });
    }
    return { key, owner: definition.owner, findings };
  });
  return {
    at: now.toISOString(),
    countedSince: flags.tally.since.toISOString(),
    flags: found.filter(({ findings }) => findings.length > 0),
    unknownOverrides: [...(flags.overrides?.current().keys() ?? [])].filter((key) => !(key in definitions)),
  };
}

function settledOf(flags: Flags, key: FlagKey): string | undefined {
  const rule = strategyOf(flags.set.entry(key).flag);
  if (rule?.strategy === 'ALL' || (rule?.strategy === 'PERCENTAGE' && rule.percentage === 100))
    return '100 %';
  if (rule?.strategy === 'NONE' || (rule?.strategy === 'PERCENTAGE' && rule.percentage === 0)) return '0 %';
  return undefined;
}
