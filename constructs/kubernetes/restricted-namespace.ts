import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { Construct } from 'constructs';

export interface RestrictedNamespaceProps {
  readonly name: string;
  /**
   * Kubernetes minor version whose Pod Security standard is meant, such as `v1.36`, so that a cluster upgrade doesn't
   * tighten it unseen; `latest` where the version isn't known.
   */
  readonly podSecurityVersion: `v1.${number}` | 'latest';
  readonly labels?: Readonly<Record<string, string>>;
}

/** A namespace whose pods meet a Pod Security standard. Removing it removes all in it. */
abstract class SecuredNamespace extends Construct {
  readonly resource: NamespaceV1;

  constructor(scope: Construct, id: string, standard: string, props: RestrictedNamespaceProps) {
    super(scope, id);
    const modes = ['enforce', 'audit', 'warn'] as const;
    const podSecurity = modes.flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, standard],
      [`pod-security.kubernetes.io/${mode}-version`, props.podSecurityVersion],
    ]);
    this.resource = new NamespaceV1(this, 'namespace', {
      metadata: { name: props.name, labels: { ...Object.fromEntries(podSecurity), ...props.labels } },
      // Pods drain before it goes, and finalizers of what is in it have to be done.
      timeouts: { delete: '15m' },
    });
  }
}

/** Admits only pods which meet the Pod Security standard "restricted". */
export class RestrictedNamespace extends SecuredNamespace {
  constructor(scope: Construct, id: string, props: RestrictedNamespaceProps) {
    super(scope, id, 'restricted', props);
  }
}

/** Admits everything: for agents that belong to their node. `privilegedNamespaces` has to name it, too. */
export class PrivilegedNamespace extends SecuredNamespace {
  constructor(scope: Construct, id: string, props: RestrictedNamespaceProps) {
    super(scope, id, 'privileged', props);
  }
}
