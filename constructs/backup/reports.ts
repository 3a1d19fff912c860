import { BackupReportPlan } from '@cdktf/provider-aws/lib/backup-report-plan';
import { Construct } from 'constructs';
import type { Place } from '../identity/place';
import { PrivateBucket } from '../storage/bucket';

export interface BackupReportsProps extends Place {
  /** Of the environment's resources. */
  readonly name: string;
  /** Of the bucket, unique in the world. Changing it replaces the bucket. */
  readonly bucketName: string;
  /** Days that reports are kept. */
  readonly keepDays: number;
  /** Bucket that gets a line for each request to it. */
  readonly logBucket: string;
  /** Terraform refuses to destroy the bucket. */
  readonly protect: boolean;
  /** Destroying it destroys the reports. */
  readonly destroyWithContent: boolean;
}

const templates = {
  backup: 'BACKUP_JOB_REPORT',
  copy: 'COPY_JOB_REPORT',
  restore: 'RESTORE_JOB_REPORT',
} as const;

/**
 * What was backed up, copied and restored, each day as a table: for audits, after vaults have forgotten. AWS Backup writes
 * them in its own name to a bucket without a key, and the account's first plan makes that name: the policy comes after.
 */
export class BackupReports extends Construct {
  constructor(scope: Construct, id: string, props: BackupReportsProps) {
    super(scope, id);
    const plans = Object.entries(templates).map(
      ([what, reportTemplate]) =>
        new BackupReportPlan(this, what, {
          // Letters, digits and underscores alone.
          name: `${props.name.replaceAll('-', '_')}_${what}_jobs`,
          description: `Jobs of AWS Backup in ${props.name}: ${what}`,
          reportDeliveryChannel: { s3BucketName: props.bucketName, formats: ['CSV', 'JSON'] },
          reportSetting: { reportTemplate, regions: [props.region] },
        }),
    );
    new PrivateBucket(this, 'bucket', {
      name: props.bucketName,
      expireDays: props.keepDays,
      noncurrentDays: 30,
      accessLogs: { bucketName: props.logBucket },
      protect: props.protect,
      destroyWithContent: props.destroyWithContent,
      grants: [
        {
          sid: 'ReportsWrite',
          principals: {
            aws: `arn:aws:iam::${props.accountId}:role/aws-service-role/reports.backup.amazonaws.com/AWSServiceRoleForBackupReports`,
          },
          actions: 's3:PutObject',
          resources: `arn:aws:s3:::${props.bucketName}/*`,
          conditions: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
        },
      ],
      policyAfter: plans,
    });
  }
}
