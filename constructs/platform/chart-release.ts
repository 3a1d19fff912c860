import { Release } from '@cdktf/provider-helm/lib/release';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type TfValue, tfJson } from '../core/tf-json';
import type { Chart } from './charts';

export interface ChartReleaseProps<Values extends { readonly [key: string]: TfValue }> {
  readonly chart: Chart<Values>;
  /** Name of the release. Changing it removes everything and installs it anew. */
  readonly releaseName: string;
  readonly namespace: string;
  /** Never a secret: Helm stores the values, and plans print them. */
  readonly values: Values;
  /** Seconds until everything must be ready. Default: 600. */
  readonly timeoutSeconds?: number;
  /** Leaves the kinds in the chart's crds/ out, because a release of their own brings them. Default: false. */
  readonly skipCrds?: boolean;
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** A chart at its pinned version. A release that doesn't become ready is taken back, so that it never sticks halfway. */
export class ChartRelease<Values extends { readonly [key: string]: TfValue }> extends Construct {
  readonly release: Release;

  constructor(scope: Construct, id: string, props: ChartReleaseProps<Values>) {
    super(scope, id);
    const { chart } = props;
    this.release = new Release(this, 'release', {
      name: props.releaseName,
      namespace: props.namespace,
      repository: chart.repository,
      chart: chart.chart,
      version: chart.version,
      values: [tfJson(props.values)],
      atomic: true,
      cleanupOnFail: true,
      wait: true,
      skipCrds: props.skipCrds || undefined,
      timeout: props.timeoutSeconds ?? 600,
      // Each revision is a Secret of up to 1 MiB.
      maxHistory: 5,
      dependsOn: props.dependsOn ? [...props.dependsOn] : undefined,
    });
  }
}
