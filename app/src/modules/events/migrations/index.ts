import type { MigrationSet } from '../../../kernel/database';
import { up as createEventTables } from './0001_events';
import { up as addCorrelation } from './0002_correlation';
import { up as addTrace } from './0004_trace';

/** In order. A released migration never changes; a later one corrects it. */
export const migrations: MigrationSet = {
  '0001_events': { up: createEventTables },
  '0002_correlation': { up: addCorrelation },
  '0004_trace': { up: addTrace },
};
