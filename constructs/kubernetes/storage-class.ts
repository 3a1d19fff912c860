import { StorageClassV1 } from '@cdktf/provider-kubernetes/lib/storage-class-v1';
import { Construct } from 'constructs';

/** Volumes of EBS, gp3 and encrypted, that can grow. Named by whatever asks for one: it is not the default. */
export const volumeClass = 'holdfast-gp3';

export interface StorageClassProps {
  /** Whose driver makes the volumes: the add-on's, or EKS Auto Mode's own. Changing it replaces the class, not the volumes. */
  readonly compute: 'managed' | 'auto';
}

/**
 * EKS brings no class of gp3. A volume is made in the zone of the pod that asks for it, and deleted with its claim.
 * Encrypted with the account's own key of EBS, which needs no permission of the driver.
 */
export class VolumeClass extends Construct {
  readonly resource: StorageClassV1;

  constructor(scope: Construct, id: string, props: StorageClassProps) {
    super(scope, id);
    this.resource = new StorageClassV1(this, 'class', {
      metadata: { name: volumeClass },
      storageProvisioner: props.compute === 'auto' ? 'ebs.csi.eks.amazonaws.com' : 'ebs.csi.aws.com',
      parameters: { type: 'gp3', encrypted: 'true' },
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    });
  }
}
