import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { Construct } from 'constructs';
import type { Place } from '../identity/place';
import { resourcePolicy } from '../identity/policy';
import type { NetworkParts } from './parts';
import { ServerSecurityGroup } from './security-group';

/** What runs in a VPC besides the cluster itself, and calls AWS. */
export interface Callers {
  /** Karpenter's controller. */
  readonly karpenter: boolean;
  /** People's bastion, where no NAT gateway leads it to Systems Manager. */
  readonly bastion: boolean;
  /** The load balancer controller puts a web application firewall before its load balancers. */
  readonly webFirewall: boolean;
}

interface InterfaceEndpoint {
  /** Who calls it, and what for. */
  readonly why: string;
  /** One of them is enough. Default: always. */
  readonly neededBy?: readonly (keyof Callers)[];
  /**
   * What its policy lets through, from this account's identities alone. Default: no policy, because not every service
   * knows one, and an endpoint with one would then be refused.
   */
  readonly actions?: `${string}:*`;
}

/**
 * What a node without a way to the internet needs, and why. Each costs about 7 USD a month per zone, so whatever adds a
 * caller adds its endpoint: `logs` with a log shipper; `s3` files pass the gateway.
 * Missing on purpose: `kms` (EKS, RDS and Secrets Manager decrypt on their own side), `rds` and `elasticache` (logins are
 * signed in the pod), `autoscaling` (EKS scales its node groups from outside).
 */
export const interfaceEndpoints: Readonly<Record<string, InterfaceEndpoint>> = {
  ec2: {
    why: 'the VPC CNI and the EBS driver attach interfaces and volumes; nodes look themselves up when they join',
    actions: 'ec2:*',
  },
  'ecr.api': { why: 'image pulls: tokens', actions: 'ecr:*' },
  'ecr.dkr': {
    why: 'image pulls: manifests (the layers come through the S3 gateway)',
    actions: 'ecr:*',
  },
  eks: { why: 'nodes read the cluster’s address and certificate when they join', actions: 'eks:*' },
  'eks-auth': { why: 'Pod Identity: every credential that a pod gets' },
  elasticloadbalancing: { why: 'the load balancer controller', actions: 'elasticloadbalancing:*' },
  secretsmanager: { why: 'external-secrets', actions: 'secretsmanager:*' },
  sts: { why: 'the AWS SDKs of controllers ask who they are', actions: 'sts:*' },
  // Karpenter has prices built in, for where nothing leads to the API that knows them.
  sqs: { why: 'Karpenter’s queue of interruptions', neededBy: ['karpenter'], actions: 'sqs:*' },
  ssm: {
    why: 'Karpenter looks up releases of node images; the bastion registers itself',
    neededBy: ['karpenter', 'bastion'],
    actions: 'ssm:*',
  },
  ssmmessages: {
    why: 'the sessions of people through the bastion',
    neededBy: ['bastion'],
    actions: 'ssmmessages:*',
  },
  wafv2: {
    why: 'the load balancer controller associates the web ACL',
    neededBy: ['webFirewall'],
  },
};

/** Services that these callers need endpoints for. */
const endpointsFor = (callers: Callers): [string, InterfaceEndpoint][] =>
  Object.entries(interfaceEndpoints).filter(
    ([, { neededBy }]) => neededBy === undefined || neededBy.some((caller) => callers[caller]),
  );

export interface EndpointsProps extends Place {
  readonly name: string;
  readonly network: NetworkParts;
  /** Interface endpoints besides the S3 gateway, which is free. */
  readonly interfaces: boolean;
  readonly callers: Callers;
}

/** Ways to AWS's APIs that stay inside AWS's network. */
export class Endpoints extends Construct {
  constructor(scope: Construct, id: string, props: EndpointsProps) {
    super(scope, id);
    const { vpcId, privateRouteTableIds } = props.network;
    if (privateRouteTableIds.length > 0) {
      new VpcEndpoint(this, 's3', {
        vpcId,
        serviceName: `com.amazonaws.${props.region}.s3`,
        vpcEndpointType: 'Gateway',
        routeTableIds: [...privateRouteTableIds],
        policy: bucketPolicy(props),
        tags: { Name: `${props.name}-s3` },
      });
    }
    if (!props.interfaces) return;
    const group = new ServerSecurityGroup(this, 'security-group', {
      name: `${props.name}-endpoints`,
      description: 'AWS APIs, from inside the VPC',
      vpcId,
      port: 443,
      from: props.network,
    });
    for (const [service, { actions }] of endpointsFor(props.callers)) {
      new VpcEndpoint(this, service.replace('.', '-'), {
        vpcId,
        serviceName: `com.amazonaws.${props.region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: props.network.privateSubnets.map((subnet) => subnet.id),
        securityGroupIds: [group.id],
        policy: actions && ownAccountPolicy(props, actions),
        tags: { Name: `${props.name}-${service}` },
      });
    }
  }
}

/** Credentials of another account, which somebody brought along, get nowhere: no data leaves that way. */
const ownAccountPolicy = ({ accountId }: Place, actions: `${string}:*`): string =>
  resourcePolicy([
    {
      sid: 'OwnAccount',
      principals: '*',
      actions,
      resources: '*',
      conditions: { StringEquals: { 'aws:PrincipalAccount': accountId } },
    },
  ]);

/**
 * Reading is open: images of AWS's add-ons, of registry.k8s.io and packages of nodes come from buckets of others, some to
 * callers without a name. Everything else is for this account's identities, in this account's buckets.
 */
const bucketPolicy = ({ accountId }: Place): string =>
  resourcePolicy([
    { sid: 'Read', principals: '*', actions: 's3:GetObject', resources: '*' },
    {
      sid: 'OwnBuckets',
      principals: '*',
      actions: 's3:*',
      resources: '*',
      conditions: {
        StringEquals: { 'aws:PrincipalAccount': accountId, 'aws:ResourceAccount': accountId },
      },
    },
  ]);
