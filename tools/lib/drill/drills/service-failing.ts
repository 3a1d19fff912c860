import { routes } from '../../../../app/src/contract';
import type { Drill } from '../drill';

const login = 'holdfast_gateway';

export const serviceFailing: Drill = {
  runbook: 'service-failing',
  fault: "the gateway's login to the database is revoked by mistake, and its sessions are ended",
  inject: ({ postgres }) => {
    postgres.sql(`alter role ${login} nologin`);
    postgres.sql(`select pg_terminate_backend(pid) from pg_stat_activity where usename = '${login}'`);
  },
  detected: async ({ answer }) => (await answer('gateway', routes.queryAggregates.path)) >= 500,
  steps: [
    { name: 'show-health', expect: /is not permitted to log in/ },
    { name: 'show-errors', expect: /"level":"error"/ },
  ],
  // What was found: somebody gives the login its right back. The pods find back by themselves.
  meanwhile: async ({ postgres }) => void postgres.sql(`alter role ${login} login`),
  recovered: async ({ answer, status, pods }) =>
    (await answer('gateway', routes.queryAggregates.path)) === 200 &&
    (await status('gateway', 'database')) === 'HEALTHY' &&
    pods.list().every(({ restarts }) => restarts === 0),
};
