import fc from 'fast-check';
import { parse } from '../../tools/lib/capacity/capacity-command';
import { type Load, planCapacity } from '../../tools/lib/capacity/plan';

const load: Load = {
  requestsPerSecond: 10_000,
  queryPercent: 10,
  eventsPerSecond: 100_000,
  eventBytes: 300,
  outageMinutes: 5,
  node: { type: 'm7g.xlarge', processors: 4, gib: 16 },
};

test('a hundred thousand events a second', () => {
  const plan = planCapacity(load);
  // 10,000 × 43 µs; 100,000 × 2.5 µs; 100,000 × 3.5 µs.
  expect(plan.roles.map(({ role, processors }) => [role, Number(processors.toFixed(2))])).toEqual([
    ['gateway', 0.43],
    ['collector', 0.25],
    ['worker', 0.35],
  ]);
  // 100,000 × 340 bytes × 300 s.
  expect(plan.stream.gib).toBeCloseTo(9.5, 1);
  expect(plan.stream).toMatchObject({ primaries: 2, nodeType: 'cache.m7g.large' });
});

test('twice the load never needs less', () => {
  const amount = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(amount, amount, (requestsPerSecond, eventsPerSecond) => {
      const one = planCapacity({ ...load, requestsPerSecond, eventsPerSecond });
      const two = planCapacity({
        ...load,
        requestsPerSecond: requestsPerSecond * 2,
        eventsPerSecond: eventsPerSecond * 2,
      });
      expect(two.nodes).toBeGreaterThanOrEqual(one.nodes);
      expect(two.connections.open).toBeGreaterThanOrEqual(one.connections.open);
      expect(two.stream.gib).toBeCloseTo(one.stream.gib * 2, 6);
      expect(two.database.processors).toBeCloseTo(one.database.processors * 2, 6);
    }),
  );
});

test('one pod may go, and one zone: two replicas and three nodes at least', () => {
  const idle = planCapacity({ ...load, requestsPerSecond: 1, eventsPerSecond: 0 });
  expect(idle.roles.every(({ replicas }) => replicas === 2)).toBe(true);
  expect(idle.nodes).toBe(3);
});

test('more than the largest server is said, not sized', () => {
  expect(planCapacity({ ...load, eventsPerSecond: 50_000_000 }).database.instanceClass).toBeUndefined();
});

test('everything that is wrong at once', () => {
  expect(parse(['--rps', 'x', '--events=-1', '--queries', '101', '--node', 'm7g.xlrge'])).toEqual({
    problems: [
      '--rps must be a number from 0 to 10,000,000, not "x"',
      '--queries must be a number from 0 to 100, not "101"',
      '--events must be a number from 0 to 100,000,000, not "-1"',
      '--node: the size of "m7g.xlrge" is not known here, did you mean m7g.xlarge?',
    ],
  });
  expect(parse([])).toEqual({ problems: ['no load was given: --rps and --events are both 0'] });
});
