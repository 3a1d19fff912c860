import { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import { Construct } from 'constructs';
import { EncryptionKey } from '../encryption/key';
import { arnIn, type Place } from '../identity/place';
import { trustPolicy } from '../identity/policy';
import { Role } from '../identity/role';
import { LogGroup } from '../storage/log-group';
import { AutoModeNodes, autoModePolicies, autoModeSwitches } from './auto-mode';
import type { KubernetesVersion } from './versions';

export interface ControlPlaneProps extends Place {
  /** Changing it replaces the cluster and everything that runs on it. */
  readonly name: string;
  /** One minor version up at a time; lowering it replaces the cluster. */
  readonly version: KubernetesVersion;
  /** In two zones at least. The API's own network interfaces go there. */
  readonly subnetIds: string[];
  /** Who may reach the API from the internet; empty: nobody. From inside the VPC it can always be reached. */
  readonly publicAccessCidrs: readonly string[];
  /** Days. */
  readonly logRetentionDays: number;
  /**
   * auto: EKS starts and ends the nodes itself. Both ways the cluster stays; what it runs is interrupted, and from auto to
   * managed EKS ends all its nodes and deletes its load balancers at once.
   */
  readonly compute: 'managed' | 'auto';
  /** EKS refuses to delete the cluster, Terraform to destroy or replace it. */
  readonly deletionProtection: boolean;
}

/** An EKS control plane: secrets encrypted with a key of its own, everything it does logged, access by entries only. */
export class ControlPlane extends Construct {
  /** Known at apply: whatever uses it waits for the cluster. */
  readonly name: string;
  readonly endpoint: string;
  /** PEM in base64. */
  readonly certificateAuthority: string;
  /** EKS makes it and puts it on the API's interfaces and on nodes of managed groups. */
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: ControlPlaneProps) {
    super(scope, id);
    const { accountId, region } = props;
    // EKS's own name for it; a group that it made itself would keep everything for ever and outlive the cluster.
    const logGroupName = `/aws/eks/${props.name}/cluster`;
    const key = new EncryptionKey(this, 'key', {
      accountId,
      region,
      alias: `${props.name}-cluster`,
      description: `Kubernetes secrets and control plane logs of ${props.name}`,
      logGroups: [logGroupName],
      protect: props.deletionProtection,
    });
    const { group } = new LogGroup(this, 'logs', {
      name: logGroupName,
      retentionDays: props.logRetentionDays,
      key,
    });
    const autoNodes =
      props.compute === 'auto' ? new AutoModeNodes(this, 'auto-nodes', { name: props.name }) : undefined;
    const role = new Role(this, 'role', {
      name: `${props.name}-control-plane`,
      description: `EKS control plane of ${props.name}`,
      // Auto Mode narrows what each session may touch by tags.
      trust: trustPolicy(
        'eks.amazonaws.com',
        autoNodes ? ['sts:AssumeRole', 'sts:TagSession'] : 'sts:AssumeRole',
        // EKS says for which cluster it comes: nobody else's may make it act with this role.
        {
          StringEquals: { 'aws:SourceAccount': accountId },
          ArnLike: { 'aws:SourceArn': arnIn({ accountId, region }, 'eks', `cluster/${props.name}`) },
        },
      ),
      managedPolicies: ['AmazonEKSClusterPolicy', ...(autoNodes ? autoModePolicies : [])],
      statements: [
        {
          sid: 'EncryptSecrets',
          actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey', 'kms:ListGrants'],
          resources: key.arn,
        },
      ],
    });

    const isPublic = props.publicAccessCidrs.length > 0;
    const cluster = new EksCluster(this, 'cluster', {
      name: props.name,
      version: props.version,
      roleArn: role.arn,
      // Whoever creates the cluster is no administrator by accident; the entries say who is.
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
      // The add-ons are pinned here; EKS's unmanaged copies would have to be taken over, and Auto Mode refuses them.
      bootstrapSelfManagedAddons: false,
      vpcConfig: {
        subnetIds: props.subnetIds,
        endpointPrivateAccess: true,
        endpointPublicAccess: isPublic,
        publicAccessCidrs: isPublic ? [...props.publicAccessCidrs] : undefined,
      },
      ...autoModeSwitches(autoNodes),
      encryptionConfig: { provider: { keyArn: key.arn }, resources: ['secrets'] },
      enabledClusterLogTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'],
      // Past standard support EKS upgrades the cluster by itself instead of charging six times the price.
      upgradePolicy: { supportType: 'STANDARD' },
      deletionProtection: props.deletionProtection,
      // Both matter at creation alone. EKS doesn't report the first: an imported cluster would be replaced for it.
      lifecycle: {
        preventDestroy: props.deletionProtection || undefined,
        ignoreChanges: [
          'bootstrap_self_managed_addons',
          'access_config[0].bootstrap_cluster_creator_admin_permissions',
        ],
      },
      dependsOn: [group, ...role.permissions, ...(autoNodes?.role.permissions ?? [])],
    });
    this.name = cluster.name;
    this.endpoint = cluster.endpoint;
    this.certificateAuthority = cluster.certificateAuthority.get(0).data;
    this.securityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
  }
}
