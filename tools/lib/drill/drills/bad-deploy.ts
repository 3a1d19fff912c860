import { routes } from '../../../../app/src/contract';
import { freePort } from '../../../../app/test/support/servers';
import type { Drill } from '../drill';

const { path } = routes.queryAggregates;

export const badDeploy: Drill = {
  runbook: 'bad-deploy',
  fault:
    'a release of the gateway looks for its database at the wrong port: it starts, and answers with errors',
  inject: async ({ pods }) => {
    pods.configure({ HOLDFAST_DATABASE_PORT: String(await freePort()) });
    await pods.rollOut('gateway');
  },
  detected: async ({ answer }) => (await answer('gateway', path)) >= 500,
  steps: [
    { name: 'errors', expect: /EXT_|SYS_|RES_/ },
    { name: 'undo-rollout', expect: /holdfast-gateway rolled back/ },
    { name: 'verify-rollout', expect: /successfully rolled out/ },
    { name: 'verify', expect: /HEALTHY/ },
  ],
  recovered: async ({ answer }) => (await answer('gateway', path)) === 200,
};
