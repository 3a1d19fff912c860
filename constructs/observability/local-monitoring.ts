import { RoleV1 } from '@cdktf/provider-kubernetes/lib/role-v1';
import { Construct } from 'constructs';
import { RawObjects } from '../kubernetes/raw-objects';
import { RestrictedNamespace } from '../kubernetes/restricted-namespace';
import { ChartRelease } from '../platform/chart-release';
import { charts } from '../platform/charts';
import { PrometheusOperatorCrds } from '../platform/prometheus-operator-crds';
import { serviceNamespace } from '../workload/names';
import { managementServiceLabel } from '../workload/role-services';
import { type AlertGroup, alertObject } from './alert';
import { Dashboards } from './dashboards';
import { localMonitoringValues } from './local-monitoring-values';
import { grafanaRole } from './monitoring-values';
import { monitoringNamespace } from './names';
import { recordingRules } from './recording-rules';
import { serviceAlerts } from './service-alerts';
import { serviceMonitor } from './service-monitor';

export interface LocalMonitoringProps {
  readonly environment: string;
  readonly owner: string;
  readonly labels: Record<string, string>;
}

/** The service has one role on a laptop, so that the absence of the others is nothing to be alarmed about. */
const alerts: readonly AlertGroup[] = serviceAlerts.map((group) => ({
  ...group,
  alerts: group.alerts.filter(({ name }) => name !== 'RoleAbsent'),
}));

/**
 * Prometheus and Grafana on a laptop's cluster, with the service's own dashboards, rules and alerts, which tell nobody.
 * What asks the service lies here, not beside it: the service goes without monitoring, and without its kinds.
 */
export class LocalMonitoring extends Construct {
  constructor(scope: Construct, id: string, { environment, owner, labels }: LocalMonitoringProps) {
    super(scope, id);
    const namespace = monitoringNamespace;
    const home = new RestrictedNamespace(this, 'namespace', {
      name: namespace,
      podSecurityVersion: 'latest',
      labels,
    });
    const kinds = new PrometheusOperatorCrds(this, 'kinds');
    const role = new RoleV1(this, 'grafana-role', {
      metadata: { name: grafanaRole, namespace, labels },
      rule: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }],
      dependsOn: [home.resource],
    });
    const { release } = new ChartRelease(this, 'chart', {
      chart: charts.kubePrometheusStack,
      releaseName: 'monitoring',
      namespace,
      values: localMonitoringValues(environment),
      timeoutSeconds: 900,
      dependsOn: [home.resource, kinds.release.release, role],
    });
    new Dashboards(this, 'dashboards', { labels, dependsOn: [home.resource] });
    new RawObjects(this, 'service', {
      releaseName: 'holdfast-watch',
      namespace,
      objects: [
        serviceMonitor({
          ...{ name: 'holdfast', namespace, labels, serviceLabels: managementServiceLabel },
          serviceNamespace,
        }),
        recordingRules(namespace, labels),
        alertObject({ name: 'holdfast-alerts', namespace, labels, owner, groups: alerts }),
      ],
      // Its webhook reads the rules.
      dependsOn: [release],
    });
  }
}
