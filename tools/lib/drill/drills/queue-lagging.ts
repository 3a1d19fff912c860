import type { Drill, Place } from '../drill';

/** Seconds that the oldest batch has waited. */
const lag = ({ postgres }: Place): number =>
  Number(postgres.sql('select coalesce(extract(epoch from now() - min(accepted_at)), 0) from event_batches'));

export const queueLagging: Drill = {
  runbook: 'queue-lagging',
  fault: 'the worker hangs: it runs, and does nothing',
  inject: ({ pods }) => {
    pods.of('worker')?.process.child.kill('SIGSTOP');
  },
  // The alert's own threshold.
  detected: async (place) => lag(place) > 5,
  steps: [
    { name: 'worker-log' },
    { name: 'restart-worker', expect: /restarted/ },
    { name: 'verify', expect: /status="HEALTHY".* 1/ },
  ],
  recovered: async (place) => lag(place) < 1,
};
