import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { FlagOverrides, PlainSettingsInput } from '../../app/src/contract';
import { RestrictedNamespace, type RestrictedNamespaceProps } from '../kubernetes/restricted-namespace';
import { meshLabels } from '../platform/istio';
import { Configuration } from './configuration';
import { MeshNetwork } from './mesh-network';
import { serviceNamespace } from './names';
import { DefaultDeny } from './network-policies';
import { type Demand, NamespaceQuota } from './quota';

export interface ServiceFoundationProps {
  /** Team that answers for the service. */
  readonly owner: string;
  readonly podSecurityVersion: RestrictedNamespaceProps['podSecurityVersion'];
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly settings: PlainSettingsInput;
  readonly flags: FlagOverrides;
  /** Roles at their largest, which the namespace's quota leaves room for. Default: no quota. */
  readonly quotaFor?: readonly Demand[];
  /** Whether the namespace's pods are in the mesh. Default: false. */
  readonly mesh?: boolean;
}

/** What all roles stand on: the namespace, closed to everything, and the configuration. */
export class ServiceFoundation extends Construct {
  readonly configuration: Configuration;
  /** Everything in the namespace is made after these. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ServiceFoundationProps) {
    super(scope, id);
    const { owner } = props;
    const namespace = new RestrictedNamespace(this, 'namespace', {
      name: serviceNamespace,
      podSecurityVersion: props.podSecurityVersion,
      labels: { ...props.namespaceLabels, ...(props.mesh && meshLabels) },
    });
    const dependsOn = [namespace.resource];
    const closed = new DefaultDeny(this, 'default-deny', { namespace: serviceNamespace, owner, dependsOn });
    this.configuration = new Configuration(this, 'configuration', {
      namespace: serviceNamespace,
      owner,
      settings: props.settings,
      flags: props.flags,
      dependsOn,
    });
    const common = { namespace: serviceNamespace, owner, dependsOn };
    const quota = props.quotaFor && new NamespaceQuota(this, 'quota', { ...common, roles: props.quotaFor });
    const mesh = props.mesh && new MeshNetwork(this, 'mesh', common);
    this.ready = [
      namespace.resource,
      closed.policy,
      ...(quota ? quota.resources : []),
      ...(mesh ? [mesh.policy] : []),
    ];
  }
}
