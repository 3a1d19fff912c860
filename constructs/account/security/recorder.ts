import { ConfigConfigurationRecorder } from '@cdktf/provider-aws/lib/config-configuration-recorder';
import { ConfigConfigurationRecorderStatus } from '@cdktf/provider-aws/lib/config-configuration-recorder-status';
import { ConfigDeliveryChannel } from '@cdktf/provider-aws/lib/config-delivery-channel';
import { ConfigRetentionConfiguration } from '@cdktf/provider-aws/lib/config-retention-configuration';
import { IamServiceLinkedRole } from '@cdktf/provider-aws/lib/iam-service-linked-role';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { EncryptionKey } from '../../encryption/key';
import type { Place } from '../../identity/place';
import { PrivateBucket } from '../../storage/bucket';

export interface ConfigurationRecorderProps extends Place {
  /** Name of recorder and channel: one of each per account and region. Changing it replaces both. */
  readonly name: string;
  /** Unique in the world. Changing it replaces the bucket, which Terraform refuses. */
  readonly bucketName: string;
  /** Days that the history is kept, in AWS Config (at least 30) and in the bucket. */
  readonly retentionDays: number;
  /** Bucket that gets a line for each request to the history; it must let S3 write there. */
  readonly accessLogs: PrivateBucket;
}

/** AWS Config: how every resource of the region was configured, and when that changed. */
export class ConfigurationRecorder extends Construct {
  /** It records once this is there. */
  readonly running: ITerraformDependable;

  constructor(scope: Construct, id: string, props: ConfigurationRecorderProps) {
    super(scope, id);
    const principals = { service: 'config.amazonaws.com' } as const;
    // Config names no ARN of its own when it delivers, only the account.
    const forThisAccount = { 'aws:SourceAccount': props.accountId };
    const key = new EncryptionKey(this, 'key', {
      accountId: props.accountId,
      region: props.region,
      alias: `${props.name}-configuration`,
      description: 'History that AWS Config records',
      grants: [
        {
          sid: 'ConfigEncrypts',
          principals,
          actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
          resources: '*',
          conditions: { StringEquals: forThisAccount },
        },
      ],
      protect: true,
    });
    const bucketArn = `arn:aws:s3:::${props.bucketName}`;
    const history = new PrivateBucket(this, 'history', {
      name: props.bucketName,
      key,
      expireDays: props.retentionDays,
      noncurrentDays: 30,
      accessLogs: props.accessLogs,
      grants: [
        {
          sid: 'ConfigLooks',
          principals,
          actions: ['s3:GetBucketAcl', 's3:ListBucket'],
          resources: bucketArn,
          conditions: { StringEquals: forThisAccount },
        },
        {
          sid: 'ConfigWrites',
          principals,
          actions: 's3:PutObject',
          resources: `${bucketArn}/AWSLogs/${props.accountId}/Config/*`,
          conditions: { StringEquals: { ...forThisAccount, 's3:x-amz-acl': 'bucket-owner-full-control' } },
        },
      ],
      protect: true,
    });

    // AWS's own role, as Security Hub demands: a copy of it would miss what AWS adds for new kinds of resources.
    const role = new IamServiceLinkedRole(this, 'role', { awsServiceName: 'config.amazonaws.com' });
    const recorder = new ConfigConfigurationRecorder(this, 'recorder', {
      name: props.name,
      roleArn: role.arn,
      recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
      // Security Hub's checks follow changes; once a day would leave them a day behind.
      recordingMode: { recordingFrequency: 'CONTINUOUS' },
    });
    const channel = new ConfigDeliveryChannel(this, 'channel', {
      name: props.name,
      s3BucketName: history.bucket.id,
      s3KmsKeyArn: key.arn,
      snapshotDeliveryProperties: { deliveryFrequency: 'TwentyFour_Hours' },
      dependsOn: [recorder, history.policy],
    });
    // A recorder can't start before it has somewhere to deliver to, nor lose that while it runs.
    this.running = new ConfigConfigurationRecorderStatus(this, 'status', {
      name: recorder.name,
      isEnabled: true,
      dependsOn: [channel],
    });
    new ConfigRetentionConfiguration(this, 'retention', { retentionPeriodInDays: props.retentionDays });
  }
}
