/** All drills; a runbook that can be drilled here has one, in a file called as it is. */
import type { Drill, StateDrill } from '../drill';
import { backupCorrupted } from './backup-corrupted';
import { badDeploy } from './bad-deploy';
import { badMigration } from './bad-migration';
import { cacheFailedOver } from './cache-failed-over';
import { cacheLost } from './cache-lost';
import { cacheUnreachable } from './cache-unreachable';
import { credentialsLeaked } from './credentials-leaked';
import { databaseContention } from './database-contention';
import { databaseStorageFull } from './database-storage-full';
import { databaseUnreachable } from './database-unreachable';
import { eventLoopBlocked } from './event-loop-blocked';
import { flagFileBroken } from './flag-file-broken';
import { flagGoneWrong } from './flag-gone-wrong';
import { noisyTenant } from './noisy-tenant';
import { queueLagging } from './queue-lagging';
import { restoreDatabase } from './restore-database';
import { restoreToMoment } from './restore-to-moment';
import { serviceFailing } from './service-failing';
import { terraformStateCorrupted } from './terraform-state-corrupted';
import { terraformStateLocked } from './terraform-state-locked';
import { terraformStateLost } from './terraform-state-lost';
import { workloadUnstable } from './workload-unstable';

export const drills: readonly (Drill | StateDrill)[] = [
  backupCorrupted,
  badDeploy,
  badMigration,
  cacheFailedOver,
  cacheLost,
  cacheUnreachable,
  credentialsLeaked,
  databaseContention,
  databaseStorageFull,
  databaseUnreachable,
  eventLoopBlocked,
  flagFileBroken,
  flagGoneWrong,
  noisyTenant,
  queueLagging,
  restoreDatabase,
  restoreToMoment,
  serviceFailing,
  terraformStateCorrupted,
  terraformStateLocked,
  terraformStateLost,
  workloadUnstable,
];
