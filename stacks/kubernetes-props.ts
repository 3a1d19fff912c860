import type { HandedOver } from '../constructs/core/stack-contract';
import type { ClusterAccess } from '../constructs/kubernetes/cluster-access';
import type { NodePool } from '../constructs/platform/node-pools';
import type { AwsDeployment } from '../environments/load';
import type { AwsEnvironment } from '../environments/schema';
import type { clusterContract, networkContract } from './contracts';
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

/** What Karpenter may start: what the environment says, else more of what the cluster's first nodes are. */
export function nodePools({ cluster: { nodes }, platform }: AwsEnvironment): readonly NodePool[] {
  if (platform.karpenter.pools || !nodes) return platform.karpenter.pools ?? [];
  return [
    {
      name: 'general',
      architecture: nodes.architecture,
      capacity: nodes.capacity === 'spot' ? ['spot', 'on-demand'] : ['on-demand'],
      categories: ['c', 'm', 'r'],
      limits: { cpus: 64, memoryGiB: 256 },
      weight: 10,
      expireAfterDays: 14,
    },
  ];
}

/** The environment's name in Route 53, and the zone that it lies in. */
export interface DomainRecords {
  readonly domain: string;
  readonly zoneId: string;
}

/**
 * THE ONE PLACE where external-dns is switched on, in the cluster stack (its role) and the platform stack (itself). Undefined
 * so far: it reads routes of the Gateway API, and does not start before their kinds are there. With these it is
 * `environment.domain?.delegated ? { domain: environment.domain.name, zoneId: network.zone_id } : undefined`.
 */
export const domainRecords = (
  _environment: AwsEnvironment,
  _network: HandedOver<typeof networkContract.outputs>,
): DomainRecords | undefined => undefined;
