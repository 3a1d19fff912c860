import { connections } from '../../app/src/contract';
import type { AlarmRule } from '../alarms/alarm';

/**
 * What somebody is called for about the pool. Its metrics come from each of the proxy's own machines, a minute at a time:
 * only the sum of one minute is the number of connections. A full pool is no alarm, it is what a pool is for; waiting for
 * it is.
 */
export const proxyAlarms: readonly AlarmRule[] = [
  {
    id: 'borrow-latency',
    metric: 'DatabaseConnectionsBorrowLatency',
    statistic: 'Average',
    // A tenth of a second, four tenths of what the service promises for a query.
    threshold: { above: 100_000 },
    unit: 'µs',
    minutes: 15,
    silence: 'not-breaching',
    meaning:
      'Transactions wait for a connection to the database, and fail after ten seconds: see who holds them.',
    runbook: 'database-proxy-saturated',
  },
  {
    id: 'clients',
    metric: 'ClientConnections',
    statistic: 'Sum',
    periodSeconds: 60,
    threshold: { above: 0.9 * connections.clients },
    unit: 'connections',
    minutes: 15,
    silence: 'not-breaching',
    meaning:
      'Pods hold nearly as many connections to the proxy as was reckoned with: see which role has so many.',
    runbook: 'database-proxy-saturated',
  },
  {
    id: 'pinned',
    metric: 'DatabaseConnectionsCurrentlySessionPinned',
    statistic: 'Sum',
    periodSeconds: 60,
    // A tenth of the pool: nothing of the service pins a session.
    threshold: { above: connections.database / 10 },
    unit: 'connections',
    minutes: 15,
    silence: 'not-breaching',
    meaning:
      'Sessions keep connections for themselves, which the others then lack: find the statement that does it.',
    runbook: 'database-proxy-saturated',
  },
  {
    id: 'refused-logins',
    metric: 'ClientConnectionsSetupFailedAuth',
    statistic: 'Sum',
    periodSeconds: 60,
    threshold: { above: 10 },
    unit: 'connections',
    minutes: 5,
    silence: 'not-breaching',
    meaning:
      'The proxy refuses logins: pods run on as long as their connections last. Check roles and their logins.',
    runbook: 'database-proxy-saturated',
  },
];
