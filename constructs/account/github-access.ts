import type { Place } from '../identity/place';
import type { Statement } from '../identity/policy';
import { githubBoundary } from './github-names';

/** A bucket of states, and its key. */
export interface StatePlace {
  readonly region: string;
  readonly stateBucketName: string;
  readonly stateKeyArn: string;
}

export interface GithubAccessProps extends Place {
  /** Buckets that hold what others record of the account: nobody who deploys may change them. */
  readonly recordBucketNames: readonly [string, ...string[]];
  /** ARNs of what tells people of findings, and of the trail's log group: nobody who deploys may silence them. */
  readonly witnessArns: readonly [string, ...string[]];
  readonly stateBucketName: string;
  readonly stateKeyArn: string;
  /** States of environments that recover others, in their own regions. Default: none. */
  readonly otherStates?: readonly StatePlace[];
}

const otherStates = ({ otherStates: others = [] }: GithubAccessProps) =>
  others.map((state) => ({ ...state, bucket: `arn:aws:s3:::${state.stateBucketName}` }));

/** One, or several. */
const oneOrMore = <T>(first: T, others: readonly T[]): T | [T, ...T[]] =>
  others.length > 0 ? [first, ...others] : first;

/** Reading and writing objects of the state bucket goes through its key, and the key through S3 alone. */
const useStateKey = (state: StatePlace, index = 0): Statement => ({
  sid: index === 0 ? 'StateKey' : `StateKey${index + 1}`,
  actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
  resources: state.stateKeyArn,
  conditions: { StringEquals: { 'kms:ViaService': `s3.${state.region}.amazonaws.com` } },
});

/**
 * What a plan needs besides AWS's SecurityAudit, which reads how things are configured. Whoever opens a pull request
 * runs code with it: it reads every state of the account, and no secret.
 */
export const planStatements = (props: GithubAccessProps): Statement[] => {
  const others = otherStates(props);
  const first = `arn:aws:s3:::${props.stateBucketName}`;
  const buckets = oneOrMore(
    first,
    others.map(({ bucket }) => bucket),
  );
  const within = (what: string) =>
    oneOrMore(
      `${first}/${what}`,
      others.map(({ bucket }) => `${bucket}/${what}`),
    );
  const keys = oneOrMore(
    props.stateKeyArn,
    others.map(({ stateKeyArn }) => stateKeyArn),
  );
  return [
    {
      sid: 'Refresh',
      actions: [
        'access-analyzer:Get*',
        'acm:DescribeCertificate',
        'acm:ListTagsForCertificate',
        'aps:Describe*',
        'aps:ListTagsForResource',
        'budgets:ViewBudget',
        'budgets:ListTagsForResource',
        'cloudtrail:Get*',
        'cloudtrail:List*',
        'config:Describe*',
        'ec2:Describe*',
        'ec2:GetEbsEncryptionByDefault',
        'ec2:GetInstanceMetadataDefaults',
        'ecr:Describe*',
        'ecr:GetLifecyclePolicy',
        'ecr:GetRepositoryPolicy',
        'ecr:ListTagsForResource',
        'eks:Describe*',
        'eks:List*',
        'elasticache:Describe*',
        'elasticache:List*',
        'guardduty:Get*',
        'guardduty:List*',
        'iam:Get*',
        'iam:List*',
        'inspector2:BatchGetAccountStatus',
        'kms:Describe*',
        'kms:GetKeyPolicy',
        'kms:GetKeyRotationStatus',
        'kms:List*',
        'logs:Describe*',
        'logs:ListTagsForResource',
        'rds:Describe*',
        'rds:ListTagsForResource',
        'route53:Get*',
        'route53:List*',
        's3:GetAccountPublicAccessBlock',
        's3:GetBucket*',
        's3:GetEncryptionConfiguration',
        's3:GetLifecycleConfiguration',
        's3:GetAccelerateConfiguration',
        's3:GetReplicationConfiguration',
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetResourcePolicy',
        'securityhub:Describe*',
        'securityhub:Get*',
        'wafv2:Get*',
        'wafv2:List*',
      ],
      resources: '*',
    },
    { sid: 'FindState', actions: 's3:ListBucket', resources: buckets },
    { sid: 'ReadState', actions: 's3:GetObject', resources: within('*') },
    // A plan locks the state: it writes the lock beside it, and takes it away.
    { sid: 'LockState', actions: ['s3:PutObject', 's3:DeleteObject'], resources: within('*.tflock') },
    ...[props, ...others].map(useStateKey),
    {
      sid: 'NoSecrets',
      effect: 'Deny',
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue', 'ssm:GetParameter*'],
      resources: '*',
    },
    { sid: 'NoOtherKey', effect: 'Deny', actions: 'kms:Decrypt', notResources: keys },
    {
      sid: 'NoOtherObjects',
      effect: 'Deny',
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      notResources: within('*'),
    },
  ];
};

/**
 * What deploying an environment may do, and what every role that it makes may do at most. Broad, because an environment
 * is made of nearly everything; what it must not reach is the account itself and the other environments in it.
 */
export const deployStatements = (
  props: GithubAccessProps & {
    readonly environment: string;
    /** Environment that this one recovers: it reads the copies of its secrets, with its keys. Default: none. */
    readonly recovers?: string;
  },
): Statement[] => {
  const { accountId, environment, recovers } = props;
  const bucket = `arn:aws:s3:::${props.stateBucketName}`;
  const iam = (resource: string) => `arn:aws:iam::${accountId}:${resource}`;
  const [firstRecords = bucket, ...otherRecords] = props.recordBucketNames.flatMap((name) => [
    `arn:aws:s3:::${name}`,
    `arn:aws:s3:::${name}/*`,
  ]);
  const taggedForOthersThan = (names: string | [string, string]) =>
    ({
      StringNotEquals: { 'aws:ResourceTag/environment': names },
      Null: { 'aws:ResourceTag/environment': 'false' },
    }) as const;
  const taggedForOthers = taggedForOthersThan(environment);
  const readable = taggedForOthersThan(recovers ? [environment, recovers] : environment);
  const readSecret = ['secretsmanager:GetSecretValue'] as const;
  const noOtherSecret: Statement[] = recovers
    ? [{ sid: 'NoOtherSecret', effect: 'Deny', actions: readSecret, resources: '*', conditions: readable }]
    : [];
  const ownRoles = iam(`role/holdfast-${environment}-*`);
  const ownBoundary = iam(`policy/${githubBoundary(environment)}`);
  return [
    // A list of services would be one that nobody dares to shorten: what is dangerous is named instead.
    {
      sid: 'AllButIdentityAndState',
      notActions: ['account:*', 'iam:*', 'organizations:*', 's3:*'],
      resources: '*',
    },
    {
      sid: 'AllBucketsButState',
      actions: 's3:*',
      notResources: [
        bucket,
        `${bucket}/*`,
        ...otherStates(props).flatMap((other) => [other.bucket, `${other.bucket}/*`]),
      ],
    },
    { sid: 'FindState', actions: 's3:ListBucket', resources: bucket },
    {
      // No versions: what was overwritten by mistake can be brought back by an administrator.
      sid: 'OwnState',
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resources: `${bucket}/${environment}/*`,
    },
    { sid: 'ReadIdentity', actions: ['iam:Get*', 'iam:List*'], resources: '*' },
    {
      // What a role may do is only ever said of a role that is bounded.
      sid: 'BoundedRoles',
      actions: [
        'iam:CreateRole',
        'iam:PutRolePermissionsBoundary',
        'iam:PutRolePolicy',
        'iam:DeleteRolePolicy',
        'iam:AttachRolePolicy',
        'iam:DetachRolePolicy',
      ],
      resources: ownRoles,
      conditions: { StringEquals: { 'iam:PermissionsBoundary': ownBoundary } },
    },
    {
      sid: 'OwnRoles',
      actions: [
        'iam:DeleteRole',
        'iam:PassRole',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:UpdateAssumeRolePolicy',
        'iam:UpdateRole*',
      ],
      resources: ownRoles,
    },
    {
      sid: 'OwnPoliciesAndProfiles',
      actions: [
        'iam:AddRoleToInstanceProfile',
        'iam:CreateInstanceProfile',
        'iam:CreatePolicy*',
        'iam:DeleteInstanceProfile',
        'iam:DeletePolicy*',
        'iam:RemoveRoleFromInstanceProfile',
        'iam:TagInstanceProfile',
        'iam:TagPolicy',
        'iam:UntagInstanceProfile',
        'iam:UntagPolicy',
      ],
      resources: [
        iam(`policy/holdfast-${environment}-*`),
        iam(`instance-profile/holdfast-${environment}-*`),
        // EKS Auto Mode makes those of its nodes, as the cluster's role. Only an own role can be put into one.
        iam('instance-profile/eks-*'),
      ],
    },
    {
      sid: 'RolesOfServices',
      actions: 'iam:CreateServiceLinkedRole',
      resources: iam('role/aws-service-role/*'),
    },
    {
      sid: 'NoOrganisation',
      effect: 'Deny',
      actions: ['account:*', 'organizations:*'],
      resources: '*',
    },
    {
      // Roles of the account that trust the account itself, an administrator's for instance.
      sid: 'NoOtherRole',
      effect: 'Deny',
      actions: 'sts:AssumeRole',
      notResources: ownRoles,
      conditions: { StringEquals: { 'aws:ResourceAccount': accountId } },
    },
    {
      // Where a service tells the tags of what is asked for; what has no such tag belongs to nobody.
      sid: 'NoOtherEnvironment',
      effect: 'Deny',
      actions: [
        'ec2:Delete*',
        'ec2:Modify*',
        'ec2:Terminate*',
        // Not PutImage: a pushed tag never moves, so images may come from where deployments do.
        'ecr:Delete*',
        'ecr:PutImageTagMutability',
        'ecr:PutLifecyclePolicy',
        'ecr:SetRepositoryPolicy',
        'eks:Delete*',
        'eks:Update*',
        'elasticache:Delete*',
        'elasticache:Modify*',
        'kms:Disable*',
        'kms:PutKeyPolicy',
        'kms:ScheduleKeyDeletion',
        'rds:Delete*',
        'rds:Modify*',
        'secretsmanager:Delete*',
        ...(recovers ? [] : readSecret),
        'secretsmanager:Put*',
        'secretsmanager:Update*',
      ],
      resources: '*',
      conditions: taggedForOthers,
    },
    ...noOtherSecret,
    {
      // Bootstrap's keys are for others too, but for the one that every state is encrypted with.
      sid: 'NoOtherKey',
      effect: 'Deny',
      actions: ['kms:CreateGrant', 'kms:Decrypt', 'kms:ReEncrypt*'],
      notResources: props.stateKeyArn,
      conditions: readable,
    },
    {
      sid: 'NoBlindfold',
      effect: 'Deny',
      actions: [
        'access-analyzer:DeleteAnalyzer',
        'cloudtrail:DeleteTrail',
        'cloudtrail:PutEventSelectors',
        'cloudtrail:StopLogging',
        'cloudtrail:UpdateTrail',
        'config:Delete*',
        'config:PutConfigurationRecorder',
        'config:StopConfigurationRecorder',
        'ec2:DisableEbsEncryptionByDefault',
        'ec2:ModifyInstanceMetadataDefaults',
        'guardduty:Delete*',
        'guardduty:Update*',
        'inspector2:Disable',
        'route53:DeleteHostedZone',
        's3:PutAccountPublicAccessBlock',
        'securityhub:BatchDisableStandards',
        'securityhub:DisableSecurityHub',
      ],
      resources: '*',
    },
    {
      sid: 'NoSilence',
      effect: 'Deny',
      actions: [
        'events:DeleteRule',
        'events:DisableRule',
        'events:Put*',
        'events:Remove*',
        'logs:Delete*',
        'logs:PutRetentionPolicy',
        'sns:Delete*',
        'sns:Set*',
        'sns:Unsubscribe',
      ],
      resources: props.witnessArns,
    },
    {
      sid: 'NoRecords',
      effect: 'Deny',
      actions: ['s3:Delete*', 's3:Put*'],
      resources: [firstRecords, ...otherRecords],
    },
  ];
};
