import type { MigrationSet } from '../../../kernel/database';
import * as events from './0001_events';

/** In order. A released migration never changes; a later one corrects it. */
export const migrations: MigrationSet = {
  '0001_events': events,
};
