import { type FlagKey, flagKeys } from '../../contract';
import type { FlagDetails } from './flag-set';

/** Counts by variant. Cheap enough for every evaluation: no time is read and nothing is allocated. */
export class Tally {
  readonly since = new Date();
  readonly #counts = Object.fromEntries(
    flagKeys.map((key) => [key, new Map<string, { count: number; reported: number }>()]),
  ) as Record<FlagKey, Map<string, { count: number; reported: number }>>;

  count(key: FlagKey, { variant = 'disabled' }: FlagDetails): void {
    const counted = this.#counts[key].get(variant);
    if (counted) counted.count += 1;
    else this.#counts[key].set(variant, { count: 1, reported: 0 });
  }

  /** Evaluations by variant; empty where nobody asked. */
  of(key: FlagKey): Record<string, number> {
    return Object.fromEntries([...this.#counts[key]].map(([variant, { count }]) => [variant, count]));
  }

  total(key: FlagKey): number {
    return Object.values(this.of(key)).reduce((sum, count) => sum + count, 0);
  }

  /** Hands out what came since the last call, for the metrics. */
  report(add: (flag: string, variant: string, count: number) => void): void {
    for (const key of flagKeys) {
      for (const [variant, counted] of this.#counts[key]) {
        if (counted.count > counted.reported) add(key, variant, counted.count - counted.reported);
        counted.reported = counted.count;
      }
    }
  }
}
