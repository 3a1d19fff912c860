import type { EksClusterConfig } from '@cdktf/provider-aws/lib/eks-cluster';
import { Construct } from 'constructs';
import { trustPolicy } from '../identity/policy';
import { Role } from '../identity/role';

/** What EKS needs of the cluster's role to start nodes, attach volumes, make load balancers and hand out addresses. */
export const autoModePolicies = [
  'AmazonEKSComputePolicy',
  'AmazonEKSBlockStoragePolicy',
  'AmazonEKSLoadBalancingPolicy',
  'AmazonEKSNetworkingPolicy',
] as const;

/**
 * EKS's own node pools. `general-purpose` takes everything, on x86_64; `system` only what tolerates CriticalAddonsOnly.
 * Their node class, `default`, uses the cluster's subnets and security group. EKS makes the access entry of its nodes.
 */
const nodePools = ['general-purpose', 'system'];

export interface AutoModeNodesProps {
  /** Name of the cluster. The role is called after it; changing it replaces the role, and with it the nodes. */
  readonly name: string;
}

/** The role of the nodes that EKS Auto Mode starts: join the cluster, pull images, and no more. */
export class AutoModeNodes extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: AutoModeNodesProps) {
    super(scope, id);
    this.role = new Role(this, 'role', {
      name: `${props.name}-auto-node`,
      description: `Nodes that EKS Auto Mode starts on ${props.name}`,
      trust: trustPolicy('ec2.amazonaws.com', 'sts:AssumeRole'),
      managedPolicies: ['AmazonEKSWorkerNodeMinimalPolicy', 'AmazonEC2ContainerRegistryPullOnly'],
    });
  }
}

/**
 * The three switches of Auto Mode, which EKS takes only all on or all off. Off is written down too: EKS leaves a mode on
 * that is merely no longer mentioned.
 */
export const autoModeSwitches = (
  nodes: AutoModeNodes | undefined,
): Pick<EksClusterConfig, 'computeConfig' | 'kubernetesNetworkConfig' | 'storageConfig'> => {
  const enabled = nodes !== undefined;
  return {
    computeConfig: nodes ? { enabled, nodePools, nodeRoleArn: nodes.role.arn } : { enabled },
    kubernetesNetworkConfig: { elasticLoadBalancing: { enabled } },
    storageConfig: { blockStorage: { enabled } },
  };
};
