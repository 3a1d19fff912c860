import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { RoleV1 } from '@cdktf/provider-kubernetes/lib/role-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type KubernetesObject, RawObjects } from '../kubernetes/raw-objects';
import {
  PrivilegedNamespace,
  RestrictedNamespace,
  type RestrictedNamespaceProps,
} from '../kubernetes/restricted-namespace';
import { VolumeClass } from '../kubernetes/storage-class';
import { ChartRelease } from '../platform/chart-release';
import { charts } from '../platform/charts';
import { namespaces } from '../platform/names';
import { alertObject } from './alert';
import { neededKeys } from './alertmanager';
import { clusterAlerts } from './cluster-alerts';
import { certManagerMonitor } from './controller-monitors';
import { Dashboards } from './dashboards';
import {
  grafanaKeys,
  grafanaRole,
  type MonitoringValues,
  type MonitoringValuesProps,
  monitoringSecrets,
  monitoringValues,
} from './monitoring-values';
import { grafanaPassword, monitoringNamespace, nodeExporterNamespace, prometheusPort } from './names';

export interface MonitoringProps extends MonitoringValuesProps {
  /** Responsible for the cluster; on every alert. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly podSecurityVersion: RestrictedNamespaceProps['podSecurityVersion'];
  /** Where the Kubernetes API's own interfaces lie. */
  readonly vpcCidr: string;
  /** Name of the ClusterSecretStore. */
  readonly secretStore: string;
  /** Entries in Secrets Manager: Grafana's password, and what the receivers need. */
  readonly grafanaSecretName: string;
  readonly alertingSecretName: string;
}

/** Prometheus, Alertmanager, Grafana and the exporters of the cluster, with the alerts on it. */
export class Monitoring extends Construct {
  readonly release: ChartRelease<MonitoringValues>;
  /** The namespace and the class of volumes, for what else of the observability needs them. */
  readonly foundation: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { labels, podSecurityVersion } = props;
    const namespace = monitoringNamespace;
    const home = new RestrictedNamespace(this, 'namespace', { name: namespace, podSecurityVersion, labels });
    const ofNodes = new PrivilegedNamespace(this, 'node-exporter-namespace', {
      name: nodeExporterNamespace,
      podSecurityVersion,
      labels,
    });
    const volumes = new VolumeClass(this, 'volumes', { compute: props.compute });
    this.foundation = [home.resource, volumes.resource];
    const policy = this.policy(home, props);
    const role = new RoleV1(this, 'grafana-role', {
      metadata: { name: grafanaRole, namespace, labels: { ...labels } },
      rule: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }],
      dependsOn: [home.resource],
    });
    const secrets = new RawObjects(this, 'secrets', {
      releaseName: 'monitoring-secrets',
      namespace,
      objects: secretObjects(props),
      dependsOn: [home.resource],
    });
    this.release = new ChartRelease(this, 'chart', {
      chart: charts.kubePrometheusStack,
      releaseName: 'monitoring',
      namespace,
      values: monitoringValues(props),
      timeoutSeconds: 900,
      dependsOn: [home.resource, ofNodes.resource, volumes.resource, policy, role, secrets.release],
    });
    new Dashboards(this, 'dashboards', { labels, dependsOn: [home.resource] });
    new RawObjects(this, 'monitors', {
      releaseName: 'controller-monitors',
      namespace,
      objects: [certManagerMonitor(labels)],
      dependsOn: [this.release.release],
    });
    new RawObjects(this, 'alerts', {
      releaseName: 'cluster-alerts',
      namespace,
      objects: [
        alertObject({ name: 'cluster-alerts', namespace, labels, owner: props.owner, groups: clusterAlerts }),
      ],
      // Its webhook reads them.
      dependsOn: [this.release.release],
    });
  }

  /** Prometheus has no login: only its own namespace asks it, the autoscaler, and the API the operator's webhook. */
  private policy(home: RestrictedNamespace, { vpcCidr, labels }: MonitoringProps): NetworkPolicyV1 {
    const tcp = (port: number) => [{ protocol: 'TCP', port: String(port) }];
    return new NetworkPolicyV1(this, 'network-policy', {
      metadata: { name: 'monitoring', namespace: monitoringNamespace, labels: { ...labels } },
      spec: {
        podSelector: {},
        // Whom it asks is anybody with metrics, so what goes out is not restricted.
        policyTypes: ['Ingress'],
        ingress: [
          { from: [{ podSelector: {} }] },
          { from: [{ ipBlock: { cidr: vpcCidr } }], ports: tcp(10250) },
          {
            from: [
              { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespaces.keda } } },
            ],
            ports: tcp(prometheusPort),
          },
        ],
      },
      dependsOn: [home.resource],
    });
  }
}

/** What external-secrets copies from Secrets Manager; no value touches Terraform. */
function secretObjects(props: MonitoringProps): KubernetesObject[] {
  const keys = neededKeys(props.receivers);
  return [
    externalSecret(props, monitoringSecrets.grafana, {
      data: [
        { secretKey: 'password', remoteRef: { key: props.grafanaSecretName, property: grafanaPassword } },
      ],
      template: { data: { [grafanaKeys.user]: 'admin', [grafanaKeys.password]: '{{ .password }}' } },
    }),
    ...(keys.length > 0
      ? [
          externalSecret(props, monitoringSecrets.receivers, {
            data: keys.map((key) => ({
              secretKey: key,
              remoteRef: { key: props.alertingSecretName, property: key },
            })),
          }),
        ]
      : []),
  ];
}

const externalSecret = (
  { secretStore, labels }: MonitoringProps,
  name: string,
  {
    data,
    template,
  }: {
    readonly data: readonly {
      readonly secretKey: string;
      readonly remoteRef: { readonly key: string; readonly property: string };
    }[];
    readonly template?: { readonly data: Readonly<Record<string, string>> };
  },
): KubernetesObject => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name, namespace: monitoringNamespace, labels },
  spec: {
    secretStoreRef: { kind: 'ClusterSecretStore', name: secretStore },
    refreshInterval: '5m',
    target: { name, creationPolicy: 'Owner', deletionPolicy: 'Retain', template },
    data,
  },
});
