import { EksAddon } from '@cdktf/provider-aws/lib/eks-addon';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type TfValue, tfJson } from '../core/tf-json';
import type { Place } from '../identity/place';
import { PodRole } from '../identity/pod-identity';
import { type AddOn, type KubernetesVersion, releases } from './versions';

export interface AddOnsProps extends Place {
  /** Name of the cluster, known at synthesis; roles are called after it. */
  readonly name: string;
  /** The same, known once the cluster stands: whatever uses it waits. */
  readonly clusterName: string;
  readonly version: KubernetesVersion;
}

interface Settings {
  readonly configuration?: TfValue;
  /** Service account in kube-system with a role of its own. */
  readonly identity?: { readonly serviceAccount: string; readonly role: PodRole };
  readonly after?: readonly ITerraformDependable[];
}

/** EKS's managed add-ons at pinned versions. What somebody changes by hand is overwritten. */
abstract class AddOns extends Construct {
  constructor(
    scope: Construct,
    id: string,
    protected readonly props: AddOnsProps,
  ) {
    super(scope, id);
  }

  protected add(name: AddOn, { configuration, identity, after = [] }: Settings = {}): EksAddon {
    const dependsOn = [...after, ...(identity?.role.permissions ?? [])];
    return new EksAddon(this, name, {
      clusterName: this.props.clusterName,
      addonName: name,
      addonVersion: releases[this.props.version].addOns[name],
      configurationValues: configuration === undefined ? undefined : tfJson(configuration),
      resolveConflictsOnCreate: 'OVERWRITE',
      resolveConflictsOnUpdate: 'OVERWRITE',
      podIdentityAssociation: identity && [
        { serviceAccount: identity.serviceAccount, roleArn: identity.role.arn },
      ],
      dependsOn: dependsOn.length > 0 ? dependsOn : undefined,
    });
  }

  protected role(name: string, serviceAccount: string, managedPolicy: string): PodRole {
    return new PodRole(this, `${name}-role`, {
      accountId: this.props.accountId,
      region: this.props.region,
      roleName: `${this.props.name}-${name}`,
      description: `${name} on ${this.props.name}`,
      clusterName: this.props.name,
      namespace: 'kube-system',
      serviceAccount,
      managedPolicies: [managedPolicy],
    });
  }
}

/** Without these a node never becomes ready, so they stand before the first one does. They run on every node. */
export class NodeAddOns extends AddOns {
  readonly all: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: AddOnsProps) {
    super(scope, id, props);
    const agent = this.add('eks-pod-identity-agent');
    const role = this.role('vpc-cni', 'aws-node', 'AmazonEKS_CNI_Policy');
    const cni = this.add('vpc-cni', {
      configuration: {
        // Without it NetworkPolicies are accepted and not enforced.
        enableNetworkPolicy: 'true',
        // Sixteen addresses at a time: several times as many pods per node, fewer calls to EC2.
        env: { ENABLE_PREFIX_DELEGATION: 'true', WARM_PREFIX_TARGET: '1' },
      },
      identity: { serviceAccount: 'aws-node', role },
      after: [agent],
    });
    this.all = [agent, cni, this.add('kube-proxy')];
  }
}

export interface WorkloadAddOnsProps extends AddOnsProps {
  /** They are Deployments: until there are nodes, EKS reports them as degraded. Default: Auto Mode starts some. */
  readonly nodes?: ITerraformDependable;
  /** On every volume and snapshot that claims make; those that are there keep theirs. Auto Mode has no place for them. */
  readonly volumeTags: Readonly<Record<string, string>>;
}

/** Name service, volumes, their snapshots, and the figures that autoscalers read. Auto Mode has the first two of its own. */
export class WorkloadAddOns extends AddOns {
  constructor(scope: Construct, id: string, props: WorkloadAddOnsProps) {
    super(scope, id, props);
    const after = props.nodes ? [props.nodes] : [];
    this.add('metrics-server', { after });
    // Brings the kinds of snapshots, too: Velero saves volumes by them.
    this.add('snapshot-controller', { after });
    if (!props.nodes) return;
    this.add('coredns', { after });
    const serviceAccount = 'ebs-csi-controller-sa';
    const role = this.role('ebs-csi', serviceAccount, 'service-role/AmazonEBSCSIDriverPolicy');
    this.add('aws-ebs-csi-driver', {
      configuration: { controller: { extraVolumeTags: props.volumeTags } },
      identity: { serviceAccount, role },
      after,
    });
  }
}
