/** All drills; a runbook that can be drilled here has one, in a file called as it is. */
import type { Drill, StateDrill } from '../drill';
import { backupCorrupted } from './backup-corrupted';
import { badDeploy } from './bad-deploy';
import { badMigration } from './bad-migration';
import { cacheFailedOver } from './cache-failed-over';
import { cacheLost } from './cache-lost';
import { cacheUnreachable } from './cache-unreachable';
import { credentialsLeaked } from './credentials-leaked';
import { dataCorrupted } from './data-corrupted';
import { databaseContention } from './database-contention';
import { databaseStorageFull } from './database-storage-full';
import { databaseUnreachable } from './database-unreachable';
import { diskFull } from './disk-full';
import { eventLoopBlocked } from './event-loop-blocked';
import { flagFileBroken } from './flag-file-broken';
import { flagGoneWrong } from './flag-gone-wrong';
import { memoryExhausted } from './memory-exhausted';
import { noisyTenant } from './noisy-tenant';
import { queueLagging } from './queue-lagging';
import { restoreDatabase } from './restore-database';
import { restoreToMoment } from './restore-to-moment';
import { serviceFailing } from './service-failing';
import { serviceSlow } from './service-slow';
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
  dataCorrupted,
  databaseContention,
  databaseStorageFull,
  databaseUnreachable,
  diskFull,
  eventLoopBlocked,
  flagFileBroken,
  flagGoneWrong,
  memoryExhausted,
  noisyTenant,
  queueLagging,
  restoreDatabase,
  restoreToMoment,
  serviceFailing,
  serviceSlow,
  terraformStateCorrupted,
  terraformStateLocked,
  terraformStateLost,
  workloadUnstable,
];
