import { join } from 'node:path';
import { Release } from '@cdktf/provider-helm/lib/release';
import { AssetType, type ITerraformDependable, TerraformAsset, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { type TfValue, tfJson } from '../core/tf-json';

/** Where the chart lies. Only a copy under its content's hash reaches the synthesised files, never this path. */
const chartFolder = join(__dirname, 'raw-chart');

/** Any object of the Kubernetes API. `spec` may hold tokens, but not as keys. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    /** Left out for objects of the whole cluster. */
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly [key: string]: TfValue };
}

/** One whose fields stand beside its metadata instead of in a `spec`. */
export type FlatObject = Omit<KubernetesObject, 'spec'> & {
  readonly kind: 'VolumeSnapshotClass';
  readonly driver: string;
  readonly deletionPolicy: 'Delete' | 'Retain';
};

export interface RawObjectsProps {
  /** Name of the Helm release. Changing it deletes the objects and makes them anew. */
  readonly releaseName: string;
  /** Where the release is recorded, and where objects without a namespace of their own go. */
  readonly namespace: string;
  /** One concern per release, so that its objects come and go together. No secret belongs here: Helm stores them. */
  readonly objects: readonly (KubernetesObject | FlatObject)[];
  /** What has to be there before: the namespace, and the release whose operator owns the kinds. */
  readonly dependsOn: readonly ITerraformDependable[];
  /**
   * Seconds that Helm waits, when removing too. Default: 300. Objects with finalizers that take AWS resources down
   * (node pools, gateways) need 1800 or more.
   */
  readonly timeoutSeconds?: number;
}

/**
 * Objects that the Kubernetes provider has no resource for, or not all fields of. `kubernetes_manifest` asks for the
 * kind's definition while planning, before the release that brings it, so they go through a Helm chart that does
 * nothing but print its values.
 */
export class RawObjects extends Construct {
  readonly release: Release;

  constructor(scope: Construct, id: string, props: RawObjectsProps) {
    super(scope, id);
    const objects = props.objects.map(({ metadata, ...object }) => ({
      ...object,
      // Helm writes itself in, whatever stands here.
      metadata: { ...metadata, labels: { ...metadata.labels, 'app.kubernetes.io/managed-by': 'Helm' } },
    }));
    this.release = new Release(this, 'release', {
      name: props.releaseName,
      namespace: props.namespace,
      // With the dot Helm never takes it for the name of a chart in a repository.
      chart: `./${rawChart(this).path}`,
      values: [tfJson({ objects })],
      atomic: true,
      cleanupOnFail: true,
      wait: true,
      timeout: props.timeoutSeconds ?? 300,
      maxHistory: 5,
      dependsOn: [...props.dependsOn],
    });
  }
}

/** One copy per stack. The path carries the hash of the content: Helm sees no difference under an unchanged path. */
export function rawChart(scope: Construct, folder = chartFolder): TerraformAsset {
  const stack = TerraformStack.of(scope);
  const existing = stack.node.tryFindChild('raw-chart');
  if (existing) return existing as TerraformAsset;
  return new TerraformAsset(stack, 'raw-chart', { path: folder, type: AssetType.DIRECTORY });
}
