import type { TfValue } from '../core/tf-json';
import type { MonitoringValues } from '../observability/monitoring-values';
import type { ExternalSecretsValues } from './external-secrets';
import type { LoadBalancerControllerValues } from './load-balancer-controller';
import type { PrometheusOperatorCrdsValues } from './prometheus-operator-crds';

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
  readonly kubePrometheusStack: Chart<MonitoringValues>;
  readonly externalSecrets: Chart<ExternalSecretsValues>;
  readonly loadBalancerController: Chart<LoadBalancerControllerValues>;
} = {
  prometheusOperatorCrds: {
    repository: 'https://prometheus-community.github.io/helm-charts',
    chart: 'prometheus-operator-crds',
    version: '31.0.1',
    appVersion: 'v0.93.1',
    source: 'github.com/prometheus-community/helm-charts, charts/prometheus-operator-crds',
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
};
