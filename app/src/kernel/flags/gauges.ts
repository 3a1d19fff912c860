import { flagKeys, shareAt, strategyOf } from '../../contract';
import type { Metrics } from '../metrics';
import type { Flags } from './flags';
import { findingKinds, settledAfterDays, staleFlags } from './stale';

/**
 * Writes what the flags in force are into the metrics. Called before the metrics are read, not when a flag is
 * evaluated: a ramp rises, and a flag expires, without anybody doing anything.
 */
export function writeFlagGauges(flags: Flags, metrics: Metrics, now: Date): void {
  for (const flag of flagKeys) {
    const { layer, flag: definition } = flags.set.entry(flag);
    metrics.holdfast_flag_overridden.set({ flag }, layer === 'override' ? 1 : 0);
    const rule = definition.state === 'ENABLED' ? strategyOf(definition) : undefined;
    const share = rule && shareAt(rule, now);
    if (share === undefined) metrics.holdfast_flag_rollout_ratio.remove({ flag });
    else metrics.holdfast_flag_rollout_ratio.set({ flag }, share);
  }
  const found = new Set(
    staleFlags(flags, now, settledAfterDays).flags.flatMap(({ key, findings }) =>
      findings.map(({ kind }) => `${key} ${kind}`),
    ),
  );
  for (const flag of flagKeys) {
    for (const finding of findingKinds) {
      metrics.holdfast_flag_stale.set({ flag, finding }, found.has(`${flag} ${finding}`) ? 1 : 0);
    }
  }
}
