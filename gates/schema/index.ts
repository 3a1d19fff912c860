import type { Read } from '../engine/fields';
import { account } from './account';
import { cluster } from './cluster';
import { data } from './data';
import { identity } from './identity';
import { kubernetes } from './kubernetes';
import { network } from './network';
import { recovery } from './recovery';
import { storage } from './storage';
import { watching } from './watching';

/** Attributes that evaluators read, by type of resource. What is not here nobody judges. */
export const schema = {
  ...account,
  ...cluster,
  ...data,
  ...identity,
  ...kubernetes,
  ...network,
  ...recovery,
  ...storage,
  ...watching,
} as const;

export type ResourceType = keyof typeof schema;
export type Values<T extends ResourceType> = Read<(typeof schema)[T]>;
