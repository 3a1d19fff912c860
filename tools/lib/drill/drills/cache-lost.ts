import type { Drill } from '../drill';

const marker = 'drill:marker';

export const cacheLost: Drill = {
  runbook: 'cache-lost',
  fault: 'the cache is lost with all that it held; a backup of it is some seconds old',
  prepare: async ({ redis, holdfast }) => {
    await redis.ask('SET', marker, 'before');
    await holdfast('gateway', 'backup', 'create', 'valkey');
  },
  // A server that is merely killed finds the snapshot that the backup's fork left in its folder.
  inject: async ({ redis }) => {
    await redis.ask('FLUSHALL');
  },
  detected: async ({ redis }) => (await redis.ask('EXISTS', marker)) === 0,
  steps: [
    { name: 'list-backups', expect: /valkey-\d/ },
    { name: 'restore-backup', expect: /pass/ },
    { name: 'verify', expect: /HEALTHY/ },
  ],
  recovered: async ({ redis }) => (await redis.ask('GET', marker)) === 'before',
};
