import type { Drill, Place } from '../drill';

const changes = async (url: string): Promise<number> =>
  Number(/^holdfast_valkey_primary_changes_total (\d+)/m.exec(await (await fetch(url)).text())?.[1] ?? 0);
const metrics = ({ exporterUrl }: Place): string => `${exporterUrl}/metrics`;

export const cacheFailedOver: Drill = {
  runbook: 'cache-failed-over',
  fault: 'the only node of the cache is replaced by an empty one',
  exporter: true,
  inject: async ({ redis }) => {
    await redis.kill();
    await redis.restart();
  },
  detected: async (place) => (await changes(metrics(place)).catch(() => 0)) > 0,
  steps: [{ name: 'verify', expect: /valkey_primary_changes_total 1/ }],
  recovered: async ({ status }) =>
    (await status('gateway', 'cache')) === 'HEALTHY' &&
    (await status('collector', 'cache')) === 'HEALTHY' &&
    (await status('worker', 'cache')) === 'HEALTHY',
};
