import type { Drill } from '../drill';

export const workloadUnstable: Drill = {
  runbook: 'workload-unstable',
  fault: 'the worker and the collector are killed under load, as by the OOM killer',
  inject: ({ pods }) => {
    pods.kill('worker');
    pods.kill('collector');
  },
  detected: async ({ pods }) =>
    (['worker', 'collector'] as const).every(
      (role) => (pods.of(role)?.process.child.signalCode ?? null) !== null,
    ) || pods.list().some(({ restarts }) => restarts > 0),
  steps: [{ name: 'show-last-words' }],
  recovered: async ({ pods, status }) =>
    pods.list().filter(({ restarts }) => restarts > 0).length === 2 &&
    (await status('worker', 'database')) === 'HEALTHY' &&
    (await status('collector', 'database')) === 'HEALTHY',
};
