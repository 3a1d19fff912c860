import type { Release } from '@cdktf/provider-helm/lib/release';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { SecretSettingKey } from '../../app/src/contract';
import { type KubernetesObject, RawObjects } from '../kubernetes/raw-objects';
import { sharedLabels } from './labels';
import type { MountedSecret } from './layout';

interface SecretSource {
  readonly secret: MountedSecret;
  /** Name or ARN of the entry in Secrets Manager. */
  readonly remoteKey: string;
  /** Property of the entry's JSON that holds a setting. Default: called like the setting. */
  readonly properties?: { readonly [K in SecretSettingKey]?: string };
}

export interface ServiceSecretsProps {
  readonly namespace: string;
  readonly owner: string;
  /** Name of the ClusterSecretStore. */
  readonly store: string;
  readonly sources: readonly SecretSource[];
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Copies entries of Secrets Manager into Secrets, and keeps following them; no value ever touches Terraform. Pods wait
 * for their Secret with mounting it, so nothing has to wait here.
 */
export class ServiceSecrets extends Construct {
  readonly release: Release;

  constructor(scope: Construct, id: string, props: ServiceSecretsProps) {
    super(scope, id);
    const objects = new RawObjects(this, 'objects', {
      releaseName: 'holdfast-secrets',
      namespace: props.namespace,
      objects: props.sources.map((source) => externalSecret(source, props)),
      dependsOn: props.dependsOn,
    });
    this.release = objects.release;
  }
}

const externalSecret = (source: SecretSource, props: ServiceSecretsProps): KubernetesObject => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: {
    name: source.secret.secretName,
    namespace: props.namespace,
    labels: sharedLabels(props.owner),
  },
  spec: {
    secretStoreRef: { kind: 'ClusterSecretStore', name: props.store },
    // A rotated value reaches the files within this and about a minute of the kubelet's.
    refreshInterval: '5m',
    // Should the entry vanish, pods keep what they have.
    target: { name: source.secret.secretName, creationPolicy: 'Owner', deletionPolicy: 'Retain' },
    data: source.secret.keys.map((secretKey) => ({
      secretKey,
      remoteRef: { key: source.remoteKey, property: source.properties?.[secretKey] ?? secretKey },
    })),
  },
});
