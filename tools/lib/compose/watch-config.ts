import { dirname, join } from 'node:path/posix';
import { exporter, managementPaths, ports, serviceRoleNames } from '../../../app/src/contract';
import { type AlertGroup, ruleGroup } from '../../../constructs/observability/alert';
import { alertmanagerConfig } from '../../../constructs/observability/alertmanager';
import { dashboards } from '../../../constructs/observability/dashboards';
import { dashboardModel } from '../../../constructs/observability/dashboards/dashboard';
import { localMonitoringValues } from '../../../constructs/observability/local-monitoring-values';
import { roleLabel } from '../../../constructs/observability/names';
import { recordingRules } from '../../../constructs/observability/recording-rules';
import { serviceAlerts } from '../../../constructs/observability/service-alerts';
import { storeAlerts } from '../../../constructs/observability/store-alerts';
import { tempoDataSource, tempoUid } from '../../../constructs/observability/traces/data-source';
import { otlpPorts, tempoPort } from '../../../constructs/observability/traces/names';
import { tempoConfig } from '../../../constructs/observability/traces/tempo-values';
import { selectorLabels } from '../../../constructs/workload/labels';
import { serviceNamespace } from '../../../constructs/workload/names';

/** What a laptop's cluster gets of the chart: sizes, intervals and labels are the same here. */
export const monitoringValuesHere = localMonitoringValues;

const prometheusUid = 'prometheus';
const alertmanagerAddress = 'alertmanager:9093';

/** Asks every copy of every role, with the labels that a cluster's Prometheus puts on their series. */
export function prometheusConfig(environment: string) {
  const { scrapeInterval, evaluationInterval, externalLabels } =
    monitoringValuesHere(environment).prometheus.prometheusSpec;
  const [offers] = exporter.ports;
  return {
    global: {
      scrape_interval: scrapeInterval,
      evaluation_interval: evaluationInterval,
      external_labels: externalLabels,
    },
    rule_files: ['rules/*.yaml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanagerAddress] }] }] },
    scrape_configs: [
      {
        // As the label `app.kubernetes.io/name` of the pods.
        job_name: selectorLabels('gateway')['app.kubernetes.io/name'],
        metrics_path: managementPaths.metrics,
        // By name, so that copies are found: docker compose up --scale worker=3.
        dns_sd_configs: [
          {
            names: [...serviceRoleNames, 'exporter'],
            type: 'A',
            port: ports[offers],
            refresh_interval: '15s',
          },
        ],
        relabel_configs: [
          { source_labels: ['__meta_dns_name'], target_label: roleLabel },
          { source_labels: ['__address__'], target_label: 'pod' },
          { replacement: serviceNamespace, target_label: 'namespace' },
        ],
      },
    ],
  };
}

const owner = 'local';
/** What is recorded of the service, and what somebody would be told of. */
export const rules = () => ({
  'recording.yaml': { groups: (recordingRules(serviceNamespace, {}).spec as { groups: unknown[] }).groups },
  'service.yaml': alerts(serviceAlerts),
  'stores.yaml': alerts(storeAlerts),
});
const alerts = (groups: readonly AlertGroup[]) => ({
  groups: groups.map((group) => ruleGroup(group, owner)),
});

/** Shows what fires, in Grafana too; has nobody to tell. */
export const alertmanagerFile = () => alertmanagerConfig({ deadMansSwitch: false }, []);

/** As in a cluster, but traces arrive by HTTP from the roles themselves, and lie on disk until it stops. */
export function tempoFile() {
  const { storage, ...cluster } = tempoConfig({ region: 'none', bucket: 'none', retentionDays: 2 });
  const { wal } = storage.trace;
  return {
    ...cluster,
    distributor: { receivers: { otlp: { protocols: { http: { endpoint: `0.0.0.0:${otlpPorts.http}` } } } } },
    storage: { trace: { backend: 'local', local: { path: join(dirname(wal.path), 'blocks') }, wal } },
  };
}

/** Data sources by the names that dashboards know them by. */
export const dataSources = () => ({
  apiVersion: 1,
  datasources: [
    {
      name: 'Prometheus',
      uid: prometheusUid,
      type: 'prometheus',
      access: 'proxy',
      isDefault: true,
      url: 'http://prometheus:9090',
      jsonData: {
        httpMethod: 'POST',
        exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: tempoUid }],
      },
    },
    {
      name: 'Alertmanager',
      uid: 'alertmanager',
      type: 'alertmanager',
      access: 'proxy',
      url: `http://${alertmanagerAddress}`,
      jsonData: { implementation: 'prometheus' },
    },
    ...tempoDataSource().datasources.map((source) => ({ ...source, url: `http://tempo:${tempoPort}` })),
  ],
});

const dashboardFolder = '/etc/grafana/provisioning/dashboards';
export const dashboardProvider = () => ({
  apiVersion: 1,
  providers: [
    {
      name: 'holdfast',
      folder: 'Holdfast',
      type: 'file',
      disableDeletion: true,
      allowUiUpdates: false,
      options: { path: dashboardFolder },
    },
  ],
});

/** Those of the service and its servers; what only a cluster or AWS can tell would stay empty. */
const clusterOnly = ['holdfast-workload', 'holdfast-cost'];
export const dashboardFiles = (): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    dashboards
      .filter(({ uid }) => !clusterOnly.includes(uid))
      .map((dashboard) => [`${dashboard.uid}.json`, dashboardModel(dashboard)]),
  );
