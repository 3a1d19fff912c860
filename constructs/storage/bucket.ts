import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
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
  readonly key: EncryptionKey;
  /** Days that replaced or deleted objects can be brought back. */
  readonly noncurrentDays: number;
  /** Newest noncurrent versions of an object that stay longer than that. Default: none. */
  readonly noncurrentVersionsKept?: number;
  /** Days after which an object goes, whatever it is. Default: objects stay. */
  readonly expireDays?: number;
  /** What services may do with it besides the account's own identities. Default: nothing. */
  readonly grants?: readonly ResourceStatement[];
  /** Terraform refuses to destroy it. Default: false. */
  readonly protect?: boolean;
  /** Destroying it destroys what it holds; otherwise Terraform refuses while it holds anything. Default: false. */
  readonly destroyWithContent?: boolean;
}

/** A bucket with every version of its objects, encrypted with a key of its own, for this account over TLS alone. */
export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;
  /** Whoever writes under `grants` must wait for it. */
  readonly policy: ITerraformDependable;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.bucket = new S3Bucket(this, 'bucket', {
      bucket: props.name,
      forceDestroy: props.destroyWithContent || undefined,
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
    const versioning = new S3BucketVersioningA(this, 'versioning', {
      bucket,
      versioningConfiguration: { status: 'Enabled' },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket,
      rule: [
        {
          // One request to KMS per bucket and period instead of one per object.
          bucketKeyEnabled: true,
          applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: props.key.arn },
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
        ...(props.expireDays === undefined
          ? []
          : [
              {
                id: 'expiry',
                status: 'Enabled',
                filter: [{ prefix: '' }],
                expiration: [{ days: props.expireDays }],
              },
            ]),
      ],
      dependsOn: [versioning],
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
      dependsOn: [block],
    });
  }
}
