/**
 * What a user of the cache may do. connect: log in, and no more. read-write: also read and write keys that begin with
 * the prefix, and run scripts on them (the service's rate limits), but nothing that concerns the server or all keys at
 * once. Both publish and subscribe to channels that begin with the prefix: changed flags are announced to every role.
 */
export type CacheAccess = 'connect' | 'read-write';

/**
 * Rules apply from left to right, so what is dangerous goes last. ElastiCache adds `resetchannels` (no
 * other channels) to strings that lack it: without it each plan would show a difference.
 */
export function accessString(keyPrefix: string, access: CacheAccess): string {
  const commands = {
    connect: '+@connection',
    'read-write': '+@connection +@read +@write +eval +evalsha +time',
  }[access];
  const channels = '+subscribe +unsubscribe +publish';
  return `on ~${keyPrefix}* resetchannels &${keyPrefix}* -@all ${commands} ${channels} -@dangerous`;
}
