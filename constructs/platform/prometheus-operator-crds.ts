import { Construct } from 'constructs';
import { ChartRelease } from './chart-release';
import { charts } from './charts';
import { type KeptCrds, keptCrds } from './hardening';

export type PrometheusOperatorCrdsValues = { readonly crds: KeptCrds };

/**
 * Kinds of the Prometheus operator (ServiceMonitor, PrometheusRule, …), without the operator: stacks may describe what
 * is to be watched whether or not something watches yet.
 */
export class PrometheusOperatorCrds extends Construct {
  readonly release: ChartRelease<PrometheusOperatorCrdsValues>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.release = new ChartRelease(this, 'chart', {
      chart: charts.prometheusOperatorCrds,
      releaseName: 'prometheus-operator-crds',
      // Kinds belong to no namespace; the record of the release has to lie somewhere that is always there.
      namespace: 'kube-system',
      values: { crds: keptCrds },
    });
  }
}
