export { Catalog } from './catalog';
export { type DriverOptions, defaultKind, driverFor } from './drivers';
export { checkDatabase, noteBackup } from './drivers/database';
export { readKeys } from './format/keys';
export { type Backup, type Kind, kinds } from './format/metadata';
export {
  createBackup,
  type Pruned,
  planPruning,
  prune,
  restoreBackup,
  type Vault,
  verifyBackup,
} from './operations';
export { retentionDays, seriesOf } from './retention';
export { openStore } from './store';
export type { CheckResult } from './verification';
export { archiveSegment, fetchSegment } from './wal';
