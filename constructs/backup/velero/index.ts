import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { RawObjects } from '../../kubernetes/raw-objects';
import { PrivilegedNamespace, type RestrictedNamespaceProps } from '../../kubernetes/restricted-namespace';
import { alertObject } from '../../observability/alert';
import { ChartRelease } from '../../platform/chart-release';
import { charts } from '../../platform/charts';
import { ControllerNetwork } from '../../platform/controller-network';
import { veleroAlerts } from './alerts';
import { snapshotClass, velero, veleroMetricsPort, veleroNamespace } from './names';
import { type VeleroSize, veleroValues } from './values';

export interface VeleroProps extends VeleroSize {
  /** On every alert. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly podSecurityVersion: RestrictedNamespaceProps['podSecurityVersion'];
  /** Address range of the VPC. */
  readonly vpcCidr: string;
  /** Whose driver makes the volumes: the add-on's, or EKS Auto Mode's own. */
  readonly compute: 'managed' | 'auto';
  /** Its identity, and the bucket's policy. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Saves what runs on the cluster: objects, and the content of volumes by CSI snapshots that its agents carry to S3, so
 * that they can be restored in another cluster, zone or region. Databases outside the cluster are not its own.
 *
 * It administers the cluster, as it has to make whatever it restores; its agents read each node's volumes.
 */
export class Velero extends Construct {
  constructor(scope: Construct, id: string, props: VeleroProps) {
    super(scope, id);
    const namespace = veleroNamespace;
    const { resource } = new PrivilegedNamespace(this, 'namespace', {
      name: namespace,
      podSecurityVersion: props.podSecurityVersion,
    });
    const { policies } = new ControllerNetwork(this, 'network', {
      namespace,
      vpcCidr: props.vpcCidr,
      metricsPorts: [veleroMetricsPort],
      dependsOn: [resource],
    });
    const { release } = new ChartRelease(this, 'chart', {
      chart: charts.velero,
      releaseName: velero,
      namespace,
      values: veleroValues(props),
      dependsOn: [resource, ...policies, ...props.dependsOn],
    });
    new RawObjects(this, 'snapshot-class', {
      releaseName: 'velero-snapshot-class',
      namespace,
      objects: [
        {
          apiVersion: 'snapshot.storage.k8s.io/v1',
          kind: 'VolumeSnapshotClass',
          metadata: { name: snapshotClass, labels: { 'velero.io/csi-volumesnapshot-class': 'true' } },
          driver: props.compute === 'auto' ? 'ebs.csi.eks.amazonaws.com' : 'ebs.csi.aws.com',
          // The content is in S3 by then; what stays of a snapshot would only cost.
          deletionPolicy: 'Delete',
        },
      ],
      dependsOn: [release],
    });
    if (!props.monitored) return;
    new RawObjects(this, 'alerts', {
      releaseName: 'velero-alerts',
      namespace,
      objects: [
        alertObject({
          name: 'velero-alerts',
          namespace,
          labels: props.labels,
          owner: props.owner,
          groups: veleroAlerts,
        }),
      ],
      dependsOn: [release],
    });
  }
}
