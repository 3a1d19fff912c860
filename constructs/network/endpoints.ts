import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { Construct } from 'constructs';
import { ServerSecurityGroup } from './security-group';
import type { Vpc } from './vpc';

/**
 * What a node without a way to the internet needs, and why. Each costs about 7 USD a month per zone, so whatever adds a
 * caller adds its endpoint: `logs` with a log shipper; `s3` files pass the gateway.
 * `kms` is missing on purpose: EKS, RDS and Secrets Manager decrypt on their own side.
 */
const interfaceEndpoints = {
  ec2: 'the VPC CNI and the EBS driver attach interfaces and volumes; nodes look themselves up when they join',
  'ecr.api': 'image pulls: tokens',
  'ecr.dkr': 'image pulls: manifests (the layers come through the S3 gateway)',
  eks: 'nodes read the cluster’s address and certificate when they join',
  'eks-auth': 'Pod Identity: every credential that a pod gets',
  elasticloadbalancing: 'the load balancer controller',
  secretsmanager: 'external-secrets',
  sts: 'the AWS SDKs of controllers ask who they are',
} as const;

/** What Karpenter calls besides. It has prices built in, for where nothing leads to the API that knows them. */
const karpenterEndpoints = {
  sqs: 'its queue of interruptions',
  ssm: 'releases of node images',
} as const;

export interface EndpointsProps {
  readonly name: string;
  readonly region: string;
  readonly vpc: Vpc;
  readonly vpcCidr: string;
  /** Interface endpoints besides the S3 gateway, which is free. */
  readonly interfaces: boolean;
  /** Whether Karpenter runs in the VPC. */
  readonly karpenter: boolean;
}

/** Ways to AWS's APIs that stay inside AWS's network. */
export class Endpoints extends Construct {
  constructor(scope: Construct, id: string, props: EndpointsProps) {
    super(scope, id);
    const vpcId = props.vpc.vpc.id;
    new VpcEndpoint(this, 's3', {
      vpcId,
      serviceName: `com.amazonaws.${props.region}.s3`,
      vpcEndpointType: 'Gateway',
      routeTableIds: props.vpc.privateRouteTables.map((table) => table.id),
      tags: { Name: `${props.name}-s3` },
    });
    if (!props.interfaces) return;
    const group = new ServerSecurityGroup(this, 'security-group', {
      name: `${props.name}-endpoints`,
      description: 'AWS APIs, from inside the VPC',
      vpcId,
      port: 443,
      from: { cidr: props.vpcCidr },
    });
    const services = { ...interfaceEndpoints, ...(props.karpenter ? karpenterEndpoints : {}) };
    for (const service of Object.keys(services)) {
      new VpcEndpoint(this, service.replace('.', '-'), {
        vpcId,
        serviceName: `com.amazonaws.${props.region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: props.vpc.privateSubnets.map((subnet) => subnet.id),
        securityGroupIds: [group.id],
        tags: { Name: `${props.name}-${service}` },
      });
    }
  }
}
