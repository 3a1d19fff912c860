import { resources } from '../platform/hardening';
import { monitoringValues } from './monitoring-values';

const off = { enabled: false } as const;

/** An object without some of its members. */
function without<T extends object, K extends keyof T>(object: T, ...keys: readonly K[]): Omit<T, K> {
  const rest = { ...object };
  for (const key of keys) delete rest[key];
  return rest;
}

/**
 * Values of kube-prometheus-stack for a laptop: one Prometheus that keeps two days in its pod, and Grafana, with all else as
 * it is on AWS. Nobody is told of anything, nodes are not looked at, and no volume, class or priority has to be there.
 */
export function localMonitoringValues(environment: string) {
  const onAws = monitoringValues({
    environment,
    replicas: 1,
    retentionDays: 2,
    storageGiB: 2,
    memoryMiB: 512,
    compute: 'managed',
    receivers: { deadMansSwitch: false },
    maintenance: [],
    traces: off,
  });
  const { prometheusSpec } = onAws.prometheus;
  return {
    ...without(onAws, 'prometheus-node-exporter'),
    alertmanager: off,
    nodeExporter: off,
    // Kinds of the laptop's own control plane, and what the chart's dashboards record of it.
    kubeApiServer: off,
    coreDns: off,
    defaultRules: { create: false } as const,
    prometheus: {
      prometheusSpec: {
        ...without(prometheusSpec, 'priorityClassName', 'storageSpec', 'topologySpreadConstraints'),
        resources: resources('50m', '256Mi', '512Mi'),
      },
    },
    prometheusOperator: without(onAws.prometheusOperator, 'priorityClassName'),
    'kube-state-metrics': without(onAws['kube-state-metrics'], 'priorityClassName'),
    grafana: {
      // Without `admin` the chart makes a password of forty characters in the cluster, and keeps it there.
      ...without(onAws.grafana, 'priorityClassName', 'admin'),
      defaultDashboardsEnabled: false,
    },
  };
}

export type LocalMonitoringValues = ReturnType<typeof localMonitoringValues>;
