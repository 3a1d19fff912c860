import { defaultLateHours, dumpAlerts } from '../backup/dumps/alerts';
import { veleroAlerts } from '../backup/velero/alerts';
import type { AlertGroup } from './alert';
import { clusterAlerts } from './cluster-alerts';
import { cloudWatchAlerts, publicRouteAlerts } from './edge-alerts';
import { serviceAlerts } from './service-alerts';
import { storeAlerts } from './store-alerts';
import { traceAlerts } from './traces/trace-alerts';

/** All of Prometheus' alerts, with everything switched on: what docs and tests go through. */
export const everyAlert: readonly AlertGroup[] = [
  ...serviceAlerts,
  ...storeAlerts,
  ...clusterAlerts,
  ...publicRouteAlerts,
  ...cloudWatchAlerts,
  ...traceAlerts,
  ...veleroAlerts,
  ...dumpAlerts(defaultLateHours),
];
