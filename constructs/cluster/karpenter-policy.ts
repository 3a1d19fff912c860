import { arnIn, type Place } from '../identity/place';
import type { Conditions, Statement } from '../identity/policy';

export interface KarpenterPolicyProps extends Place {
  /** Karpenter puts it into tags of everything it makes. */
  readonly clusterName: string;
  readonly queueArn: string;
  readonly nodeRoleArn: string;
  readonly instanceProfileArn: string;
}

/**
 * What Karpenter's controller may do. The actions are those of its own policies (website/content/en/v1.13/reference/
 * cloudformation.md, read 2026-11-21), with tighter resources: this account alone, and no right to make or change
 * instance profiles, because its nodes have one that is made here. Left out: launching into capacity reservations and
 * placement groups, which no node class of ours names.
 */
export function karpenterControllerPolicy(props: KarpenterPolicyProps): Statement[] {
  const ec2 = (resource: string) => arnIn(props, 'ec2', resource);
  /** AWS's own, which belong to no account. */
  const published = (resource: string) => `arn:aws:ec2:${props.region}::${resource}`;
  const cluster = arnIn(props, 'eks', `cluster/${props.clusterName}`);
  const made = [
    'fleet',
    'instance',
    'volume',
    'network-interface',
    'launch-template',
    'spot-instances-request',
  ];
  const [firstMade, ...otherMade] = made.map((kind) => ec2(`${kind}/*`));
  const whatItMakes = [firstMade as string, ...otherMade] as const;
  const ours = {
    StringEquals: { [`aws:ResourceTag/kubernetes.io/cluster/${props.clusterName}`]: 'owned' },
    StringLike: { 'aws:ResourceTag/karpenter.sh/nodepool': '*' },
  } satisfies Conditions;
  const becomesOurs = {
    StringEquals: {
      [`aws:RequestTag/kubernetes.io/cluster/${props.clusterName}`]: 'owned',
      'aws:RequestTag/eks:eks-cluster-name': props.clusterName,
    },
    StringLike: { 'aws:RequestTag/karpenter.sh/nodepool': '*' },
  } satisfies Conditions;
  return [
    {
      sid: 'LaunchWith',
      actions: ['ec2:RunInstances', 'ec2:CreateFleet'],
      resources: [published('image/*'), published('snapshot/*'), ec2('security-group/*'), ec2('subnet/*')],
    },
    {
      sid: 'LaunchFromOwnTemplates',
      actions: ['ec2:RunInstances', 'ec2:CreateFleet'],
      resources: ec2('launch-template/*'),
      conditions: ours,
    },
    {
      sid: 'LaunchTagged',
      actions: ['ec2:RunInstances', 'ec2:CreateFleet', 'ec2:CreateLaunchTemplate'],
      resources: whatItMakes,
      conditions: becomesOurs,
    },
    {
      sid: 'TagAtLaunch',
      actions: 'ec2:CreateTags',
      resources: whatItMakes,
      conditions: {
        ...becomesOurs,
        StringEquals: {
          ...becomesOurs.StringEquals,
          'ec2:CreateAction': ['RunInstances', 'CreateFleet', 'CreateLaunchTemplate'],
        },
      },
    },
    {
      sid: 'TagOwnInstances',
      actions: 'ec2:CreateTags',
      resources: ec2('instance/*'),
      conditions: {
        ...ours,
        StringEqualsIfExists: { 'aws:RequestTag/eks:eks-cluster-name': props.clusterName },
        'ForAllValues:StringEquals': {
          'aws:TagKeys': ['eks:eks-cluster-name', 'karpenter.sh/nodeclaim', 'Name'],
        },
      },
    },
    {
      sid: 'DeleteOwn',
      actions: ['ec2:TerminateInstances', 'ec2:DeleteLaunchTemplate'],
      resources: [ec2('instance/*'), ec2('launch-template/*')],
      conditions: ours,
    },
    {
      sid: 'Look',
      actions: [
        'ec2:DescribeCapacityReservations',
        'ec2:DescribeImages',
        'ec2:DescribeInstances',
        'ec2:DescribeInstanceStatus',
        'ec2:DescribeInstanceTypeOfferings',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeLaunchTemplates',
        'ec2:DescribePlacementGroups',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSpotPriceHistory',
        'ec2:DescribeSubnets',
      ],
      resources: '*',
      conditions: { StringEquals: { 'aws:RequestedRegion': props.region } },
    },
    {
      sid: 'FindImages',
      actions: 'ssm:GetParameter',
      resources: `arn:aws:ssm:${props.region}::parameter/aws/service/*`,
    },
    // Prices are published in a few regions only, and know no resources.
    { sid: 'ReadPrices', actions: 'pricing:GetProducts', resources: '*' },
    {
      sid: 'ReadInterruptions',
      actions: ['sqs:DeleteMessage', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'],
      resources: props.queueArn,
    },
    {
      sid: 'GiveNodesTheirRole',
      actions: 'iam:PassRole',
      resources: props.nodeRoleArn,
      conditions: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    },
    { sid: 'ReadInstanceProfile', actions: 'iam:GetInstanceProfile', resources: props.instanceProfileArn },
    // It looks for profiles that it once made itself, to remove them; there are none.
    { sid: 'ListInstanceProfiles', actions: 'iam:ListInstanceProfiles', resources: '*' },
    { sid: 'FindCluster', actions: 'eks:DescribeCluster', resources: cluster },
    {
      sid: 'AvoidShiftedZones',
      actions: 'arc-zonal-shift:GetManagedResource',
      resources: '*',
      conditions: { StringEquals: { 'arc-zonal-shift:ResourceIdentifier': cluster } },
    },
  ];
}
