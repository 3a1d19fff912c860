import { flagKeys, type RenderedFlag } from '../src/contract';
import { writeFlagGauges } from '../src/kernel/flags/gauges';
import { createMetrics } from '../src/kernel/metrics';
import { memoryDatabase } from './support/database';
import { openTestFlags } from './support/flags';

let opened: Awaited<ReturnType<typeof memoryDatabase>>;
let here: ReturnType<typeof openTestFlags>;
let stop: () => Promise<void>;
beforeAll(async () => {
  opened = await memoryDatabase();
  here = openTestFlags({
    beta_ui: { strategy: 'PERCENTAGE', percentage: 12.5 },
    advanced_analytics: {
      strategy: 'GRADUAL',
      start: '2027-01-01T00:00:00Z',
      end: '2027-01-11T00:00:00Z',
      percentage: 80,
    },
    mfa_enforcement: { strategy: 'USERS', users: ['ada'] },
    caching: false,
  });
  stop = await here.flags.follow({ database: opened.database, pollMs: 60_000 });
});
afterAll(async () => {
  await stop();
  here.close();
  await opened.database.close();
});

/** What would be scraped on a day: the value by series. */
async function scraped(day: string): Promise<Map<string, number>> {
  const metrics = createMetrics({ process: false });
  writeFlagGauges(here.flags, metrics, new Date(day));
  const lines = (await metrics.render()).split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))] as const),
  );
}
const share = async (flag: string, day = '2027-01-01T00:00:00Z') =>
  (await scraped(day)).get(`holdfast_flag_rollout_ratio{flag="${flag}"}`);
const stale = async (flag: string, finding: string, day: string) =>
  (await scraped(day)).get(`holdfast_flag_stale{flag="${flag}",finding="${finding}"}`);

it('shows the share that each flag is on for', async () => {
  expect(await share('beta_ui')).toBe(0.125);
  expect(await share('caching')).toBe(0);
  expect(await share('ingestion')).toBe(1);
});

it('shows a ramp as it stands, without anybody changing anything', async () => {
  expect(await share('advanced_analytics', '2026-12-31T00:00:00Z')).toBe(0);
  expect(await share('advanced_analytics', '2027-01-06T00:00:00Z')).toBeCloseTo(0.4);
  expect(await share('advanced_analytics', '2027-02-01T00:00:00Z')).toBe(0.8);
});

it('shows no share where a rule names users', async () => {
  expect(await share('mfa_enforcement')).toBeUndefined();
});

it('shows which flags are overridden, from the change on, and takes the share of a rule by hand away', async () => {
  const overridden = async () =>
    [...(await scraped('2027-01-01T00:00:00Z'))].filter(
      ([series, value]) => series.startsWith('holdfast_flag_overridden') && value === 1,
    );
  expect(await overridden()).toEqual([]);
  const metrics = createMetrics({ process: false });
  writeFlagGauges(here.flags, metrics, new Date());
  expect(await metrics.render()).toContain('holdfast_flag_rollout_ratio{flag="beta_ui"}');

  const targeting = { if: [{ '==': [{ var: 'plan' }, 'gold'] }, 'on', 'off'] };
  const after: RenderedFlag = { ...here.flags.set.entry('beta_ui').flag, targeting };
  const change = { key: 'beta_ui', actor: 'ada', action: 'update', reason: 'a test' };
  await here.flags.overrides?.change([{ ...change, after }]);
  expect(await overridden()).toEqual([['holdfast_flag_overridden{flag="beta_ui"}', 1]]);
  writeFlagGauges(here.flags, metrics, new Date());
  expect(await metrics.render()).not.toContain('holdfast_flag_rollout_ratio{flag="beta_ui"}');

  await here.flags.overrides?.change([{ ...change, action: 'delete' }]);
  expect(await overridden()).toEqual([]);
});

it('shows which flags are stale, and why', async () => {
  expect(await stale('compression', 'expired', '2027-09-29T00:00:00Z')).toBe(0);
  expect(await stale('compression', 'expired', '2027-10-01T00:00:00Z')).toBe(1);
  expect(await stale('compression', 'settled', '2026-11-30T00:00:00Z')).toBe(0);
  expect(await stale('compression', 'settled', '2027-01-31T00:00:00Z')).toBe(1);
  // Operational switches may stay what they are for ever.
  expect(await stale('caching', 'settled', '2030-01-01T00:00:00Z')).toBe(0);
  expect(await stale('ingestion', 'unused', '2027-01-01T00:00:00Z')).toBe(1);
  here.flags.value('ingestion');
  expect(await stale('ingestion', 'unused', '2027-01-01T00:00:00Z')).toBe(0);
});

it('is read whenever the metrics are, of each flag', async () => {
  const text = await here.metrics.render();
  for (const flag of flagKeys) expect(text).toContain(`holdfast_flag_overridden{flag="${flag}"} 0`);
});
