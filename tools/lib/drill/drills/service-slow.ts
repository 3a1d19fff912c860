import { setTimeout as sleep } from 'node:timers/promises';
import { routes } from '../../../../app/src/contract';
import type { Drill, Place } from '../drill';

/** Milliseconds that the database stands still, and milliseconds in which it works. */
const [still, works] = [1300, 200];
let slow = false;
let asked = 0;

/** Seconds that a query takes which no cache has the answer of. */
async function secondsOf({ answer }: Place): Promise<number> {
  asked += 1;
  const began = performance.now();
  await answer('gateway', `${routes.queryAggregates.path}?name=nobody-asked-${asked}`);
  return (performance.now() - began) / 1000;
}

export const serviceSlow: Drill = {
  runbook: 'service-slow',
  fault: `the database stands still for ${still / 1000} s at a time, as with a volume that has used up its credits`,
  inject: ({ postgres, onEnd }) => {
    slow = true;
    const run = (async () => {
      while (slow) {
        postgres.stall();
        await sleep(still);
        postgres.resume();
        await sleep(works);
      }
    })();
    onEnd(async () => {
      slow = false;
      await run;
    });
  },
  // The alert's own threshold.
  detected: async (place) => (await secondsOf(place)) > 1,
  steps: [{ name: 'show-cache', expect: /cache_requests_total/ }],
  // The database's own runbook: a larger volume.
  meanwhile: async () => {
    slow = false;
    await sleep(still);
  },
  recovered: async (place) => {
    // For longer than it stands still and works, once each.
    for (let time = 0; time < 6; time += 1) {
      if ((await secondsOf(place)) > 0.5) return false;
      await sleep(300);
    }
    return (await place.status('gateway', 'database')) === 'HEALTHY';
  },
};
