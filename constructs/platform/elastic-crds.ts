import { Construct } from 'constructs';
import { ChartRelease } from './chart-release';
import { charts } from './charts';

/** Its templates mark the kinds as kept; there is nothing else to say. */
export type ElasticCrdsValues = { readonly nameOverride: '' };

/** Kinds of Elastic's operator. They outlive the release: with one would go every object of its kind, and its data. */
export class ElasticCrds extends Construct {
  readonly release: ChartRelease<ElasticCrdsValues>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.release = new ChartRelease(this, 'chart', {
      chart: charts.elasticCrds,
      releaseName: 'elastic-crds',
      // Kinds belong to no namespace; the record of the release has to lie somewhere that is always there.
      namespace: 'kube-system',
      values: { nameOverride: '' },
    });
  }
}
