/** flagd-core is the reference: whatever is decided without it must be what it decides. */
import { FlagdCore, MemoryStorage } from '@openfeature/flagd-core';
import fc from 'fast-check';
import { type FlagRule, flags, type RenderedFlag, renderFlag } from '../src/contract';
import { defaultLayer, type FlagContext, FlagSet } from '../src/kernel/flags/flag-set';

const silent = { error() {}, warn() {}, info() {}, debug() {} };
const key = 'beta_ui';
const now = Date.parse('2027-03-01T12:00:00Z');
beforeAll(() => void jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterAll(() => void jest.useRealTimers());

const withRule = (flag: RenderedFlag) =>
  new FlagSet({ default: defaultLayer, file: { [key]: flag }, override: {} });
function reference(flag: RenderedFlag) {
  const storage = new MemoryStorage(silent);
  storage.setConfigurations(JSON.stringify({ flags: { [key]: flag } }), true);
  const core = new FlagdCore(storage, silent);
  return (context: FlagContext) => {
    const { value, variant } = core.resolve('boolean', key, false, context, silent);
    return { value, variant };
  };
}

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom('a', 'b', 'ü', '你好'));
const names = fc.array(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 });
const listed = fc.constantFrom('a', 'b', 'staff');
const share = fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100);
const time = (from: number, to: number) =>
  fc.integer({ min: from, max: to }).map((days) => new Date(now + days * 86_400_000).toISOString());
const rule: fc.Arbitrary<FlagRule> = fc.oneof(
  share.map((percentage) => ({ strategy: 'PERCENTAGE', percentage }) as const),
  names.map((users) => ({ strategy: 'USERS', users: [...users, 'a'] }) as const),
  names.map((groups) => ({ strategy: 'GROUPS', groups: [...groups, 'staff'] }) as const),
  fc
    .tuple(time(-100, 0), time(1, 100), fc.integer({ min: 1, max: 100 }))
    .map(([start, end, percentage]) => ({ strategy: 'GRADUAL', start, end, percentage }) as const),
  time(-100, 10).map((start) => {
    const end = new Date(Date.parse(start) + 86_400_000).toISOString();
    return { strategy: 'GRADUAL', start, end } as const;
  }),
);
const context = fc.record(
  {
    targetingKey: fc.oneof(text, listed),
    groups: fc.array(fc.oneof(listed, text), { maxLength: 4 }),
    other: fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
  },
  { requiredKeys: [] },
);

it('every strategy decides as flagd does, for any key and groups, also without them', () => {
  fc.assert(
    fc.property(rule, fc.array(context, { minLength: 10, maxLength: 10 }), (given, contexts) => {
      const flag = renderFlag(flags[key], given);
      const set = withRule(flag);
      const expected = reference(flag);
      for (const each of contexts) {
        const { value, variant } = set.evaluate(key, each);
        expect({ value, variant }).toEqual(expected(each));
      }
    }),
    { numRuns: 200 },
  );
});

it('every strategy is decided without the interpreter', () => {
  fc.assert(
    fc.property(rule, (given) => {
      expect(withRule(renderFlag(flags[key], given)).entry(key).fast).toBeDefined();
    }),
  );
});

it('a rule written by hand is left to flagd', () => {
  const targeting = { if: [{ ends_with: [{ var: 'email' }, '@example.com'] }, 'on', 'off'] };
  const set = withRule({ ...renderFlag(flags[key]), targeting });
  expect(set.entry(key).fast).toBeUndefined();
  expect(set.evaluate(key, { email: 'a@example.com' })).toMatchObject({ value: true, variant: 'on' });
});

it('a disabled flag is the code’s default, whatever its rule says', () => {
  const all = renderFlag(flags[key], { strategy: 'PERCENTAGE', percentage: 100 });
  const set = withRule({ ...all, state: 'DISABLED' });
  expect(set.evaluate(key, { targetingKey: 'u' })).toMatchObject({ value: false, reason: 'DISABLED' });
});

it('a context that a rule cannot work with gets the default, and hurts nobody else', () => {
  const targeting = { if: [{ some: [{ var: 'roles' }, { in: [{ var: '' }, ['admin']] }] }, 'on', 'off'] };
  const set = withRule({ ...renderFlag(flags[key]), targeting });
  expect(set.evaluate(key, { roles: 'admin' })).toEqual({ value: false, reason: 'ERROR' });
  expect(set.evaluate(key, { roles: ['admin'] })).toMatchObject({ value: true });
});

it('a rule that names no variant is refused before it is in force', () => {
  const targeting = { if: [{ '==': [{ var: 'x' }, 1] }, 'on', 'of'] };
  expect(() => withRule({ ...renderFlag(flags[key]), targeting })).toThrow(
    `flag "${key}" cannot be evaluated: Variant 'of' not found`,
  );
});
