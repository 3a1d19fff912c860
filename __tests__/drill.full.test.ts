/** A drill from end to end, on real servers: a short one each time. `npm run runbook -- drill all` runs the others. */

import type { Drill } from '../tools/lib/drill/drill';
import { drills } from '../tools/lib/drill/drills';
import { runDrill } from '../tools/lib/drill/run';
import { type Runbook, readRunbook } from '../tools/lib/runbook/runbook';

const drillOf = (name: string): Drill => {
  const found = drills.find(({ runbook }) => runbook === name);
  if (!found || 'stacks' in found) throw new Error(`no drill of ${name} under traffic`);
  return found;
};
const runbookOf = (name: string): Runbook => readRunbook('runbooks', name).runbook as Runbook;

test('killed roles come back, and nothing that was acknowledged is lost', async () => {
  const told: string[] = [];
  const ran: string[] = [];
  const result = await runDrill(
    drillOf('workload-unstable'),
    runbookOf('workload-unstable'),
    (line) => told.push(line),
    { ran: ({ step, code }) => ran.push(`${step} ${code}`) },
  );
  expect(ran).toEqual(['show-last-words 0']);
  expect(result.acknowledged).toBeGreaterThan(20);
  expect(result.lost).toBe(0);
  expect(result.rto).toBeGreaterThan(result.detection);
  expect(told.join('\n')).toMatch(
    /fault: .*\n.*seen after[\s\S]*step show-last-words: done[\s\S]*well after/,
  );
}, 180_000);

test('what does not come back is counted', async () => {
  const drill: Drill = {
    ...drillOf('workload-unstable'),
    fault: 'somebody deletes what was aggregated',
    inject: async ({ postgres, writer }) => {
      const waiting = () =>
        Number(postgres.sql("select count(*) from event_aggregates where name like 'drill-%'"));
      while (writer.last < 5 || waiting() < 5) await new Promise((resolve) => setTimeout(resolve, 50));
      postgres.sql("delete from event_aggregates where name in ('drill-1', 'drill-2')");
    },
    detected: async () => true,
    recovered: async () => true,
  };
  const { lost } = await runDrill(drill, runbookOf('workload-unstable'), () => {});
  expect(lost).toBe(2);
}, 180_000);

test('a fault that nobody repairs fails the drill', async () => {
  const drill: Drill = { ...drillOf('service-failing'), steps: [], meanwhile: async () => {} };
  await expect(runDrill(drill, runbookOf('service-failing'), () => {}, { patience: 6 })).rejects.toThrow(
    'all is not well after the steps, for 6 s',
  );
}, 180_000);

test('a step that does not show what it should fails the drill, and says what it showed', async () => {
  const drill: Drill = {
    ...drillOf('flag-file-broken'),
    steps: [{ name: 'show-reason', expect: /all is well/ }],
  };
  await expect(runDrill(drill, runbookOf('flag-file-broken'), () => {})).rejects.toThrow(
    /^step show-reason of runbooks\/flag-file-broken\.md does not show \/all is well\//,
  );
}, 180_000);
