import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { tfJson } from '../../core/tf-json';
import { type KubernetesObject, RawObjects } from '../../kubernetes/raw-objects';
import { RestrictedNamespace, type RestrictedNamespaceProps } from '../../kubernetes/restricted-namespace';
import { ChartRelease } from '../../platform/chart-release';
import { charts } from '../../platform/charts';
import { serviceNamespace } from '../../workload/names';
import { alertObject } from '../alert';
import { datadogApiKey } from '../names';
import type { SamplingProps } from './collector-config';
import { gatewayValues, samplerValues } from './collector-values';
import { dataSourceMetadata, tempoDataSource } from './data-source';
import { datadogSecret, tracing, tracingNamespace } from './names';
import { TracingNetwork } from './network';
import { type TempoProps, tempoValues } from './tempo-values';
import { traceAlerts } from './trace-alerts';

export interface TracesProps extends TempoProps, SamplingProps {
  /** Copies of each tier of collectors. */
  readonly replicas: number;
  /** Responsible for them; on every alert. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly podSecurityVersion: RestrictedNamespaceProps['podSecurityVersion'];
  /** Name of the ClusterSecretStore. */
  readonly secretStore: string;
  /** Entry in Secrets Manager with the keys of other services. */
  readonly integrationSecretName: string;
  /** Grafana's data source of logs that spans lead to. Default: they lead to none. */
  readonly lokiUid?: string;
  /** The monitoring: its kinds, its volumes, Grafana's namespace. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Takes the service's traces, keeps those that failed, those that were slow, and a share of the rest, and stores them in
 * S3. Two tiers of collectors: a decision needs all spans of a trace in one place (collector-config.ts).
 */
export class Traces extends Construct {
  constructor(scope: Construct, id: string, props: TracesProps) {
    super(scope, id);
    const { labels, podSecurityVersion, dependsOn } = props;
    const namespace = tracingNamespace;
    const home = new RestrictedNamespace(this, 'namespace', { name: namespace, podSecurityVersion, labels });
    const network = new TracingNetwork(this, 'network', {
      ...props,
      senders: [serviceNamespace],
      dependsOn: [home.resource],
    });
    const ready = [home.resource, ...network.policies, ...dependsOn];
    const secrets = props.datadog
      ? [
          new RawObjects(this, 'secrets', {
            releaseName: 'tracing-secrets',
            namespace,
            objects: [apiKey(props)],
            dependsOn: ready,
          }).release,
        ]
      : [];
    const tempo = new ChartRelease(this, 'tempo', {
      chart: charts.tempo,
      releaseName: tracing.tempo,
      namespace,
      values: tempoValues(props),
      dependsOn: ready,
    });
    const sampler = new ChartRelease(this, 'sampler', {
      chart: charts.openTelemetryCollector,
      releaseName: tracing.sampler,
      namespace,
      values: samplerValues(props.replicas, props),
      dependsOn: [...ready, ...secrets, tempo.release],
    });
    new ChartRelease(this, 'gateway', {
      chart: charts.openTelemetryCollector,
      releaseName: tracing.gateway,
      namespace,
      values: gatewayValues(props.replicas),
      dependsOn: [...ready, sampler.release],
    });
    new ConfigMapV1(this, 'data-source', {
      metadata: dataSourceMetadata('tempo-data-source', labels),
      // Grafana reads no other ending; JSON is YAML.
      data: { 'tempo-data-source.yaml': tfJson(tempoDataSource(props.lokiUid)) },
      dependsOn: [...dependsOn],
    });
    new RawObjects(this, 'alerts', {
      releaseName: 'trace-alerts',
      namespace,
      objects: [
        alertObject({ name: 'trace-alerts', namespace, labels, owner: props.owner, groups: traceAlerts }),
      ],
      dependsOn: ready,
    });
  }
}

/** Copied by external-secrets; no value touches Terraform. */
const apiKey = ({ secretStore, integrationSecretName, labels }: TracesProps): KubernetesObject => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: datadogSecret.name, namespace: tracingNamespace, labels },
  spec: {
    secretStoreRef: { kind: 'ClusterSecretStore', name: secretStore },
    refreshInterval: '5m',
    target: { name: datadogSecret.name, creationPolicy: 'Owner', deletionPolicy: 'Retain' },
    data: [
      {
        secretKey: datadogSecret.key,
        remoteRef: { key: integrationSecretName, property: datadogApiKey },
      },
    ],
  },
});
