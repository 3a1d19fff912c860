import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../drill';

/** Seconds that the server is gone. */
const gone = 10;

export const cacheUnreachable: Drill = {
  runbook: 'cache-unreachable',
  fault: `the cache crashes with all that it held, and is back, empty, after ${gone} s`,
  inject: ({ redis }) => redis.kill(),
  detected: async ({ status }) => (await status('gateway', 'cache')) !== 'HEALTHY',
  steps: [{ name: 'show-health', expect: /"cache"/ }],
  meanwhile: async ({ redis }) => {
    await sleep(gone * 1000);
    await redis.restart();
  },
  recovered: async ({ status }) =>
    (await status('gateway', 'cache')) === 'HEALTHY' && (await status('collector', 'cache')) === 'HEALTHY',
};
