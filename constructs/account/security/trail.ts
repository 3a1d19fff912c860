import { Cloudtrail } from '@cdktf/provider-aws/lib/cloudtrail';
import { Construct } from 'constructs';
import { EncryptionKey } from '../../encryption/key';
import { arnIn, type Place } from '../../identity/place';
import { PrivateBucket } from '../../storage/bucket';

export interface AuditTrailProps extends Place {
  /** Unique in the account. Changing it replaces the trail: what happens in between is in no log. */
  readonly name: string;
  /** Unique in the world. Changing it replaces the bucket, which Terraform refuses. */
  readonly bucketName: string;
  /** Days that logs are kept. */
  readonly retentionDays: number;
}

/** CloudTrail: who did what in every region, with digests that show whether a log was changed afterwards. */
export class AuditTrail extends Construct {
  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    const place = { accountId: props.accountId, region: props.region };
    const trailArn = arnIn(place, 'cloudtrail', `trail/${props.name}`);
    const principals = { service: 'cloudtrail.amazonaws.com' } as const;
    const forThisTrail = { 'aws:SourceArn': trailArn };
    const key = new EncryptionKey(this, 'key', {
      ...place,
      alias: props.name,
      description: `Logs of the trail ${props.name}`,
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
    new Cloudtrail(this, 'trail', {
      name: props.name,
      s3BucketName: logs.bucket.id,
      kmsKeyId: key.arn,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      enableLogging: true,
      dependsOn: [logs.policy],
    });
  }
}
