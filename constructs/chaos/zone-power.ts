import { arnIn } from '../identity/place';
import type { Statement } from '../identity/policy';
import {
  cacheInterruption,
  databaseFailover,
  type Fault,
  isOwn,
  lasting,
  nodesOf,
  own,
  parameters,
  tags,
  type Victim,
} from './faults';

/** What there is to be switched off. */
export interface ZoneParts {
  /** Whether nodes are ours: EKS Auto Mode lets nobody stop its own. */
  readonly nodes: boolean;
  /** The role that starts more nodes, where Karpenter does. */
  readonly launchRoleArn: string | undefined;
  readonly database: boolean;
  readonly cache: boolean;
}

/**
 * A zone without power, by the parts of AWS's scenario "AZ Availability: Power Interruption" that concern what Holdfast
 * deploys: its nodes stop and no new ones start, its subnets reach nobody for two minutes, database and cache lose what
 * they have there. Left out: volumes, which stop with their nodes, and zonal autoshift.
 */
export function zonePower(victim: Victim, zone: string, parts: ZoneParts): Fault {
  const faults = [
    network(victim, zone),
    ...(parts.nodes ? [nodes(victim, zone)] : []),
    ...(parts.launchRoleArn ? [launches(victim, zone, parts.launchRoleArn)] : []),
    ...(parts.database ? [databaseFailover(victim, zone)] : []),
    ...(parts.cache ? [cacheInterruption(victim, zone)] : []),
  ];
  const statements = faults.flatMap((fault) => fault.statements);
  return {
    targets: faults.flatMap((fault) => fault.targets),
    actions: faults.flatMap((fault) => fault.actions),
    statements: statements.filter(({ sid }, at) => statements.findIndex((each) => each.sid === sid) === at),
  };
}

const nodes = (victim: Victim, zone: string): Fault => ({
  targets: [
    nodesOf(victim, 'nodes', { filter: [{ path: 'Placement.AvailabilityZone', values: [zone] }] }),
    {
      name: 'groups',
      resourceType: 'aws:ec2:autoscaling-group',
      selectionMode: 'ALL',
      // EKS makes the group, and puts this on it, but none of our tags.
      resourceTag: tags({ 'eks:cluster-name': victim.name }),
    },
  ],
  actions: [
    {
      name: 'stop-nodes',
      actionId: 'aws:ec2:stop-instances',
      target: { key: 'Instances', value: 'nodes' },
      // Its group replaces a node that it finds stopped, which is no failure.
      parameter: parameters({
        startInstancesAfterDuration: lasting(victim),
        completeIfInstancesTerminated: 'true',
      }),
    },
    {
      name: 'no-more-nodes',
      actionId: 'aws:ec2:asg-insufficient-instance-capacity-error',
      target: { key: 'AutoScalingGroups', value: 'groups' },
      parameter: parameters({
        availabilityZoneIdentifiers: zone,
        duration: lasting(victim),
        percentage: '100',
      }),
    },
  ],
  statements: [
    {
      sid: 'StopOwnNodes',
      actions: ['ec2:StopInstances', 'ec2:StartInstances'],
      resources: arnIn(victim, 'ec2', 'instance/*'),
      conditions: isOwn(victim),
    },
    {
      sid: 'LookAtNodes',
      actions: ['ec2:DescribeInstances', 'autoscaling:DescribeAutoScalingGroups'],
      resources: '*',
    },
    {
      // Their disks are encrypted with a key of the account: EC2 gets it back for as long as they run.
      sid: 'StartThemWithTheirDisks',
      actions: 'kms:CreateGrant',
      resources: arnIn(victim, 'kms', 'key/*'),
      conditions: {
        StringEquals: { 'kms:ViaService': `ec2.${victim.region}.amazonaws.com` },
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
      },
    },
    noCapacity,
  ],
});

const launches = (victim: Victim, zone: string, roleArn: string): Fault => ({
  targets: [
    { name: 'launcher', resourceType: 'aws:iam:role', selectionMode: 'ALL', resourceArns: [roleArn] },
  ],
  actions: [
    {
      name: 'no-launches',
      actionId: 'aws:ec2:api-insufficient-instance-capacity-error',
      target: { key: 'Roles', value: 'launcher' },
      parameter: parameters({
        availabilityZoneIdentifiers: zone,
        duration: lasting(victim),
        percentage: '100',
      }),
    },
  ],
  statements: [noCapacity],
});

/** Knows no resources: it is EC2's answer to a request, told apart by the action that gives it. */
const noCapacity: Statement = {
  sid: 'SayThereIsNoCapacity',
  actions: 'ec2:InjectApiError',
  resources: '*',
  conditions: {
    'ForAnyValue:StringEquals': {
      'ec2:FisActionId': [
        'aws:ec2:api-insufficient-instance-capacity-error',
        'aws:ec2:asg-insufficient-instance-capacity-error',
      ],
    },
  },
};

/** FIS gives the subnets a network ACL of its own, which denies everything, and then their own again. */
const network = (victim: Victim, zone: string): Fault => ({
  targets: [
    {
      name: 'subnets',
      resourceType: 'aws:ec2:subnet',
      selectionMode: 'ALL',
      resourceTag: tags(own(victim)),
      filter: [{ path: 'AvailabilityZone', values: [zone] }],
    },
  ],
  actions: [
    {
      name: 'cut-off',
      actionId: 'aws:network:disrupt-connectivity',
      target: { key: 'Subnets', value: 'subnets' },
      // As long as AWS's scenario does: connections break then; what is stopped stays stopped.
      parameter: parameters({ scope: 'all', duration: 'PT2M' }),
    },
  ],
  statements: [
    {
      sid: 'LookAtNetwork',
      actions: [
        'ec2:DescribeManagedPrefixLists',
        'ec2:DescribeNetworkAcls',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
      ],
      resources: '*',
    },
    {
      sid: 'MakeOwnAcl',
      actions: 'ec2:CreateNetworkAcl',
      resources: arnIn(victim, 'ec2', 'network-acl/*'),
      conditions: { StringEquals: { 'aws:RequestTag/managedByFIS': 'true' } },
    },
    {
      sid: 'MakeAclInOwnVpc',
      actions: 'ec2:CreateNetworkAcl',
      resources: arnIn(victim, 'ec2', 'vpc/*'),
      conditions: isOwn(victim),
    },
    {
      sid: 'TagOwnAcl',
      actions: 'ec2:CreateTags',
      resources: arnIn(victim, 'ec2', 'network-acl/*'),
      conditions: {
        StringEquals: {
          'ec2:CreateAction': 'CreateNetworkAcl',
          'aws:RequestTag/managedByFIS': 'true',
        },
      },
    },
    {
      sid: 'FillAndRemoveOwnAcl',
      actions: ['ec2:CreateNetworkAclEntry', 'ec2:DeleteNetworkAcl'],
      resources: arnIn(victim, 'ec2', 'network-acl/*'),
      conditions: { StringEquals: { 'ec2:ResourceTag/managedByFIS': 'true' } },
    },
    {
      sid: 'GiveItToOwnSubnets',
      actions: 'ec2:ReplaceNetworkAclAssociation',
      resources: arnIn(victim, 'ec2', 'subnet/*'),
      conditions: isOwn(victim),
    },
    {
      // Both the one of FIS and the one that was there before, which has our tags or, as the VPC's default, none.
      sid: 'GiveAnyAcl',
      actions: 'ec2:ReplaceNetworkAclAssociation',
      resources: arnIn(victim, 'ec2', 'network-acl/*'),
    },
  ],
});
