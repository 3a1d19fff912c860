import type { Construct } from 'constructs';
import { valkeyPort } from '../constructs/cache/valkey';
import { karpenterDiscovery } from '../constructs/cluster/karpenter-names';
import { HoldfastStack } from '../constructs/core/stack';
import { postgresPort } from '../constructs/database/parameters';
import { DatabaseFirewall } from '../constructs/network/database-firewall';
import { Endpoints } from '../constructs/network/endpoints';
import { FlowLogs } from '../constructs/network/flow-logs';
import { Vpc } from '../constructs/network/vpc';
import type { AwsDeployment } from '../environments/load';
import { networkContract } from './contracts';
import { awsStackProps, awsTarget, isProtected } from './props';

/** The VPC that everything of an environment lies in. */
export class NetworkStack extends HoldfastStack {
  constructor(scope: Construct, deployment: AwsDeployment) {
    super(scope, awsStackProps(deployment, 'network'));
    this.useAws(awsTarget(deployment));
    const { environment, account } = deployment;
    const name = `holdfast-${environment.name}`;

    const network = new Vpc(this, 'network', {
      name,
      cidr: environment.network.cidr,
      zones: environment.network.zones,
      nat: environment.network.nat,
      nodeSubnetTags: environment.cluster.karpenter ? karpenterDiscovery(name) : {},
      protect: isProtected(deployment),
    });
    new DatabaseFirewall(this, 'database-firewall', {
      name,
      vpcId: network.vpc.id,
      subnetIds: network.databaseSubnets.map((subnet) => subnet.id),
      ports: [postgresPort, valkeyPort],
      clientCidrs: network.privateRanges,
      peerCidrs: network.databaseRanges,
    });
    new Endpoints(this, 'endpoints', {
      name,
      region: environment.region,
      vpc: network,
      vpcCidr: environment.network.cidr,
      interfaces: environment.network.interfaceEndpoints,
      karpenter: environment.cluster.karpenter,
    });
    new FlowLogs(this, 'flow-logs', {
      accountId: account.id,
      region: environment.region,
      name,
      vpcId: network.vpc.id,
      destination: environment.network.flowLogDestination,
      retentionDays: environment.network.flowLogRetentionDays,
      keep: isProtected(deployment),
    });

    networkContract.publish(this, {
      vpc_id: network.vpc.id,
      vpc_cidr: network.vpc.cidrBlock,
      public_subnet_ids: network.publicSubnets.map((subnet) => subnet.id),
      public_subnet_cidrs: network.publicSubnets.map((subnet) => subnet.cidrBlock),
      private_subnet_ids: network.privateSubnets.map((subnet) => subnet.id),
      database_subnet_ids: network.databaseSubnets.map((subnet) => subnet.id),
    });
  }
}
