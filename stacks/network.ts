import { DataAwsRoute53Zone } from '@cdktf/provider-aws/lib/data-aws-route53-zone';
import type { Construct } from 'constructs';
import { routes } from '../app/src/contract';
import { AlarmTopic } from '../constructs/alarms/topic';
import { valkeyPort } from '../constructs/cache/valkey';
import { karpenterDiscovery } from '../constructs/cluster/karpenter-names';
import { HoldfastStack } from '../constructs/core/stack';
import { postgresPort } from '../constructs/database/parameters';
import { Certificate } from '../constructs/edge/certificate';
import { Failover, healthCheckRegion } from '../constructs/edge/failover';
import { WebFirewall } from '../constructs/edge/web-firewall';
import { EncryptionKey } from '../constructs/encryption/key';
import { DatabaseFirewall } from '../constructs/network/database-firewall';
import { Endpoints } from '../constructs/network/endpoints';
import { ExistingVpc } from '../constructs/network/existing-vpc';
import { FlowLogs } from '../constructs/network/flow-logs';
import type { NetworkParts } from '../constructs/network/parts';
import { Vpc } from '../constructs/network/vpc';
import type { AwsDeployment } from '../environments/load';
import { networkContract } from './contracts';
import { awsStackProps, awsTarget, isProtected, isStandby } from './props';

/** Routes that take bodies of more than 8 KiB; everywhere else the web application firewall refuses them. */
const largeBodyPaths = [routes.ingestEvents.path] as const;

/** What `<env>-network` hands on where nothing listens to the internet: the keys stay, so that no consumer breaks. */
const noDomain = {
  domain_name: '',
  zone_id: '',
  certificate_arn: '',
  web_acl_arn: '',
  failover_check_id: '',
};

/** The VPC that everything of an environment lies in, and what stands between it and the internet. */
export class NetworkStack extends HoldfastStack {
  private readonly resourceName: string;

  constructor(
    scope: Construct,
    private readonly deployment: AwsDeployment,
  ) {
    super(scope, awsStackProps(deployment, 'network'));
    this.useAws(awsTarget(deployment));
    const { environment, account } = deployment;
    const place = { accountId: account.id, region: environment.region };
    const { existing } = environment.network;
    const name = `holdfast-${environment.name}`;
    this.resourceName = name;

    const network = this.vpc();
    if (!existing || existing.databaseFirewall === 'managed') {
      new DatabaseFirewall(this, 'database-firewall', {
        name,
        vpcId: network.vpcId,
        subnetIds: network.databaseSubnets.map((subnet) => subnet.id),
        ports: [postgresPort, valkeyPort],
        clientCidrs: network.privateRanges,
        peerCidrs: network.databaseRanges,
      });
    }
    new Endpoints(this, 'endpoints', {
      ...place,
      name,
      network,
      interfaces: environment.network.interfaceEndpoints,
      callers: {
        karpenter: environment.cluster.karpenter,
        // A NAT gateway leads there as well; whether an existing VPC has one is not known.
        bastion: environment.access.bastion && ['none', undefined].includes(environment.network.nat),
        webFirewall: environment.domain?.delegated === true,
      },
    });
    if (!existing || existing.flowLogs === 'managed') {
      new FlowLogs(this, 'flow-logs', {
        ...place,
        name,
        vpcId: network.vpcId,
        destination: environment.network.flowLogDestination,
        retentionDays: environment.network.flowLogRetentionDays,
        keep: isProtected(deployment),
      });
    }

    networkContract.publish(this, {
      vpc_id: network.vpcId,
      vpc_cidr: network.cidr,
      public_subnet_ids: network.publicSubnets.map((subnet) => subnet.id),
      public_subnet_cidrs: network.publicSubnets.map((subnet) => subnet.cidrBlock),
      private_subnet_ids: network.privateSubnets.map((subnet) => subnet.id),
      database_subnet_ids: network.databaseSubnets.map((subnet) => subnet.id),
      ...this.edge(),
    });
  }

  /** Makes the VPC, or looks it up. */
  private vpc(): NetworkParts {
    const { environment } = this.deployment;
    const { network } = environment;
    const nodeSubnetTags = environment.cluster.karpenter ? karpenterDiscovery(this.resourceName) : {};
    if (network.existing) {
      const { publicSubnetIds, privateSubnetIds, databaseSubnetIds, ...existing } = network.existing;
      return new ExistingVpc(this, 'network', {
        ...existing,
        subnetIds: { public: publicSubnetIds, private: privateSubnetIds, database: databaseSubnetIds },
        tagSubnets: existing.subnetTags === 'managed',
        nodeSubnetTags,
        definedIn: `environments/${environment.name}.ts`,
      });
    }
    return new Vpc(this, 'network', {
      name: this.resourceName,
      cidr: network.cidr,
      zones: network.zones,
      nat: network.nat,
      nodeSubnetTags,
      protect: isProtected(this.deployment),
    });
  }

  /** Certificate and web application firewall, for the listeners that the platform makes. Only where the zone is delegated. */
  private edge(): typeof noDomain {
    const { environment, account } = this.deployment;
    const { domain } = environment;
    if (!domain?.delegated) return noDomain;
    const place = { accountId: account.id, region: environment.region };
    const name = this.resourceName;
    const key = new EncryptionKey(this, 'alarm-key', {
      ...place,
      alias: `${name}-network-alarms`,
      description: `Alarms of the network of ${name}`,
      alarmPrefix: `${name}-`,
    });
    const alarms = new AlarmTopic(this, 'alarms', {
      ...place,
      name: `${name}-network-alarms`,
      alarmPrefix: `${name}-`,
      key,
      emails: account.alertEmails,
    });
    // Bootstrap makes the zone, or somebody else did: its name is all that has to be known of it.
    const zone = new DataAwsRoute53Zone(this, 'zone', { name: domain.zone, privateZone: false });
    const certificate = new Certificate(this, 'certificate', {
      name,
      domainName: domain.name,
      alternativeNames: [...(domain.wildcard ? [`*.${domain.name}`] : []), ...domain.alternativeNames],
      zoneId: zone.zoneId,
      ownRecords: this.deployment.recovers === undefined,
      alarms,
    });
    const edge = {
      domain_name: domain.name,
      zone_id: zone.zoneId,
      certificate_arn: certificate.arn,
      failover_check_id: this.lever(domain.name),
    };
    // A certificate takes minutes, and costs nothing; the firewall is there when there is something to stand in front of.
    if (isStandby(this.deployment)) return { ...edge, web_acl_arn: '' };
    const { requestsPerFiveMinutes, logRetentionDays, ...groups } = domain.firewall;
    const firewall = new WebFirewall(this, 'firewall', {
      ...place,
      name,
      groups,
      requestsPerFiveMinutes,
      largeBodyPaths,
      logRetentionDays,
      alarms,
    });
    return { ...edge, web_acl_arn: firewall.arn };
  }

  /** Where requests go, if another region answers to the name as well. Its one lever is the environment's that is recovered. */
  private lever(domainName: string): string {
    const { account, recoveredBy } = this.deployment;
    if (!recoveredBy) return '';
    const target = awsTarget(this.deployment);
    return new Failover(this, 'failover', {
      accountId: account.id,
      name: this.resourceName,
      domainName,
      away: recoveredBy.recovery?.traffic === 'here',
      provider: this.useAwsElsewhere(target, healthCheckRegion, healthCheckRegion),
      emails: account.alertEmails,
    }).leverId;
  }
}
