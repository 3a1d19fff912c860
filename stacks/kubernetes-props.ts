import { faultPodImage, faultUser } from '../constructs/chaos/names';
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
 * Where the exporter of CloudWatch's metrics is switched on, in the cluster stack (its role) and the observability stack
 * (itself). A network without a way out doesn't reach CloudWatch.
 */
export const asksCloudWatch = ({ observability, network }: AwsEnvironment): boolean =>
  observability.enabled && observability.cloudWatch && network.nat !== 'none';

/** Names by which the service is asked from outside, where its cluster gets there and back. */
export const probedNames = ({ domain, network }: AwsEnvironment): readonly string[] =>
  domain?.delegated && network.nat !== 'none' ? [domain.name, ...domain.alternativeNames] : [];

/** Where external-dns is switched on, in the cluster stack (its role) and the platform stack (itself): where a name is delegated. */
export const domainRecords = (
  { domain }: AwsEnvironment,
  network: HandedOver<typeof networkContract.outputs>,
): DomainRecords | undefined =>
  domain?.delegated ? { domain: domain.name, zoneId: network.zone_id } : undefined;

/** Who starts a pod of AWS's beside ours, to kill them: FIS, where experiments are set up. */
export function faultPods({ environment }: AwsDeployment): { user: string; image: string } | undefined {
  const image = environment.chaos.enabled ? faultPodImage(environment.region) : undefined;
  return image === undefined ? undefined : { user: faultUser, image };
}
