import type { ServiceRoleName } from '../../app/src/contract';

/**
 * What a user of the cache may do. connect: log in, and no more. read-write: also read and write keys that begin with
 * the prefix, and run scripts on them (the service's rate limits), but nothing that concerns the server or all keys at
 * once. Both publish and subscribe to channels that begin with the prefix: changed flags are announced to every role.
 * admin: read and write, see what the server does, and end a client's connection; it empties nothing at once.
 * monitor: see how the server is; no key and no channel.
 */
export type CacheAccess = 'connect' | 'read-write' | 'admin' | 'monitor';

/** What each role does with the cache: the gateway answers from it, and both with a public port limit clients by it. */
export const roleAccess: Readonly<Record<ServiceRoleName, CacheAccess>> = {
  gateway: 'read-write',
  collector: 'read-write',
  worker: 'connect',
};

/** Keys and channels of the service begin so. */
export const cacheKeyPrefix = 'holdfast:';

const channels = '+subscribe +unsubscribe +publish';
const commands: Readonly<Record<CacheAccess, string>> = {
  connect: `+@connection ${channels} -@dangerous`,
  'read-write': `+@connection +@read +@write +eval +evalsha +time ${channels} -@dangerous`,
  // After what is dangerous is taken away, the few commands that tell something, and one that helps.
  admin:
    '+@connection +@read +@write -@dangerous +info +slowlog|get +slowlog|len +latency|latest +memory|usage +memory|stats +client|list +client|kill',
  monitor: '+@connection -@dangerous +info +slowlog|len',
};
/** Clients ask any node which shard holds what. */
const topology = '+cluster|slots +cluster|shards +cluster|nodes +cluster|info';

/**
 * Rules apply from left to right, so what is dangerous goes last, but for an administrator's exceptions. ElastiCache adds
 * `resetchannels` (no other channels) to strings that lack it: without it each plan would show a difference.
 *
 * @param sharded whether the cache has shards
 */
export function accessString(keyPrefix: string, access: CacheAccess, sharded = false): string {
  const channel = access === 'admin' || access === 'monitor' ? '' : ` &${keyPrefix}*`;
  return `on ~${keyPrefix}* resetchannels${channel} -@all ${commands[access]}${sharded ? ` ${topology}` : ''}`;
}
