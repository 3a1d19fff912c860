import { Cloudtrail } from '@cdktf/provider-aws/lib/cloudtrail';
import { Construct } from 'constructs';
import { EncryptionKey } from '../../encryption/key';
import { arnIn, logGroupArn, type Place } from '../../identity/place';
import { trustPolicy } from '../../identity/policy';
import { Role } from '../../identity/role';
import { PrivateBucket } from '../../storage/bucket';
import { LogGroup } from '../../storage/log-group';

export interface AuditTrailProps extends Place {
  /** Unique in the account. Changing it replaces the trail: what happens in between is in no log. */
  readonly name: string;
  /** Unique in the world. Changing it replaces the bucket, which Terraform refuses. */
  readonly bucketName: string;
  /** Days that logs are kept in the bucket. */
  readonly retentionDays: number;
  /** Bucket that gets a line for each request to the logs; it must let S3 write there. */
  readonly accessLogs: PrivateBucket;
}

/** Days in CloudWatch, where the same events can be searched at once; what is older is in the bucket, for Athena. */
const searchableDays = 365;

export const trailLogGroupName = (trail: string): string => `/aws/cloudtrail/${trail}`;

/** CloudTrail: who did what in every region, with digests that show whether a log was changed afterwards. */
export class AuditTrail extends Construct {
  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    const place = { accountId: props.accountId, region: props.region };
    const trailArn = arnIn(place, 'cloudtrail', `trail/${props.name}`);
    const principals = { service: 'cloudtrail.amazonaws.com' } as const;
    const forThisTrail = { 'aws:SourceArn': trailArn };
    const logGroupName = trailLogGroupName(props.name);
    const key = new EncryptionKey(this, 'key', {
      ...place,
      alias: props.name,
      description: `Logs of the trail ${props.name}`,
      logGroups: [logGroupName],
      grants: [
        {
          sid: 'TrailEncrypts',
          principals,
          actions: 'kms:GenerateDataKey*',
          resources: '*',
          conditions: {
            StringEquals: { ...forThisTrail, 'kms:EncryptionContext:aws:cloudtrail:arn': trailArn },
          },
        },
        {
          // Decrypt: S3 keeps one data key for many objects of the bucket.
          sid: 'TrailUsesTheBucketsKey',
          principals,
          actions: ['kms:Decrypt', 'kms:DescribeKey'],
          resources: '*',
          conditions: { StringEquals: forThisTrail },
        },
      ],
      protect: true,
    });
    const bucketArn = `arn:aws:s3:::${props.bucketName}`;
    const logs = new PrivateBucket(this, 'logs', {
      name: props.bucketName,
      key,
      expireDays: props.retentionDays,
      noncurrentDays: 30,
      accessLogs: props.accessLogs,
      grants: [
        {
          sid: 'TrailLooks',
          principals,
          actions: 's3:GetBucketAcl',
          resources: bucketArn,
          conditions: { StringEquals: forThisTrail },
        },
        {
          sid: 'TrailWrites',
          principals,
          actions: 's3:PutObject',
          resources: `${bucketArn}/AWSLogs/${props.accountId}/*`,
          conditions: { StringEquals: { ...forThisTrail, 's3:x-amz-acl': 'bucket-owner-full-control' } },
        },
      ],
      protect: true,
    });
    const searchable = new LogGroup(this, 'searchable', {
      name: logGroupName,
      retentionDays: searchableDays,
      key,
    });
    const writer = new Role(this, 'writer', {
      // Not holdfast-…: what begins with an environment's name is in reach of whoever deploys that.
      name: `cloudtrail-${props.name}`,
      description: `Writes the events of ${props.name} to CloudWatch`,
      // CloudTrail says nothing of on whose behalf it comes here.
      trust: trustPolicy(principals.service, 'sts:AssumeRole'),
      statements: [
        {
          sid: 'Write',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: logGroupArn(
            place,
            `${logGroupName}:log-stream:${props.accountId}_CloudTrail_${props.region}*`,
          ),
        },
      ],
    });
    new Cloudtrail(this, 'trail', {
      name: props.name,
      s3BucketName: logs.bucket.id,
      kmsKeyId: key.arn,
      cloudWatchLogsGroupArn: `${searchable.group.arn}:*`,
      cloudWatchLogsRoleArn: writer.arn,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      enableLogging: true,
      dependsOn: [logs.policy, ...writer.permissions],
    });
  }
}
