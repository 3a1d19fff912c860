import { z } from 'zod';

export type FlagScalar = boolean | number | string;

/** Whom a flag is on for. Everybody else gets what the flag is when it is off. */
export type FlagStrategy =
  | { readonly strategy: 'ALL' }
  | { readonly strategy: 'NONE' }
  /** That share of the targeting keys, 0 to 100 in steps of 0.01; always the same ones, and more of them as it rises. */
  | { readonly strategy: 'PERCENTAGE'; readonly percentage: number }
  /** Requests whose targeting key is listed. */
  | { readonly strategy: 'USERS'; readonly users: readonly string[] }
  /** Requests whose `groups` hold one of these. */
  | { readonly strategy: 'GROUPS'; readonly groups: readonly string[] }
  /** A share that rises evenly from nothing at `start` to `percentage` (default 100) at `end`, both RFC 3339 times. */
  | {
      readonly strategy: 'GRADUAL';
      readonly start: string;
      readonly end: string;
      readonly percentage?: number;
    };

/** A strategy, and for flags that are no booleans the value of those whom it is on for (default: the flag's default). */
export type FlagRule<T extends FlagScalar = FlagScalar> = FlagStrategy & { readonly value?: T };

/** One flag in flagd's format, with the variants `on` and `off`. */
export interface RenderedFlag {
  readonly state: 'ENABLED' | 'DISABLED';
  readonly variants: Readonly<Record<string, FlagScalar>>;
  readonly defaultVariant: string;
  readonly targeting?: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const whole = 10_000;
/** Weight of a share among 10,000, in hundredths of a percent: a whole number, as flagd wants it. */
export const shareWeight = (percentage: number): number => Math.round((percentage / 100) * whole);
const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000);
const timestamp = { var: '$flagd.timestamp' };

/** flagd's targeting of a strategy; nothing where everybody gets the same. */
export function renderTargeting(rule: FlagStrategy): Record<string, unknown> | undefined {
  switch (rule.strategy) {
    case 'ALL':
    case 'NONE':
      return undefined;
    case 'PERCENTAGE':
      return share(shareWeight(rule.percentage));
    case 'USERS':
      return { if: [{ in: [{ var: 'targetingKey' }, [...rule.users]] }, 'on', 'off'] };
    case 'GROUPS':
      return { if: [{ some: [{ var: 'groups' }, { in: [{ var: '' }, [...rule.groups]] }] }, 'on', 'off'] };
    case 'GRADUAL':
      return ramp(rule);
  }
}

const share = (on: number) => ({
  fractional: [
    ['on', on],
    ['off', whole - on],
  ],
});

/**
 * The weights always add up to the same sum, so that a key's place does not move and nobody loses the flag while
 * the share rises. At the end the share stays what it is.
 */
function ramp({ start, end, percentage = 100 }: FlagStrategy & { strategy: 'GRADUAL' }) {
  const [from, to] = [seconds(start), seconds(end)];
  // Hundredths of a percent per second would overflow flagd's 32 bits after 59 hours: whole percents last 248 days.
  const top = Math.round(percentage);
  const elapsed = { '*': [{ '-': [timestamp, from] }, top] };
  const rising = {
    fractional: [
      ['on', elapsed],
      ['off', { '-': [(to - from) * 100, elapsed] }],
    ],
  };
  return {
    if: [{ '>=': [timestamp, to] }, share(shareWeight(top)), { '<': [timestamp, from] }, 'off', rising],
  };
}

const percentage = z
  .number()
  .min(0)
  .max(100)
  .refine(
    (value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6,
    'must have at most two decimals',
  );
const time = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time such as 2027-01-31T08:00:00Z' });
const names = z.array(z.string().min(1)).min(1).max(1000);
/** Longest ramp that flagd's 32-bit weights can carry, in days. */
const longestRampDays = 240;

/** What is wrong with a rule, for a flag of the given type. */
export function flagRuleSchema(sample: FlagScalar) {
  const value = typeof sample === 'boolean' ? z.never().optional() : scalarSchema(sample).optional();
  return z
    .discriminatedUnion(
      'strategy',
      [
        z.strictObject({ strategy: z.literal('ALL'), value }),
        z.strictObject({ strategy: z.literal('NONE'), value }),
        z.strictObject({ strategy: z.literal('PERCENTAGE'), percentage, value }),
        z.strictObject({ strategy: z.literal('USERS'), users: names, value }),
        z.strictObject({ strategy: z.literal('GROUPS'), groups: names, value }),
        z.strictObject({
          strategy: z.literal('GRADUAL'),
          start: time,
          end: time,
          percentage: z.number().int().min(1).max(100).optional(),
          value,
        }),
      ],
      { error: 'must be one of "ALL", "NONE", "PERCENTAGE", "USERS", "GROUPS", "GRADUAL"' },
    )
    .superRefine((rule, context) => {
      if (rule.strategy !== 'GRADUAL') return;
      const length = seconds(rule.end) - seconds(rule.start);
      if (length > 0 && length <= longestRampDays * 86_400) return;
      const message = `must be after start, by at most ${longestRampDays} days`;
      context.addIssue({ code: 'custom', path: ['end'], message });
    });
}

function scalarSchema(sample: FlagScalar): z.ZodType<FlagScalar> {
  if (typeof sample === 'boolean') return z.boolean();
  return typeof sample === 'number' ? z.number() : z.string();
}

/** A plain value or a rule, as environments and the admin API give it. */
export function flagOverrideSchema<T extends FlagScalar>(sample: T): z.ZodType<T | FlagRule<T>> {
  // Not z.union: that would say "invalid input", and not what is wrong.
  return z.unknown().superRefine((given, context) => {
    const isRule = typeof given === 'object' && given !== null;
    const result = (isRule ? flagRuleSchema(sample) : scalarSchema(sample)).safeParse(given, {
      reportInput: true,
    });
    for (const issue of result.error?.issues ?? []) context.addIssue({ ...issue } as never);
  }) as unknown as z.ZodType<T | FlagRule<T>>;
}

/** The strategy that a rendered flag stands for; nothing where somebody wrote the targeting by hand. */
export function strategyOf(
  flag: Pick<RenderedFlag, 'targeting' | 'defaultVariant'>,
): FlagStrategy | undefined {
  const { targeting, defaultVariant } = flag;
  if (!targeting || Object.keys(targeting).length === 0) {
    if (defaultVariant === 'on') return { strategy: 'ALL' };
    return defaultVariant === 'off' ? { strategy: 'NONE' } : undefined;
  }
  const guess = guessOf(targeting);
  const same = guess && JSON.stringify(renderTargeting(guess)) === JSON.stringify(targeting);
  return same ? guess : undefined;
}

/** Share of the targeting keys, 0 to 1, that a strategy is on for at a time; nothing where it names them one by one. */
export function shareAt(rule: FlagStrategy, at: Date): number | undefined {
  switch (rule.strategy) {
    case 'ALL':
      return 1;
    case 'NONE':
      return 0;
    case 'PERCENTAGE':
      return rule.percentage / 100;
    case 'GRADUAL': {
      const [from, to] = [Date.parse(rule.start), Date.parse(rule.end)];
      const elapsed = Math.min(Math.max((at.getTime() - from) / (to - from), 0), 1);
      return (elapsed * (rule.percentage ?? 100)) / 100;
    }
    case 'USERS':
    case 'GROUPS':
      return undefined;
  }
}

/** Reads the numbers where `renderTargeting` puts them; whether they were put there is checked by rendering again. */
function guessOf(targeting: Readonly<Record<string, unknown>>): FlagStrategy | undefined {
  const at = (...path: (string | number)[]): unknown =>
    path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], targeting);
  const on = at('fractional', 0, 1);
  if (typeof on === 'number') return { strategy: 'PERCENTAGE', percentage: on / 100 };
  const users = at('if', 0, 'in', 1);
  if (Array.isArray(users)) return { strategy: 'USERS', users };
  const groups = at('if', 0, 'some', 1, 'in', 1);
  if (Array.isArray(groups)) return { strategy: 'GROUPS', groups };
  const [to, from, top] = [at('if', 0, '>=', 1), at('if', 2, '<', 1), at('if', 1, 'fractional', 0, 1)];
  if (typeof to !== 'number' || typeof from !== 'number' || typeof top !== 'number') return undefined;
  const iso = (value: number) => new Date(value * 1000).toISOString();
  return { strategy: 'GRADUAL', start: iso(from), end: iso(to), percentage: top / 100 };
}
