import { bundled } from '../../../constructs/observability/monitoring-values';
import { charts } from '../../../constructs/platform/charts';

/**
 * Images of others. What AWS runs as a chart runs here at the version that the chart brings; PostgreSQL at the version that the
 * environments ask RDS for. By tag: `npm run compose` must work without asking a registry for digests.
 */
export const images = {
  postgres: 'postgres:18.4-alpine',
  /** ElastiCache's 8.2 is AWS' own; Valkey's nearest release before it. */
  valkey: 'valkey/valkey:8.1.10-alpine',
  prometheus: `prom/prometheus:v${bundled.prometheus}`,
  alertmanager: `prom/alertmanager:v${bundled.alertmanager}`,
  grafana: 'grafana/grafana:13.0.1',
  tempo: `grafana/tempo:${charts.tempo.appVersion}`,
} as const;

/** The service's own, built on this machine; `local-app` asks the cluster's nodes for the same. */
export const serviceImage = 'holdfast:local';
