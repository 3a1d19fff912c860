/** All drills; a runbook that can be drilled here has one, in a file called as it is. */
import type { Drill } from '../drill';
import { cacheUnreachable } from './cache-unreachable';
import { databaseUnreachable } from './database-unreachable';
import { flagFileBroken } from './flag-file-broken';
import { queueLagging } from './queue-lagging';
import { workloadUnstable } from './workload-unstable';

export const drills: readonly Drill[] = [
  cacheUnreachable,
  databaseUnreachable,
  flagFileBroken,
  queueLagging,
  workloadUnstable,
];
