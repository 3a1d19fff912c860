import { volumeClass } from '../kubernetes/storage-class';
import { containerSecurity, podSecurity, resources } from '../platform/hardening';
import { priorityClasses } from '../platform/names';
import {
  alertmanagerConfig,
  type MaintenanceWindow,
  neededKeys,
  type Receivers,
  receiverFolder,
} from './alertmanager';
import { chartRules } from './chart-rules';
import { type MetricsWorkspace, remoteWrite } from './managed-prometheus';
import { monitoringNamespace, nodeExporterNamespace } from './names';
import { tempoUid } from './traces/data-source';

export interface MonitoringSize {
  /** Copies of Prometheus and Alertmanager, on different nodes. */
  readonly replicas: number;
  readonly retentionDays: number;
  /** Of each Prometheus. */
  readonly storageGiB: number;
  readonly memoryMiB: number;
}

export interface MonitoringValuesProps extends MonitoringSize {
  readonly environment: string;
  /** In EKS Auto Mode the name service is no pod of the cluster's. */
  readonly compute: 'managed' | 'auto';
  readonly receivers: Receivers;
  readonly maintenance: readonly MaintenanceWindow[];
  /** Whether metrics lead to traces. */
  readonly traces: { readonly enabled: boolean };
  /** Gets a copy of all metrics. Default: nobody does. */
  readonly managedPrometheus?: MetricsWorkspace;
}

/** Secrets in the monitoring's namespace that external-secrets fills. */
export const monitoringSecrets = { grafana: 'grafana-admin', receivers: 'alertmanager-receivers' } as const;
export const grafanaKeys = { user: 'admin-user', password: 'admin-password' } as const;

/** What the chart deploys at its pinned version (constructs/platform/charts.ts). Tests use tools of these. */
export const bundled = { prometheus: '3.14.0', alertmanager: '0.34.0' } as const;

const off = { enabled: false } as const;

/** What kube-state-metrics reports on, and may read therefore. */
const watchedKinds = [
  'cronjobs',
  'daemonsets',
  'deployments',
  'horizontalpodautoscalers',
  'jobs',
  'namespaces',
  'nodes',
  'persistentvolumeclaims',
  'persistentvolumes',
  'poddisruptionbudgets',
  'pods',
  'replicasets',
  'resourcequotas',
  'services',
  'statefulsets',
  'storageclasses',
];

/** Labels of nodes that become those of `kube_node_labels`: what a node is, and whether it is on spot capacity. */
export const nodeLabels = [
  'node.kubernetes.io/instance-type',
  'karpenter.sh/capacity-type',
  'eks.amazonaws.com/capacityType',
] as const;

/** Lets Grafana's sidecars read ConfigMaps of the monitoring's namespace: the chart's own role reads every Secret. */
export const grafanaRole = 'grafana-config-maps';

/** A budget would keep a single copy on its node for ever. */
const budget = (replicas: number) =>
  replicas > 1
    ? ({ enabled: true, minAvailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' } as const)
    : off;

const claim = (gibibytes: number) => ({
  volumeClaimTemplate: {
    spec: {
      storageClassName: volumeClass,
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: `${gibibytes}Gi` } },
    },
  },
});

/** Copies never share a node, and a zone only where there is no other. */
const spread = (name: string) => ({
  podAntiAffinity: 'hard',
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
    },
  ],
});

const priorityClassName = priorityClasses.serving.name;

/**
 * Values of kube-prometheus-stack. Pods meet the standard "restricted", most by the chart's own defaults, and stay within
 * one namespace; node-exporter has one of its own, since it looks at the node.
 */
export const monitoringValues = (props: MonitoringValuesProps) => ({
  fullnameOverride: 'monitoring',
  cleanPrometheusOperatorObjectNames: true,
  // The platform's own release brings them.
  crds: off,
  defaultRules: chartRules,
  kubeControllerManager: off,
  kubeScheduler: off,
  kubeEtcd: off,
  kubeProxy: off,
  coreDns: { enabled: props.compute === 'managed' },
  prometheus: prometheusValues(props),
  alertmanager: alertmanagerValues(props),
  prometheusOperator: {
    priorityClassName,
    resources: resources('50m', '128Mi', '256Mi'),
    prometheusConfigReloader: { resources: resources('10m', '32Mi', '64Mi') },
    admissionWebhooks: { patch: { resources: resources('10m', '32Mi', '64Mi') } },
  },
  'kube-state-metrics': {
    priorityClassName,
    resources: resources('20m', '96Mi', '256Mi'),
    // Not Secrets: it would have to be able to read them.
    collectors: watchedKinds,
    metricLabelsAllowlist: [`nodes=[${nodeLabels.join(',')}]`],
  },
  'prometheus-node-exporter': {
    namespaceOverride: nodeExporterNamespace,
    priorityClassName: 'system-node-critical',
    resources: resources('20m', '32Mi', '96Mi'),
  },
  grafana: grafanaValues(props),
});

const prometheusValues = ({
  environment,
  replicas,
  retentionDays,
  storageGiB,
  memoryMiB,
  traces,
  managedPrometheus,
}: MonitoringValuesProps) => ({
  podDisruptionBudget: budget(replicas),
  prometheusSpec: {
    replicas,
    ...spread('prometheus'),
    // Else only objects with this release's labels count, and the service's are not among them.
    ruleSelectorNilUsesHelmValues: false,
    serviceMonitorSelectorNilUsesHelmValues: false,
    podMonitorSelectorNilUsesHelmValues: false,
    probeSelectorNilUsesHelmValues: false,
    scrapeConfigSelectorNilUsesHelmValues: false,
    scrapeInterval: '30s',
    evaluationInterval: '30s',
    externalLabels: { environment },
    // Which trace an observation belongs to. In memory alone: those of the last hours.
    ...(traces.enabled && { enableFeatures: ['exemplar-storage'], exemplars: { maxSize: 100_000 } }),
    ...(managedPrometheus && { remoteWrite: [remoteWrite(managedPrometheus)] }),
    retention: `${retentionDays}d`,
    // What is not compacted yet comes on top.
    retentionSize: `${Math.floor(storageGiB * 0.8)}GiB`,
    storageSpec: claim(storageGiB),
    resources: resources('200m', `${memoryMiB}Mi`, `${memoryMiB}Mi`),
    priorityClassName,
  },
});

const alertmanagerValues = ({ replicas, receivers, maintenance }: MonitoringValuesProps) => ({
  podDisruptionBudget: budget(replicas),
  config: alertmanagerConfig(receivers, maintenance),
  alertmanagerSpec: {
    replicas,
    ...spread('alertmanager'),
    // Silences, and what has been told already.
    storage: claim(2),
    resources: resources('20m', '64Mi', '128Mi'),
    priorityClassName,
    ...(neededKeys(receivers).length > 0 && {
      // Optional: Alertmanager starts without them, and NotificationsFailing says what is missing.
      volumes: [{ name: 'receivers', secret: { secretName: monitoringSecrets.receivers, optional: true } }],
      volumeMounts: [{ name: 'receivers', mountPath: receiverFolder, readOnly: true }],
    }),
  },
});

/** Nothing of its own to lose: dashboards, data sources and the password come from outside. So one copy is enough. */
const grafanaValues = ({ traces }: MonitoringValuesProps) => ({
  fullnameOverride: 'grafana',
  admin: {
    existingSecret: monitoringSecrets.grafana,
    userKey: grafanaKeys.user,
    passwordKey: grafanaKeys.password,
  },
  defaultDashboardsEditable: false,
  testFramework: off,
  rbac: { create: true, namespaced: true, useExistingRole: grafanaRole },
  priorityClassName,
  resources: resources('50m', '192Mi', '512Mi'),
  securityContext: { ...podSecurity, runAsUser: 472, runAsGroup: 472, fsGroup: 472 },
  sidecar: {
    dashboards: {
      enabled: true,
      label: 'grafana_dashboard',
      labelValue: '1',
      searchNamespace: monitoringNamespace,
      resource: 'configmap',
    },
    datasources: {
      enabled: true,
      searchNamespace: monitoringNamespace,
      resource: 'configmap',
      ...(traces.enabled && {
        exemplarTraceIdDestinations: {
          datasourceUid: tempoUid,
          traceIdLabelName: 'trace_id',
          urlDisplayLabel: 'Show the trace',
        },
      }),
    },
    securityContext: containerSecurity,
    resources: resources('10m', '96Mi', '192Mi'),
  },
  'grafana.ini': {
    analytics: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false },
    users: { allow_sign_up: false },
    security: { cookie_samesite: 'strict', disable_gravatar: true },
    snapshots: { external_enabled: false },
  },
});

export type MonitoringValues = ReturnType<typeof monitoringValues>;
