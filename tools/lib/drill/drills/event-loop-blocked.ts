import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../drill';

/** Milliseconds that the process gets nothing done, and milliseconds between. */
const [blocked, between] = [1500, 100];

export const eventLoopBlocked: Drill = {
  runbook: 'event-loop-blocked',
  fault: `a gateway gets nothing done for ${blocked / 1000} s at a time, again and again, as in a computation without a pause`,
  inject: ({ pods, onEnd }) => {
    const child = pods.of('gateway')?.process.child;
    let over = false;
    const run = (async () => {
      while (!over && child?.exitCode === null && child.signalCode === null) {
        child.kill('SIGSTOP');
        await sleep(blocked);
        child.kill('SIGCONT');
        await sleep(between);
      }
    })();
    onEnd(async () => {
      over = true;
      await run;
    });
  },
  detected: async ({ status }) => (await status('gateway', 'event_loop')) === 'UNHEALTHY',
  steps: [
    { name: 'show-health', expect: /"name":"event_loop"/ },
    { name: 'restart-role', expect: /restarted/ },
    { name: 'verify', expect: /status="HEALTHY".* 1$/m },
  ],
  recovered: async ({ status }) => (await status('gateway', 'event_loop')) === 'HEALTHY',
};
