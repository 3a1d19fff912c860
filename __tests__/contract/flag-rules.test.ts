import fc from 'fast-check';
import {
  type FlagDefinition,
  type FlagStrategy,
  flagOverrideSchema,
  flagRuleSchema,
  flags,
  renderFlag,
  renderFlagFile,
  strategyOf,
} from '../../app/src/contract';
import { bucketOf } from '../../app/src/kernel/flags/bucket';
import { defaultLayer, FlagSet } from '../../app/src/kernel/flags/flag-set';

const on = (rule: FlagStrategy) => {
  const set = new FlagSet({
    default: defaultLayer,
    file: { beta_ui: renderFlag(flags.beta_ui, rule) },
    override: {},
  });
  return (targetingKey: string, groups: string[] = []) =>
    set.evaluate('beta_ui', { targetingKey, groups }).value as boolean;
};
const key = fc.string({ minLength: 1, maxLength: 40 });
const percentage = fc.integer({ min: 0, max: 10_000 }).map((value) => value / 100);
const names = fc.uniqueArray(key, { minLength: 1, maxLength: 5 });
const second = 1_800_000_000_000;
const time = fc.integer({ min: 0, max: 200 * 86_400 }).map((offset) => new Date(second + offset * 1000));
const ramp = fc
  .tuple(time, time, fc.integer({ min: 1, max: 100 }))
  .filter(([a, b]) => a.getTime() !== b.getTime())
  .map(([a, b, top]): FlagStrategy & { strategy: 'GRADUAL' } => {
    const [start, end] = a < b ? [a, b] : [b, a];
    return { strategy: 'GRADUAL', start: start.toISOString(), end: end.toISOString(), percentage: top };
  });
const strategy: fc.Arbitrary<FlagStrategy> = fc.oneof(
  fc.constant<FlagStrategy>({ strategy: 'ALL' }),
  fc.constant<FlagStrategy>({ strategy: 'NONE' }),
  percentage.map((share): FlagStrategy => ({ strategy: 'PERCENTAGE', percentage: share })),
  names.map((users): FlagStrategy => ({ strategy: 'USERS', users })),
  names.map((groups): FlagStrategy => ({ strategy: 'GROUPS', groups })),
  ramp,
);
const at = <T>(moment: Date, work: () => T): T => {
  jest.useFakeTimers({ now: moment, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  try {
    return work();
  } finally {
    jest.useRealTimers();
  }
};

it('gives everybody, nobody, listed users and groups what they get', () => {
  expect(on({ strategy: 'ALL' })('u')).toBe(true);
  expect(on({ strategy: 'NONE' })('u')).toBe(false);
  expect(['u', 'v', 'w'].map((user) => on({ strategy: 'USERS', users: ['u', 'v'] })(user))).toEqual([
    true,
    true,
    false,
  ]);
  const grouped = on({ strategy: 'GROUPS', groups: ['staff', 'beta'] });
  expect([grouped('u', ['beta', 'x']), grouped('u', ['x']), grouped('u')]).toEqual([true, false, false]);
});

it('a share is the same for the same key, also in another process’s set', () => {
  fc.assert(
    fc.property(percentage, key, (share, user) => {
      const rule = { strategy: 'PERCENTAGE', percentage: share } as const;
      expect(on(rule)(user)).toBe(on(rule)(user));
    }),
    { numRuns: 50 },
  );
});

it('raising a share never removes a user', () => {
  fc.assert(
    fc.property(percentage, percentage, fc.array(key, { minLength: 20, maxLength: 20 }), (a, b, users) => {
      const lower = on({ strategy: 'PERCENTAGE', percentage: Math.min(a, b) });
      const higher = on({ strategy: 'PERCENTAGE', percentage: Math.max(a, b) });
      for (const user of users) if (lower(user)) expect(higher(user)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

it('0 % is nobody and 100 % everybody', () => {
  const [none, all] = [0, 100].map((share) => on({ strategy: 'PERCENTAGE', percentage: share }));
  fc.assert(
    fc.property(key, (user) => {
      expect([none?.(user), all?.(user)]).toEqual([false, true]);
    }),
  );
});

it.each([1, 5, 10, 25, 30, 50, 90])('%d %% of 20,000 users is that share within a point', (share) => {
  const chosen = on({ strategy: 'PERCENTAGE', percentage: share });
  const count = Array.from({ length: 20_000 }, (_, index) => chosen(`user-${index}`)).filter(Boolean).length;
  expect(Math.abs(count / 200 - share)).toBeLessThan(1);
});

it('flags choose independently: half of one half gets the other', () => {
  const half = { strategy: 'PERCENTAGE', percentage: 50 } as const;
  const file = {
    beta_ui: renderFlag(flags.beta_ui, half),
    mfa_enforcement: renderFlag(flags.mfa_enforcement, half),
  };
  const set = new FlagSet({ default: defaultLayer, file, override: {} });
  const users = Array.from({ length: 20_000 }, (_, index) => ({ targetingKey: `user-${index}` }));
  const both = users.filter(
    (user) => set.evaluate('beta_ui', user).value && set.evaluate('mfa_enforcement', user).value,
  );
  expect(Math.abs(both.length / 200 - 25)).toBeLessThan(1.5);
});

it('a ramp never removes a user as time goes on, and ends as its share', () => {
  fc.assert(
    fc.property(ramp, time, time, fc.array(key, { minLength: 10, maxLength: 10 }), (rule, a, b, users) => {
      const chosen = on(rule);
      const [earlier, later] = a < b ? [a, b] : [b, a];
      const [before, after] = [earlier, later].map((moment) =>
        at(moment, () => users.map((user) => chosen(user))),
      );
      users.forEach((_, index) => {
        if (before?.[index]) expect(after?.[index]).toBe(true);
      });
      const share = on({ strategy: 'PERCENTAGE', percentage: rule.percentage ?? 100 });
      const ended = at(new Date(Date.parse(rule.end) + 1000), () => users.map((user) => chosen(user)));
      const last = at(new Date(Date.parse(rule.end) - 1000), () => users.map((user) => chosen(user)));
      expect(ended).toEqual(users.map((user) => share(user)));
      users.forEach((_, index) => {
        if (last[index]) expect(ended[index]).toBe(true);
      });
      const unstarted = at(new Date(Date.parse(rule.start) - 1000), () => users.map((user) => chosen(user)));
      expect(unstarted).not.toContain(true);
    }),
    { numRuns: 60 },
  );
});

it('a ramp is half-way half-way', () => {
  const [start, end] = [second, second + 100 * 86_400_000].map((moment) => new Date(moment).toISOString());
  const chosen = on({ strategy: 'GRADUAL', start: start ?? '', end: end ?? '', percentage: 60 });
  const count = at(new Date(second + 50 * 86_400_000), () =>
    Array.from({ length: 10_000 }, (_, index) => chosen(`user-${index}`)),
  ).filter(Boolean).length;
  expect(Math.abs(count / 100 - 30)).toBeLessThan(1.5);
});

it('a place decides a share as explained: on exactly when the place is below it', () => {
  fc.assert(
    fc.property(percentage, key, (share, user) => {
      const place = bucketOf('beta_ui', user);
      expect(on({ strategy: 'PERCENTAGE', percentage: share })(user)).toBe(place < Math.round(share * 100));
    }),
    { numRuns: 50 },
  );
});

it('every strategy is read back from what it was rendered to, and is valid', () => {
  fc.assert(
    fc.property(strategy, (rule) => {
      expect(strategyOf(renderFlag(flags.beta_ui, rule))).toEqual(rule);
      expect(flagRuleSchema(true).safeParse(rule).success).toBe(true);
    }),
  );
});

it('targeting that was written by hand is no strategy', () => {
  const targeting = { if: [{ '==': [{ var: 'plan' }, 'gold'] }, 'on', 'off'] };
  expect(strategyOf({ targeting, defaultVariant: 'off' })).toBeUndefined();
});

it('numbers and strings are on with the value of the rule, and off with their default', () => {
  const definition = { ...flags.aggregation_batch_limit, default: 'slow' } satisfies FlagDefinition;
  const rule = { strategy: 'USERS', users: ['u'], value: 'fast' } as const;
  expect(renderFlag(definition, rule)).toMatchObject({
    variants: { on: 'fast', off: 'slow' },
    defaultVariant: 'off',
  });
  expect(renderFlag(definition, 'other')).toMatchObject({
    variants: { on: 'other', off: 'slow' },
    defaultVariant: 'on',
  });
  const file = renderFlagFile({
    aggregation_batch_limit: { strategy: 'GROUPS', groups: ['g'], value: 7 },
  }).flags;
  const set = new FlagSet({ default: defaultLayer, file, override: {} });
  const of = (groups: string[]) =>
    set.evaluate('aggregation_batch_limit', { targetingKey: 'u', groups }).value;
  expect([of(['g']), of([])]).toEqual([7, 100]);
});

const problems = (sample: boolean | number | string, given: unknown) =>
  (flagOverrideSchema(sample).safeParse(given).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
it.each([
  [true, 'yes', /expected boolean/],
  [100, true, /expected number/],
  [true, { strategy: 'SOME' }, /strategy: must be one of "ALL", "NONE"/],
  [true, { strategy: 'PERCENTAGE', percentage: 101 }, /percentage: .*100/],
  [true, { strategy: 'PERCENTAGE', percentage: 0.001 }, /percentage: must have at most two decimals/],
  [true, { strategy: 'PERCENTAGE' }, /percentage: /],
  [true, { strategy: 'USERS', users: [] }, /users: /],
  [true, { strategy: 'ALL', value: true }, /value: /],
  [
    true,
    { strategy: 'GRADUAL', start: 'soon', end: '2027-01-01T00:00:00Z' },
    /start: must be an RFC 3339 time/,
  ],
  [
    true,
    { strategy: 'GRADUAL', start: '2027-01-02T00:00:00Z', end: '2027-01-01T00:00:00Z' },
    /end: must be after/,
  ],
])('for a flag like %p, %p is refused with its place', (sample, given, message) => {
  expect(problems(sample, given).join('; ')).toMatch(message);
});
