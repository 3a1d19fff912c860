import { account } from './account';
import type { Cases } from './case';
import { cluster } from './cluster';
import { caches, database } from './data';
import { encryption } from './encryption';
import { identity } from './identity';
import { edge, network } from './network';
import { recovery } from './recovery';
import { storage } from './storage';
import { watching } from './watching';
import { access, workloads } from './workloads';

/** By evaluator. */
export const cases: Cases = {
  ...identity,
  ...account,
  ...network,
  ...edge,
  ...encryption,
  ...storage,
  ...database,
  ...caches,
  ...cluster,
  ...workloads,
  ...access,
  ...watching,
  ...recovery,
};
