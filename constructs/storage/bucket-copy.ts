import { S3BucketReplicationConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-replication-configuration';
import { Aspects, type TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { MadeWith } from '../core/stack';
import type { EncryptionKey } from '../encryption/key';
import type { Place } from '../identity/place';
import { trustPolicy } from '../identity/policy';
import { Role } from '../identity/role';
import { PrivateBucket, type PrivateBucketProps } from './bucket';

export interface BucketCopyProps extends Place {
  /** With its key. */
  readonly source: PrivateBucket;
  readonly sourceKey: EncryptionKey;
  /** Of the other region. */
  readonly provider: TerraformProvider;
  readonly copyRegion: string;
  /** The copy. A source with a lock needs one with a lock. */
  readonly copy: Omit<PrivateBucketProps, 'key'> & { readonly key: EncryptionKey };
  /** Of the role that S3 takes. */
  readonly roleName: string;
}

/**
 * A second bucket in another region that S3 copies each new version into, mostly within minutes, with its lock: what was
 * there before is not copied, and AWS names no time for the rest. What is deleted in the source is marked deleted in the copy, whose
 * versions stay as long as `copy` says.
 */
export class BucketCopy extends Construct {
  readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, props: BucketCopyProps) {
    super(scope, id);
    const there = new Construct(this, 'there');
    Aspects.of(there).add(new MadeWith(props.provider));
    this.bucket = new PrivateBucket(there, 'bucket', props.copy);
    const [from, to] = [props.source.bucket.arn, this.bucket.bucket.arn];
    const role = new Role(this, 'role', {
      name: props.roleName,
      description: `Copies ${props.source.bucket.bucketInput} to ${props.copyRegion}`,
      trust: trustPolicy('s3.amazonaws.com', 'sts:AssumeRole', {
        StringEquals: { 'aws:SourceAccount': props.accountId },
      }),
      statements: [
        {
          sid: 'FindVersions',
          actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
          resources: from,
        },
        {
          sid: 'ReadVersions',
          actions: [
            's3:GetObjectVersionForReplication',
            's3:GetObjectVersionAcl',
            's3:GetObjectVersionTagging',
            's3:GetObjectRetention',
            's3:GetObjectLegalHold',
          ],
          resources: `${from}/*`,
        },
        {
          sid: 'WriteCopies',
          actions: ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'],
          resources: `${to}/*`,
        },
        {
          sid: 'Decrypt',
          actions: 'kms:Decrypt',
          resources: props.sourceKey.arn,
          conditions: { StringEquals: { 'kms:ViaService': `s3.${props.region}.amazonaws.com` } },
        },
        {
          sid: 'Encrypt',
          actions: ['kms:Encrypt', 'kms:GenerateDataKey'],
          resources: props.copy.key.arn,
          conditions: { StringEquals: { 'kms:ViaService': `s3.${props.copyRegion}.amazonaws.com` } },
        },
      ],
    });
    new S3BucketReplicationConfigurationA(this, 'replication', {
      bucket: props.source.bucket.id,
      role: role.arn,
      rule: [
        {
          id: 'everything',
          status: 'Enabled',
          filter: { prefix: '' },
          deleteMarkerReplication: { status: 'Enabled' },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
          destination: {
            bucket: to,
            encryptionConfiguration: { replicaKmsKeyId: props.copy.key.arn },
          },
        },
      ],
      // S3 wants versions on both sides.
      dependsOn: [props.source.versioning, this.bucket.versioning, ...role.permissions],
    });
  }
}
