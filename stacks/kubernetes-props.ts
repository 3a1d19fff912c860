import type { HandedOver } from '../constructs/core/stack-contract';
import type { ClusterAccess } from '../constructs/kubernetes/cluster-access';
import type { AwsDeployment } from '../environments/load';
import type { clusterContract } from './contracts';
import { deployRoleArn } from './props';

/** How an environment's Kubernetes stacks reach its cluster: from the cluster's contract, as the environment's role. */
export const clusterAccess = (
  deployment: AwsDeployment,
  cluster: HandedOver<typeof clusterContract.outputs>,
): ClusterAccess => ({
  clusterName: cluster.cluster_name,
  endpoint: cluster.cluster_endpoint,
  certificateAuthority: cluster.cluster_ca,
  region: deployment.environment.region,
  deployRoleArn: deployRoleArn(deployment),
});

/** The Pod Security standard as the environment's Kubernetes version defines it. */
export const podSecurityVersion = ({ environment }: AwsDeployment) =>
  `v${environment.cluster.version}` as const;
