import type { Evaluator } from '../engine/model';
import { access } from './access';
import { account } from './account';
import { availability } from './availability';
import { borders } from './borders';
import { cache } from './cache';
import { cluster } from './cluster';
import { credentials } from './credentials';
import { database } from './database';
import { databaseRecovery } from './database-recovery';
import { edge } from './edge';
import { encryption } from './encryption';
import { identity } from './identity';
import { machines } from './machines';
import { network } from './network';
import { recovery } from './recovery';
import { storage } from './storage';
import { watching } from './watching';
import { workloads } from './workloads';

/** By subject, as reports list them. */
export const subjects = {
  identity,
  credentials,
  account,
  network,
  edge,
  encryption,
  storage,
  database,
  databaseRecovery,
  cache,
  cluster,
  machines,
  workloads,
  availability,
  access,
  borders,
  watching,
  recovery,
} as const;

export const evaluators: Readonly<Record<string, Evaluator>> = Object.assign({}, ...Object.values(subjects));
