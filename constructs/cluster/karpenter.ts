import { Ec2Tag } from '@cdktf/provider-aws/lib/ec2-tag';
import { EksAccessEntry } from '@cdktf/provider-aws/lib/eks-access-entry';
import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile';
import { Construct } from 'constructs';
import type { Place } from '../identity/place';
import { PodIdentity } from '../identity/pod-identity';
import { trustPolicy } from '../identity/policy';
import { Role } from '../identity/role';
import { controllers } from '../platform/names';
import { InterruptionQueue } from './interruption-queue';
import { karpenterDiscovery, karpenterNames } from './karpenter-names';
import { karpenterControllerPolicy } from './karpenter-policy';

export interface KarpenterProps extends Place {
  /** Name of the cluster, known at synthesis; everything is called after it. Changing it replaces everything. */
  readonly name: string;
  /** The same, known once the cluster stands: whatever uses it waits. */
  readonly clusterName: string;
  /** What EKS puts on nodes; Karpenter finds it by its tag. */
  readonly securityGroupId: string;
}

/**
 * The AWS side of Karpenter 1.13 or newer, which starts and ends nodes as pods ask for them. Its nodes are not
 * Terraform's: they have to go, with its node pools, before the cluster is destroyed. Spot nodes need the account's role
 * AWSServiceRoleForEC2Spot, which AWS makes for the first spot request that a person makes.
 */
export class Karpenter extends Construct {
  constructor(scope: Construct, id: string, props: KarpenterProps) {
    super(scope, id);
    const { accountId, region, name, clusterName } = props;
    const names = karpenterNames(name);
    // As little as the nodes of managed groups may: the VPC CNI has a role of its own.
    const nodeRole = new Role(this, 'node-role', {
      name: names.node,
      description: `Nodes that Karpenter starts on ${name}`,
      trust: trustPolicy('ec2.amazonaws.com', 'sts:AssumeRole'),
      managedPolicies: ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'],
    });
    // Made here and not by Karpenter, which then needs no right to make any, nor a way to IAM from a closed network.
    const profile = new IamInstanceProfile(this, 'instance-profile', {
      name: names.node,
      role: nodeRole.name,
    });
    // The type lets EC2 instances join as nodes, and nothing else; no policy belongs to it.
    new EksAccessEntry(this, 'node-access', { clusterName, principalArn: nodeRole.arn, type: 'EC2_LINUX' });
    for (const [key, value] of Object.entries(karpenterDiscovery(name))) {
      new Ec2Tag(this, 'security-group-tag', { resourceId: props.securityGroupId, key, value });
    }
    const queue = new InterruptionQueue(this, 'interruptions', { accountId, region, name: names.queue });
    new PodIdentity(this, 'controller', {
      accountId,
      region,
      ...controllers.karpenter,
      roleName: `${name}-karpenter`,
      description: `Karpenter on ${name}`,
      clusterName: name,
      cluster: clusterName,
      statements: karpenterControllerPolicy({
        accountId,
        region,
        clusterName: name,
        queueArn: queue.arn,
        nodeRoleArn: nodeRole.arn,
        instanceProfileArn: profile.arn,
      }),
    });
  }
}
