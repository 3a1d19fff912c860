import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Drill, Place } from '../drill';

/** The content of the newest backup. */
function newest({ stepEnv }: Place): string {
  const folder = join(stepEnv.HOLDFAST_BACKUP_STORE as string, 'backups');
  return join(folder, readdirSync(folder).sort().at(-1) as string, 'data');
}

const good = ({ holdfast }: Place): Promise<boolean> =>
  holdfast('gateway', 'backup', 'verify', 'postgres').then(
    () => true,
    () => false,
  );

export const backupCorrupted: Drill = {
  runbook: 'backup-corrupted',
  fault: 'one bit of the newest dump flips',
  prepare: async ({ holdfast }) => {
    await holdfast('gateway', 'backup', 'create', 'postgres');
  },
  inject: (place) => {
    const data = readFileSync(newest(place));
    const middle = Math.floor(data.length / 2);
    data[middle] = (data[middle] ?? 0) ^ 1;
    writeFileSync(newest(place), data);
  },
  detected: async (place) => !(await good(place)),
  steps: [
    { name: 'list', expect: /postgres-\d/ },
    { name: 'new-backup', expect: /postgres-\d/ },
    { name: 'verify-new', expect: /good/ },
  ],
  recovered: good,
};
