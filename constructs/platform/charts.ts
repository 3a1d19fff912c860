import type { VeleroValues } from '../backup/velero/values';
import type { TfValue } from '../core/tf-json';
import type { CloudWatchExporterValues } from '../observability/cloudwatch-exporter';
import type { LocalMonitoringValues } from '../observability/local-monitoring-values';
import type { LogCollectorValues } from '../observability/logs/loki-collector';
import type { LokiValues } from '../observability/logs/loki-values';
import type { ElasticOperatorValues } from '../observability/logs/operator';
import type { MonitoringValues } from '../observability/monitoring-values';
import type { BlackboxValues } from '../observability/public-probe';
import type { CollectorValues } from '../observability/traces/collector-values';
import type { TempoValues } from '../observability/traces/tempo-values';
import type { ArgoCdValues } from './argo-cd';
import type { CertManagerValues } from './cert-manager';
import type { ElasticCrdsValues } from './elastic-crds';
import type { ExternalDnsValues } from './external-dns';
import type { ExternalSecretsValues } from './external-secrets';
import type { GatewayApiCrdsValues } from './gateway-api-crds';
import type { IstioBaseValues, IstioCniValues, IstiodValues, ZtunnelValues } from './istio';
import type { KarpenterValues } from './karpenter-controller';
import type { KedaValues } from './keda';
import type { LoadBalancerControllerValues } from './load-balancer-controller';
import type { PrometheusOperatorCrdsValues } from './prometheus-operator-crds';

type KarpenterCrdsValues = {
  readonly additionalAnnotations: { readonly 'helm.sh/resource-policy': 'keep' };
};

/** A chart, and the type of what may be said to it. */
export interface Chart<Values extends { readonly [key: string]: TfValue }> {
  readonly repository: string;
  readonly chart: string;
  /** Exact: a range would let two applies of the same commit differ. */
  readonly version: string;
  /** Version of the software in it. */
  readonly appVersion: string;
  /** Where its values file was read, and the day of that copy. */
  readonly source: string;
  readonly asOf: `${number}-${number}-${number}`;
  /** Never set: it ties `Values` to the chart, so that a release can't be given another chart's. */
  readonly values?: Values;
}

/** Every chart that is deployed. Raising a version: read the new values file at `source`, then change both lines. */
export const charts: {
  readonly prometheusOperatorCrds: Chart<PrometheusOperatorCrdsValues>;
  readonly gatewayApiCrds: Chart<GatewayApiCrdsValues>;
  readonly kubePrometheusStack: Chart<MonitoringValues | LocalMonitoringValues>;
  readonly cloudWatchExporter: Chart<CloudWatchExporterValues>;
  readonly blackboxExporter: Chart<BlackboxValues>;
  readonly externalSecrets: Chart<ExternalSecretsValues>;
  readonly loadBalancerController: Chart<LoadBalancerControllerValues>;
  readonly karpenterCrds: Chart<KarpenterCrdsValues>;
  readonly karpenter: Chart<KarpenterValues>;
  readonly keda: Chart<KedaValues>;
  readonly certManager: Chart<CertManagerValues>;
  readonly externalDns: Chart<ExternalDnsValues>;
  readonly argoCd: Chart<ArgoCdValues>;
  readonly elasticCrds: Chart<ElasticCrdsValues>;
  readonly elasticOperator: Chart<ElasticOperatorValues>;
  readonly loki: Chart<LokiValues>;
  readonly openTelemetryCollector: Chart<LogCollectorValues | CollectorValues>;
  readonly istioBase: Chart<IstioBaseValues>;
  readonly istiod: Chart<IstiodValues>;
  readonly istioCni: Chart<IstioCniValues>;
  readonly ztunnel: Chart<ZtunnelValues>;
  readonly tempo: Chart<TempoValues>;
  readonly velero: Chart<VeleroValues>;
} = {
  prometheusOperatorCrds: {
    repository: 'https://prometheus-community.github.io/helm-charts',
    chart: 'prometheus-operator-crds',
    version: '31.0.1',
    appVersion: 'v0.93.1',
    source: 'github.com/prometheus-community/helm-charts, charts/prometheus-operator-crds',
    asOf: '2026-08-22',
  },
  /** Nothing but the definitions; kubernetes-sigs publishes no chart of them (docs/decisions/0007-gateway-api.md). */
  gatewayApiCrds: {
    repository: 'https://charts.christianhuth.de',
    chart: 'gateway-api-crds',
    version: '1.2.3',
    appVersion: 'v1.6.1',
    source: 'github.com/christianhuth/helm-charts, charts/gateway-api-crds',
    asOf: '2026-08-22',
  },
  /** Prometheus 3.14.0, Alertmanager 0.34.0: .ci/prometheus.sh builds promtool and amtool of the same versions. */
  kubePrometheusStack: {
    repository: 'https://prometheus-community.github.io/helm-charts',
    chart: 'kube-prometheus-stack',
    version: '88.5.3',
    appVersion: 'v0.93.1',
    source: 'github.com/prometheus-community/helm-charts, charts/kube-prometheus-stack',
    asOf: '2026-08-22',
  },
  cloudWatchExporter: {
    repository: 'https://prometheus-community.github.io/helm-charts',
    chart: 'prometheus-yet-another-cloudwatch-exporter',
    version: '0.47.0',
    appVersion: 'v0.67.0',
    source: 'github.com/prometheus-community/helm-charts, charts/prometheus-yet-another-cloudwatch-exporter',
    asOf: '2026-08-22',
  },
  blackboxExporter: {
    repository: 'https://prometheus-community.github.io/helm-charts',
    chart: 'prometheus-blackbox-exporter',
    version: '11.17.2',
    appVersion: 'v0.28.0',
    source: 'github.com/prometheus-community/helm-charts, charts/prometheus-blackbox-exporter',
    asOf: '2026-08-22',
  },
  externalSecrets: {
    repository: 'https://charts.external-secrets.io',
    chart: 'external-secrets',
    version: '2.9.0',
    appVersion: 'v2.9.0',
    source: 'github.com/external-secrets/external-secrets, deploy/charts/external-secrets',
    asOf: '2026-08-08',
  },
  /** Its CRDs lie in crds/: Helm installs them once and never updates them. */
  loadBalancerController: {
    repository: 'https://aws.github.io/eks-charts',
    chart: 'aws-load-balancer-controller',
    version: '3.5.0',
    appVersion: 'v3.5.0',
    source: 'github.com/aws/eks-charts, stable/aws-load-balancer-controller',
    asOf: '2026-08-03',
  },
  /** The same kinds as in the controller's own crds/, which Helm would never update; raised together with it. */
  karpenterCrds: {
    repository: 'oci://public.ecr.aws/karpenter',
    chart: 'karpenter-crd',
    version: '1.14.1',
    appVersion: '1.14.1',
    source: 'github.com/aws/karpenter-provider-aws, charts/karpenter-crd',
    asOf: '2026-08-21',
  },
  karpenter: {
    repository: 'oci://public.ecr.aws/karpenter',
    chart: 'karpenter',
    version: '1.14.1',
    appVersion: '1.14.1',
    source: 'github.com/aws/karpenter-provider-aws, charts/karpenter',
    asOf: '2026-08-21',
  },
  keda: {
    repository: 'https://kedacore.github.io/charts',
    chart: 'keda',
    version: '2.20.2',
    appVersion: '2.20.2',
    source: 'github.com/kedacore/charts, keda',
    asOf: '2026-08-13',
  },
  certManager: {
    repository: 'oci://quay.io/jetstack/charts',
    chart: 'cert-manager',
    version: 'v1.21.1',
    appVersion: 'v1.21.1',
    source: 'github.com/cert-manager/cert-manager, deploy/charts/cert-manager at v1.21.1',
    asOf: '2026-08-22',
  },
  externalDns: {
    repository: 'https://kubernetes-sigs.github.io/external-dns/',
    chart: 'external-dns',
    version: '1.21.1',
    appVersion: '0.21.0',
    source: 'github.com/kubernetes-sigs/external-dns, charts/external-dns',
    asOf: '2026-08-22',
  },
  argoCd: {
    repository: 'https://argoproj.github.io/argo-helm',
    chart: 'argo-cd',
    version: '10.1.1',
    appVersion: 'v3.4.4',
    source: 'github.com/argoproj/argo-helm, charts/argo-cd',
    asOf: '2026-07-02',
  },
  /** The operator's subchart, published by itself: `eck-operator` would install the kinds, and never update them. */
  elasticCrds: elastic('eck-operator-crds', 'deploy/eck-operator/charts/eck-operator-crds'),
  elasticOperator: elastic('eck-operator', 'deploy/eck-operator'),
  loki: {
    repository: 'oci://ghcr.io/grafana-community/helm-charts',
    chart: 'loki',
    version: '18.11.0',
    appVersion: '3.7.6',
    source: 'github.com/grafana-community/helm-charts, charts/loki',
    asOf: '2026-08-20',
  },
  openTelemetryCollector: {
    repository: 'https://open-telemetry.github.io/opentelemetry-helm-charts',
    chart: 'opentelemetry-collector',
    version: '0.170.0',
    appVersion: '0.158.0',
    source: 'github.com/open-telemetry/opentelemetry-helm-charts, charts/opentelemetry-collector',
    asOf: '2026-08-20',
  },
  istioBase: istio('base', 'manifests/charts/base'),
  istiod: istio('istiod', 'manifests/charts/istio-control/istio-discovery'),
  istioCni: istio('cni', 'manifests/charts/istio-cni'),
  ztunnel: istio('ztunnel', 'manifests/charts/ztunnel'),
  tempo: {
    repository: 'https://grafana-community.github.io/helm-charts',
    chart: 'tempo',
    version: '2.2.4',
    appVersion: '2.10.8',
    source: 'github.com/grafana-community/helm-charts, charts/tempo',
    asOf: '2026-08-20',
  },
  /** Its CRDs lie in crds/; a Job of the chart's own renews them at each upgrade. */
  velero: {
    repository: 'https://vmware-tanzu.github.io/helm-charts',
    chart: 'velero',
    version: '12.1.0',
    appVersion: '1.18.1',
    source: 'github.com/vmware-tanzu/helm-charts, charts/velero',
    asOf: '2026-06-25',
  },
};

/** Kinds and operator are raised together. Their values files lie in one repository. */
function elastic(chart: string, folder: string) {
  return {
    repository: 'https://helm.elastic.co',
    chart,
    version: '3.5.0',
    appVersion: '3.5.0',
    source: `github.com/elastic/cloud-on-k8s, ${folder} at v3.5.0`,
    asOf: '2026-08-21',
  } as const;
}

/** One release of Istio is one set of charts. */
function istio(chart: string, folder: string) {
  return {
    repository: 'oci://registry.istio.io/release/charts',
    chart,
    version: '1.30.3',
    appVersion: '1.30.3',
    source: `github.com/istio/istio, ${folder} at 1.30.3`,
    asOf: '2026-08-22',
  } as const;
}
