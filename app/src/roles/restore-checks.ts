import { schemaRestoreCheck } from '../kernel/database';
import { flagRestoreCheck } from '../kernel/flags';
import type { RestoreCheck } from '../kernel/restore-check';
import * as events from '../modules/events';

/** What must work after a restore; a module that keeps data adds what its data must still do. */
export const restoreChecks: readonly RestoreCheck[] = [
  schemaRestoreCheck,
  flagRestoreCheck,
  events.eventRestoreCheck,
];
