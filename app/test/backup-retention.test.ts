/** What pruning removes, and what it never does. */
import * as fc from 'fast-check';
import type { Backup } from '../src/backup';
import { obsoleteSegments, planRetention, seriesOf } from '../src/backup/retention';
import { firstGap } from '../src/backup/wal';
import { backupAt } from './support/backup';

const now = new Date('2026-12-01T12:00:00Z');
const daysAgo = (days: number, changes: Partial<Backup> = {}): Backup => {
  const at = new Date(now.getTime() - days * 86_400_000).toISOString();
  const made = backupAt(at, changes);
  return { ...made, id: `${made.id}${changes.target ?? ''}` };
};
const plan = (backups: readonly Backup[], bad: readonly Backup[] = [], days = 30) =>
  planRetention(backups, now, days, async (backup) => !bad.includes(backup));

it('removes what is older than the days, to the second', async () => {
  const [young, edge, old] = [daysAgo(1), daysAgo(30), daysAgo(30 + 1 / 86_400)];
  expect(await plan([old, young, edge])).toEqual({ remove: [old], spared: [] });
});

it('keeps the last one, however old it is', async () => {
  const [newer, older] = [daysAgo(100), daysAgo(200)];
  expect(await plan([older, newer])).toEqual({ remove: [older], spared: [newer] });
});

it('keeps the last good one when those after it are bad', async () => {
  const [young, old, older] = [daysAgo(1), daysAgo(40), daysAgo(50)];
  expect(await plan([young, old, older], [young])).toEqual({ remove: [older], spared: [old] });
});

it('removes nothing where none is good', async () => {
  const all = [daysAgo(1), daysAgo(40), daysAgo(50)];
  expect(await plan(all, all)).toEqual({ remove: [], spared: [all[1], all[2]] });
});

it('keeps the last one of each kind, target and environment', async () => {
  const series = [
    daysAgo(40),
    daysAgo(41, { kind: 'valkey' }),
    daysAgo(42, { target: 'holdfast@other:5432' }),
    daysAgo(43, { environment: 'prod' }),
  ];
  expect((await plan(series)).remove).toEqual([]);
});

it('reads no backup while none is old', async () => {
  const read = jest.fn();
  await planRetention([daysAgo(1), daysAgo(2)], now, 30, read);
  expect(read).not.toHaveBeenCalled();
});

it('always leaves a good one of every series that had one', async () => {
  const ages = fc.array(
    fc.record({ age: fc.double({ min: 0, max: 90, noNaN: true }), good: fc.boolean(), other: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(ages, fc.integer({ min: 1, max: 60 }), async (given, days) => {
      const made = given.map(({ age, good, other }) => ({
        good,
        backup: daysAgo(age, { target: other ? 'other' : 'one' }),
      }));
      const bad = made.filter(({ good }) => !good).map(({ backup }) => backup);
      const { remove } = await plan(
        made.map(({ backup }) => backup),
        bad,
        days,
      );
      for (const { backup } of made) {
        const mates = made.filter((each) => seriesOf(each.backup) === seriesOf(backup) && each.good);
        if (mates.length > 0) expect(mates.some((each) => !remove.includes(each.backup))).toBe(true);
      }
    }),
  );
});

describe('segments of the log', () => {
  const segment = (timeline: number, position: number) =>
    `0000000${timeline}00000000${position.toString(16).padStart(8, '0')}`.toUpperCase();
  const base = (walFrom: string) => backupAt('2026-11-01T00:00:00.000Z', { kind: 'postgres-base', walFrom });
  const names = [segment(1, 1), segment(1, 2), segment(2, 2), segment(2, 3), '00000002.history'];

  it('before the oldest base backup that stays go, whatever their timeline', () => {
    expect(obsoleteSegments(names, [base(segment(2, 3)), base(segment(1, 2))])).toEqual([segment(1, 1)]);
    expect(obsoleteSegments(names, [base(segment(2, 3))])).toEqual([
      segment(1, 1),
      segment(1, 2),
      segment(2, 2),
    ]);
  });

  it('all stay where no base backup does', () => {
    expect(obsoleteSegments(names, [backupAt('2026-11-01T00:00:00.000Z')])).toEqual([]);
  });

  it.each([
    [[], {}],
    [[segment(1, 2), segment(1, 3), segment(2, 3), segment(2, 4)], { last: segment(2, 4), count: 4 }],
    [['0000000100000000000000FF', '000000010000000100000000'], { last: '000000010000000100000000' }],
    [[segment(1, 2), segment(1, 4)], { after: segment(1, 2) }],
    [['0000000100000000000000FE', '000000010000000200000000'], { after: '0000000100000000000000FE' }],
    // What lies before the backup may be gone.
    [[segment(1, 0), segment(1, 2), '00000002.history'], { last: segment(1, 2), count: 1 }],
  ])('are followed until one is missing: %j', (names, found) => {
    expect(firstGap(names, segment(1, 1))).toMatchObject(found);
  });
});
