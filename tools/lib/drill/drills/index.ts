/** All drills; a runbook that can be drilled here has one, in a file called as it is. */
import type { Drill } from '../drill';
import { backupCorrupted } from './backup-corrupted';
import { badDeploy } from './bad-deploy';
import { badMigration } from './bad-migration';
import { cacheLost } from './cache-lost';
import { cacheUnreachable } from './cache-unreachable';
import { databaseStorageFull } from './database-storage-full';
import { databaseUnreachable } from './database-unreachable';
import { flagFileBroken } from './flag-file-broken';
import { flagGoneWrong } from './flag-gone-wrong';
import { queueLagging } from './queue-lagging';
import { restoreDatabase } from './restore-database';
import { restoreToMoment } from './restore-to-moment';
import { workloadUnstable } from './workload-unstable';

export const drills: readonly Drill[] = [
  backupCorrupted,
  badDeploy,
  badMigration,
  cacheLost,
  cacheUnreachable,
  databaseStorageFull,
  databaseUnreachable,
  flagFileBroken,
  flagGoneWrong,
  queueLagging,
  restoreDatabase,
  restoreToMoment,
  workloadUnstable,
];
