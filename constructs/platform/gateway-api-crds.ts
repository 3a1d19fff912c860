import { Construct } from 'constructs';
import { ChartRelease } from './chart-release';
import { charts } from './charts';

export type GatewayApiCrdsValues = {
  readonly standard: { readonly enabled: true };
  readonly experimental: { readonly enabled: false };
  readonly global: { readonly resourcePolicy: { readonly keep: true } };
};

/**
 * Kinds of the Gateway API, standard channel. They outlive the release: removing one would remove every route of its
 * kind, in every namespace. The controllers that act on them come after.
 */
export class GatewayApiCrds extends Construct {
  readonly release: ChartRelease<GatewayApiCrdsValues>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.release = new ChartRelease(this, 'chart', {
      chart: charts.gatewayApiCrds,
      releaseName: 'gateway-api-crds',
      namespace: 'kube-system',
      values: {
        standard: { enabled: true },
        experimental: { enabled: false },
        global: { resourcePolicy: { keep: true } },
      },
    });
  }
}
