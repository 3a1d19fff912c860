import type { MigrationSet } from '../../database';
import { up as createFlagTables } from './0003_flags';

/** In order. A released migration never changes; a later one corrects it. */
export const migrations: MigrationSet = {
  '0003_flags': { up: createFlagTables },
};
