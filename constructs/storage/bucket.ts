import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging';
import { S3BucketObjectLockConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption/key';
import { type ResourceStatement, resourcePolicy } from '../identity/policy';

export interface PrivateBucketProps {
  /** Unique in the world. Changing it replaces the bucket, which Terraform refuses while it holds anything. */
  readonly name: string;
  /**
   * Default: keys that S3 keeps itself, at no charge, which only a bucket for logs that AWS delivers should have: S3's
   * access logs and load balancers write to no other.
   */
  readonly key?: EncryptionKey;
  /** Days that replaced or deleted objects can be brought back. */
  readonly noncurrentDays: number;
  /** Newest noncurrent versions of an object that stay longer than that. Default: none. */
  readonly noncurrentVersionsKept?: number;
  /** Days after which an object goes, whatever it is. Default: objects stay. */
  readonly expireDays?: number;
  /** What services may do with it besides the account's own identities. Default: nothing. */
  readonly grants?: readonly ResourceStatement[];
  /**
   * Bucket that gets a line for each request, under `s3/`; it must let S3 write there (`accessLogsGrant`), by its name where another stack made it. They come late
   * and without a guarantee, but cost a tenth of CloudTrail's data events and less. Default: none.
   */
  readonly accessLogs?: PrivateBucket | { readonly bucketName: string };
  /**
   * Days for which a version can't be overwritten or deleted, but by who may bypass governance. Setting it, or taking it
   * away, replaces the bucket. Default: versions can be deleted.
   */
  readonly lockDays?: number;
  /** What has to be there before the policy, which names it: S3 refuses principals that it doesn't know. Default: nothing. */
  readonly policyAfter?: readonly ITerraformDependable[];
  /** Terraform refuses to destroy it. Default: false. */
  readonly protect?: boolean;
  /** Destroying it destroys what it holds; otherwise Terraform refuses while it holds anything. Default: false. */
  readonly destroyWithContent?: boolean;
}

/** What lets S3 deliver the access logs of buckets of the account, whose names begin so, to the bucket of logs. */
export const accessLogsGrant = (logs: string, accountId: string, prefix: string): ResourceStatement => ({
  sid: 'AccessLogs',
  principals: { service: 'logging.s3.amazonaws.com' },
  actions: 's3:PutObject',
  resources: `arn:aws:s3:::${logs}/s3/*`,
  conditions: {
    StringEquals: { 'aws:SourceAccount': accountId },
    ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${prefix}*` },
  },
});

/** A bucket with every version of its objects, encrypted, for this account over TLS alone. */
export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;
  /** What keeps every version; copies of the bucket wait for it. */
  readonly versioning: ITerraformDependable;
  /** Whoever writes under `grants` must wait for it. */
  readonly policy: ITerraformDependable;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.bucket = new S3Bucket(this, 'bucket', {
      bucket: props.name,
      forceDestroy: props.destroyWithContent || undefined,
      objectLockEnabled: props.lockDays === undefined ? undefined : true,
      lifecycle: props.protect ? { preventDestroy: true } : undefined,
    });
    const bucket = this.bucket.id;
    new S3BucketOwnershipControls(this, 'ownership', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    });
    const block = new S3BucketPublicAccessBlock(this, 'public-access-block', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    this.versioning = new S3BucketVersioningA(this, 'versioning', {
      bucket,
      versioningConfiguration: { status: 'Enabled' },
    });
    if (props.lockDays !== undefined) {
      new S3BucketObjectLockConfigurationA(this, 'lock', {
        bucket,
        rule: { defaultRetention: { mode: 'GOVERNANCE', days: props.lockDays } },
        dependsOn: [this.versioning],
      });
    }
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket,
      rule: [
        {
          ...(props.key
            ? {
                // One request to KMS per bucket and period instead of one per object.
                bucketKeyEnabled: true,
                applyServerSideEncryptionByDefault: {
                  sseAlgorithm: 'aws:kms',
                  kmsMasterKeyId: props.key.arn,
                },
              }
            : { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }),
        },
      ],
    });
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket,
      rule: [
        {
          id: 'noncurrent-versions',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          noncurrentVersionExpiration: [
            { noncurrentDays: props.noncurrentDays, newerNoncurrentVersions: props.noncurrentVersionsKept },
          ],
        },
        ...(props.expireDays === undefined
          ? []
          : [
              {
                id: 'age',
                status: 'Enabled',
                filter: [{ prefix: '' }],
                expiration: [{ days: props.expireDays }],
              },
            ]),
        {
          id: 'leftovers',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          // Locks that were given back leave a marker each; a marker without versions is only in the way.
          expiration: [{ expiredObjectDeleteMarker: true }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      dependsOn: [this.versioning],
    });
    this.policy = new S3BucketPolicy(this, 'policy', {
      bucket,
      policy: resourcePolicy([
        {
          sid: 'OnlyTls',
          effect: 'Deny',
          principals: '*',
          actions: 's3:*',
          resources: [`arn:aws:s3:::${props.name}`, `arn:aws:s3:::${props.name}/*`],
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        },
        {
          sid: 'OnlyTls12',
          effect: 'Deny',
          principals: '*',
          actions: 's3:*',
          resources: [`arn:aws:s3:::${props.name}`, `arn:aws:s3:::${props.name}/*`],
          conditions: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
        },
        ...(props.grants ?? []),
      ]),
      // S3 refuses both at the same moment.
      dependsOn: [block, ...(props.policyAfter ?? [])],
    });
    if (props.accessLogs) {
      new S3BucketLoggingA(this, 'access-logs', {
        bucket,
        targetBucket: 'bucket' in props.accessLogs ? props.accessLogs.bucket.id : props.accessLogs.bucketName,
        targetPrefix: 's3/',
        // By account, region, bucket and day: what Athena has to read for one question.
        targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: 'EventTime' } },
        dependsOn: 'policy' in props.accessLogs ? [props.accessLogs.policy] : undefined,
      });
    }
  }
}
