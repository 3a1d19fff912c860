import type { MigrationSet } from '../../../kernel/database';
import { up as createEventTables } from './0001_events';

/** In order. A released migration never changes; a later one corrects it. */
export const migrations: MigrationSet = {
  '0001_events': { up: createEventTables },
};
