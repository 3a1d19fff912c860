import { FlowLog, type FlowLogConfig } from '@cdktf/provider-aws/lib/flow-log';
import { Construct } from 'constructs';
import { EncryptionKey } from '../encryption/key';
import { arnIn, logGroupArn, type Place } from '../identity/place';
import { type Conditions, type ResourceStatement, trustPolicy } from '../identity/policy';
import { Role } from '../identity/role';
import { PrivateBucket } from '../storage/bucket';
import { LogGroup } from '../storage/log-group';

export interface FlowLogsProps extends Place {
  /** Name of the VPC. */
  readonly name: string;
  /** Changing it begins a new flow log; what was written stays. */
  readonly vpcId: string;
  /**
   * cloudwatch: can be searched at once. s3: Parquet files, cheaper by half and searched with Athena. Changing it
   * destroys what the other place holds.
   */
  readonly destination: 'cloudwatch' | 's3';
  /** Days that they are kept; for CloudWatch one of the numbers that it knows. */
  readonly retentionDays: number;
  /** A bucket that still holds logs stays when the VPC is destroyed, with an error. CloudWatch's group goes anyway. */
  readonly keep: boolean;
}

type Destination = Pick<
  FlowLogConfig,
  'logDestinationType' | 'logDestination' | 'iamRoleArn' | 'destinationOptions' | 'dependsOn'
>;

/** Who talked to whom: every connection in the VPC, accepted and refused, summed up over ten minutes. */
export class FlowLogs extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: FlowLogsProps,
  ) {
    super(scope, id);
    new FlowLog(this, 'flow-log', {
      vpcId: props.vpcId,
      trafficType: 'ALL',
      maxAggregationInterval: 600,
      tags: { Name: props.name },
      ...(props.destination === 's3' ? this.toBucket() : this.toLogGroup()),
    });
  }

  private toLogGroup(): Destination {
    const { props } = this;
    const logGroupName = `/aws/vpc/${props.name}/flow-logs`;
    const key = new EncryptionKey(this, 'key', {
      accountId: props.accountId,
      region: props.region,
      alias: `${props.name}-flow-logs`,
      description: `VPC flow logs of ${props.name}`,
      logGroups: [logGroupName],
    });
    const { group } = new LogGroup(this, 'logs', {
      name: logGroupName,
      retentionDays: props.retentionDays,
      key,
    });
    const role = new Role(this, 'role', {
      name: `${props.name}-flow-logs`,
      description: `Writes the VPC flow logs of ${props.name}`,
      trust: trustPolicy('vpc-flow-logs.amazonaws.com', 'sts:AssumeRole', {
        StringEquals: { 'aws:SourceAccount': props.accountId },
        ArnLike: { 'aws:SourceArn': arnIn(props, 'ec2', 'vpc-flow-log/*') },
      }),
      // Without CreateLogGroup: the last records of a VPC that is being destroyed would bring the group back.
      statements: [
        {
          sid: 'Write',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          resources: [logGroupArn(props, logGroupName), logGroupArn(props, `${logGroupName}:*`)],
        },
        { sid: 'Find', actions: 'logs:DescribeLogGroups', resources: logGroupArn(props, '*') },
      ],
    });
    return {
      logDestinationType: 'cloud-watch-logs',
      logDestination: group.arn,
      iamRoleArn: role.arn,
      dependsOn: role.permissions,
    };
  }

  /** No role: the log delivery service writes as itself, for this account and region alone. */
  private toBucket(): Destination {
    const { props } = this;
    const name = `${props.name}-flow-logs-${props.accountId}-${props.region}`;
    const principals = { service: 'delivery.logs.amazonaws.com' } as const;
    const onOurBehalf = {
      StringEquals: { 'aws:SourceAccount': props.accountId },
      ArnLike: { 'aws:SourceArn': arnIn(props, 'logs', '*') },
    } satisfies Conditions;
    const key = new EncryptionKey(this, 'key', {
      accountId: props.accountId,
      region: props.region,
      alias: `${props.name}-flow-logs`,
      description: `VPC flow logs of ${props.name}`,
      grants: [
        {
          sid: 'LogDelivery',
          principals,
          actions: [
            'kms:Encrypt',
            'kms:Decrypt',
            'kms:ReEncrypt*',
            'kms:GenerateDataKey*',
            'kms:DescribeKey',
          ],
          resources: '*',
          conditions: onOurBehalf,
        },
      ],
    });
    const grants: ResourceStatement[] = [
      {
        sid: 'DeliverLogs',
        principals,
        actions: 's3:PutObject',
        resources: `arn:aws:s3:::${name}/AWSLogs/${props.accountId}/*`,
        conditions: {
          ...onOurBehalf,
          // What the service sends; the bucket owns its objects whatever they say.
          StringEquals: { ...onOurBehalf.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' },
        },
      },
      {
        // The service looks before it writes; without these two AWS would rewrite the policy when the log is made.
        sid: 'CheckBucket',
        principals,
        actions: ['s3:GetBucketAcl', 's3:ListBucket'],
        resources: `arn:aws:s3:::${name}`,
        conditions: onOurBehalf,
      },
    ];
    const { bucket, policy } = new PrivateBucket(this, 'bucket', {
      name,
      key,
      // Nobody overwrites a log, so an old version is one that expired.
      noncurrentDays: 1,
      expireDays: props.retentionDays,
      grants,
      destroyWithContent: !props.keep,
    });
    return {
      logDestinationType: 's3',
      logDestination: bucket.arn,
      destinationOptions: { fileFormat: 'parquet', hiveCompatiblePartitions: false, perHourPartition: false },
      dependsOn: [policy],
    };
  }
}
