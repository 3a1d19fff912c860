import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type KubernetesObject, RawObjects } from '../kubernetes/raw-objects';
import { controllers, secretStoreName } from './names';

export interface AwsSecretStoreProps {
  readonly region: string;
  /** Release of the controller: it brings the kind, and its webhook has to answer. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Secrets Manager, for every namespace. What the controller's IAM role may read is decided by the stacks that make
 * secrets; a store per team is the way to divide it further.
 */
export class AwsSecretStore extends Construct {
  /** Whatever asks for a secret comes after it. */
  readonly release: ITerraformDependable;

  constructor(scope: Construct, id: string, props: AwsSecretStoreProps) {
    super(scope, id);
    const { release } = new RawObjects(this, 'objects', {
      releaseName: 'secret-stores',
      namespace: controllers.externalSecrets.namespace,
      objects: [clusterSecretStore(props.region)],
      dependsOn: props.dependsOn,
    });
    this.release = release;
  }
}

/** Without `auth` the controller uses its own identity, which it gets by Pod Identity. */
const clusterSecretStore = (region: string): KubernetesObject => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ClusterSecretStore',
  metadata: { name: secretStoreName },
  spec: { provider: { aws: { service: 'SecretsManager', region } } },
});
