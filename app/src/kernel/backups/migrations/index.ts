import type { MigrationSet } from '../../database';
import { up as createBackupTable } from './0005_backups';

/** In order. A released migration never changes; a later one corrects it. */
export const migrations: MigrationSet = {
  '0005_backups': { up: createBackupTable },
};
