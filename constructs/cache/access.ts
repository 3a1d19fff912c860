/**
 * What a user of the cache may do. connect: log in, and no more. read-write: also read and write keys that begin with
 * the prefix, but run nothing that concerns the server or all keys at once. admin: also see what the server does, and
 * end a client's connection; it empties nothing at once.
 */
export type CacheAccess = 'connect' | 'read-write' | 'admin';

const commands: Readonly<Record<CacheAccess, string>> = {
  connect: '+@connection -@dangerous',
  'read-write': '+@connection +@read +@write -@dangerous',
  // After what is dangerous is taken away, the few commands that tell something, and one that helps.
  admin:
    '+@connection +@read +@write -@dangerous +info +slowlog|get +slowlog|len +latency|latest +memory|usage +memory|stats +client|list +client|kill',
};
/** Clients ask any node which shard holds what. */
const topology = '+cluster|slots +cluster|shards +cluster|nodes +cluster|info';

/**
 * Rules apply from left to right, so what is dangerous goes last, but for an administrator's exceptions. ElastiCache adds
 * `resetchannels` (no publish/subscribe) to strings that lack it: without it each plan would show a difference.
 *
 * @param sharded whether the cache has shards
 */
export function accessString(keyPrefix: string, access: CacheAccess, sharded = false): string {
  return `on ~${keyPrefix}* resetchannels -@all ${commands[access]}${sharded ? ` ${topology}` : ''}`;
}
