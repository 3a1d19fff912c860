import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../drill';

/** Seconds that the server is gone: about what a Multi-AZ instance takes to fail over by its documentation, a minute, in short. */
const gone = 10;

export const databaseUnreachable: Drill = {
  runbook: 'database-unreachable',
  fault: `PostgreSQL crashes, and is back after ${gone} s, as a failover ends`,
  inject: ({ postgres }) => postgres.kill(),
  detected: async ({ status }) => (await status('gateway', 'database')) !== 'HEALTHY',
  steps: [
    { name: 'show-health', expect: /"database"/ },
    { name: 'who-sees-it', expect: /database/ },
  ],
  meanwhile: async ({ postgres }) => {
    await sleep(gone * 1000);
    await postgres.restart();
  },
  recovered: async ({ status, writer, postgres }) => {
    const last = writer.last;
    return (
      (await status('gateway', 'database')) === 'HEALTHY' &&
      (await status('collector', 'database')) === 'HEALTHY' &&
      postgres.sql('select count(*) from event_aggregates') !== '' &&
      last > 0
    );
  },
};
