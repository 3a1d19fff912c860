import { ConfigurationError } from '../core/errors';

/** GiB of memory of a `large`; doubled for `xlarge`, and n times that for `nxlarge`. */
const gibOfLarge = { t: 8, m: 8, r: 16 } as const;
/** Smaller ones, as parts of a `large`. */
const partsOfLarge: Readonly<Record<string, number>> = {
  micro: 1 / 8,
  small: 1 / 4,
  medium: 1 / 2,
  large: 1,
};

interface InstanceClass {
  /** GiB that the instance has. RDS takes a part of it for itself before it computes anything from it. */
  readonly memoryGiB: number;
  /** Its processors earn credits, and spend them above their baseline. */
  readonly burstable: boolean;
}

/** Alarms and connections depend on what an instance has, which Terraform doesn't know. */
export function instanceClass(name: string): InstanceClass {
  const [, family = '', size = ''] =
    /^db\.([tmr])\d[a-z]*\.(micro|small|medium|large|\d*xlarge)$/.exec(name) ?? [];
  if (!(family in gibOfLarge)) {
    throw new ConfigurationError([
      `"${name}" must be an RDS instance class of the families t, m or r: the memory of others isn't known here`,
    ]);
  }
  const times = partsOfLarge[size] ?? 2 * Number(size.replace('xlarge', '') || 1);
  return { memoryGiB: gibOfLarge[family as keyof typeof gibOfLarge] * times, burstable: family === 't' };
}
