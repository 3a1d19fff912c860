import type { Drill } from '../drill';

export const memoryExhausted: Drill = {
  runbook: 'memory-exhausted',
  fault: 'a change of the deployment leaves the gateway hardly any heap',
  inject: async ({ pods }) => {
    pods.configure({ NODE_OPTIONS: '--max-old-space-size=30 --max-semi-space-size=1' });
    await pods.rollOut('gateway');
  },
  detected: async ({ status, pods }) =>
    ['DEGRADED', 'UNHEALTHY'].includes(await status('gateway', 'memory')) ||
    (pods.of('gateway')?.restarts ?? 0) > 0,
  steps: [
    { name: 'show-health', expect: /"name":"memory"/ },
    {
      name: 'more-memory',
      // The deployment with the number of before.
      instead: async ({ pods }) => {
        await pods.rollBack('gateway');
        return 'deployed';
      },
    },
    { name: 'verify', expect: /status="HEALTHY".* 1$/m },
  ],
  recovered: async ({ status }) => (await status('gateway', 'memory')) === 'HEALTHY',
};
