import { routes } from '../../../../app/src/contract';
import type { Drill } from '../drill';

export const restoreDatabase: Drill = {
  runbook: 'restore-database',
  fault: 'every table of the database is gone; the last dump is some seconds old',
  prepare: async ({ holdfast }) => {
    await holdfast('gateway', 'backup', 'create', 'postgres');
  },
  inject: ({ postgres }) => {
    postgres.sql('drop schema public cascade');
    postgres.sql('create schema public authorization holdfast_owner');
  },
  detected: async ({ answer }) => (await answer('gateway', routes.queryAggregates.path)) >= 500,
  steps: [
    { name: 'list-backups', expect: /postgres-\d/ },
    { name: 'verify-backup', expect: /good/ },
    { name: 'stop-service', expect: /holdfast-worker scaled/ },
    { name: 'restore', expect: /event round trip/ },
    { name: 'start-service', expect: /holdfast-worker scaled/ },
    { name: 'verify', expect: /event round trip/ },
  ],
  recovered: async ({ answer }) => (await answer('gateway', routes.queryAggregates.path)) === 200,
};
