import { connections } from '../../app/src/contract';
import { ConfigurationError } from '../core/errors';
import { instanceClass } from './instance-class';
import { bytesPerConnection, mostConnections } from './tuning';

/**
 * The fewest connections that a server of this class takes. RDS computes max_connections from what its own processes leave
 * of the memory, DBInstanceClassMemory, which is a tenth less than the whole and some more on small classes.
 */
export const fewestConnections = (name: string): number =>
  Math.floor(
    Math.min((0.875 * instanceClass(name).memoryGiB * 2 ** 30) / bytesPerConnection, mostConnections),
  );

/** Part of max_connections that stays for migrations, LISTEN, people, and what RDS itself holds. */
const reservedShare = 0.25;

/** RDS Proxy's settings of its pool; the percentages are of the server's max_connections. */
export interface PoolSettings {
  readonly maxConnectionsPercent: number;
  readonly maxIdleConnectionsPercent: number;
  /** Seconds that a transaction waits for a connection before it fails. */
  readonly connectionBorrowTimeout: number;
  /** Seconds after which a client's connection is closed that nobody uses. */
  readonly idleClientTimeout: number;
}

/**
 * A thousand connections of pods onto 150 of the server (`connections` in the contract). On db.m7g.large:
 *
 *     8 GiB × 0.875 / 9,531,392 bytes   = 788 connections at least
 *     150 / 788, rounded up             = 20 % in use at most: 157 to 180 connections
 *     half of that                      = 10 % kept open while idle
 *     1,000 clients / 150 connections   = 6.7 pods' connections share one
 *
 * @throws ConfigurationError where 150 would leave less than a quarter of max_connections to everybody else
 */
export function poolSettings(name: string): PoolSettings {
  const share = connections.database / fewestConnections(name);
  if (share > 1 - reservedShare) {
    throw new ConfigurationError([
      `"${name}" is too small for RDS Proxy: of its ${fewestConnections(name)} connections the proxy would take ` +
        `${connections.database}, and more than ${100 * (1 - reservedShare)} %; take db.t4g.medium or larger`,
    ]);
  }
  const maxConnectionsPercent = Math.ceil(100 * share);
  return {
    maxConnectionsPercent,
    maxIdleConnectionsPercent: Math.ceil(maxConnectionsPercent / 2),
    // Longer than any transaction of a request takes, shorter than the patience of whoever sent it.
    connectionBorrowTimeout: 10,
    // Pods close after thirty seconds of their own accord: this is for pods that vanished.
    idleClientTimeout: 300,
  };
}
