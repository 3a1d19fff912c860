import type { Construct } from 'constructs';
import { arnIn, type Place } from '../identity/place';
import { type Statement, trustPolicy } from '../identity/policy';
import { Role } from '../identity/role';

/** AWS Backup calls the snapshots that it makes so, and restored instances of a test so. */
const snapshots = 'snapshot:awsbackup:*';
export const testInstances = 'awsbackup-restore-test-*';

const backupService = ({ accountId }: Place): string =>
  trustPolicy('backup.amazonaws.com', 'sts:AssumeRole', {
    // Not each call names the account; one that names another is refused.
    StringEqualsIfExists: { 'aws:SourceAccount': accountId },
  });

interface KeyUse {
  /** Keys of what is read and of what is written; some are known at apply alone. */
  readonly keyArns: readonly [string, ...string[]];
}

/** Re-encrypting, and handing the key on to the service that keeps the volume, as all of AWS's own policies have it. */
const useKeys = ({ keyArns }: KeyUse): Statement[] => [
  {
    sid: 'UseKeys',
    actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    resources: keyArns,
  },
  {
    sid: 'LendKeysToServices',
    actions: 'kms:CreateGrant',
    resources: keyArns,
    conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  },
];

export interface BackupRoleProps extends Place, KeyUse {
  readonly name: string;
  /** The vaults that it writes to, copies' ones too. */
  readonly vaultArns: readonly [string, ...string[]];
  /** Where copies go. Default: nowhere. */
  readonly copyRegion?: string;
}

/** What AWS Backup is while it makes, copies and removes snapshots of databases and volumes: less than its own policy. */
export function backupRole(scope: Construct, id: string, props: BackupRoleProps): Role {
  const regions = [props.region, ...(props.copyRegion ? [props.copyRegion] : [])];
  const databaseSnapshots = regions.map((region) => arnIn({ ...props, region }, 'rds', snapshots)) as [
    string,
    ...string[],
  ];
  const volumeSnapshots = regions.map((region) => `arn:aws:ec2:${region}::snapshot/*`) as [
    string,
    ...string[],
  ];
  return new Role(scope, id, {
    name: props.name,
    description: 'AWS Backup, making recovery points of the database and of volumes',
    trust: backupService(props),
    statements: [
      {
        sid: 'FindWhatIsTagged',
        actions: [
          'tag:GetResources',
          'rds:DescribeDBInstances',
          'rds:DescribeDBSnapshots',
          'rds:ListTagsForResource',
          'ec2:DescribeVolumes',
          'ec2:DescribeSnapshots',
          'ec2:DescribeSnapshotTierStatus',
          'ec2:DescribeTags',
        ],
        resources: '*',
      },
      {
        sid: 'SnapshotDatabases',
        actions: ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'],
        resources: [arnIn(props, 'rds', 'db:*'), ...databaseSnapshots],
      },
      {
        sid: 'KeepDatabaseSnapshots',
        actions: ['rds:CopyDBSnapshot', 'rds:DeleteDBSnapshot', 'rds:ModifyDBSnapshotAttribute'],
        resources: databaseSnapshots,
      },
      {
        sid: 'SnapshotVolumes',
        actions: ['ec2:CreateSnapshot', 'ec2:CopySnapshot'],
        resources: [arnIn(props, 'ec2', 'volume/*'), ...volumeSnapshots],
      },
      {
        sid: 'TagWhatItMakes',
        actions: 'ec2:CreateTags',
        resources: volumeSnapshots,
        conditions: { StringEquals: { 'ec2:CreateAction': ['CreateSnapshot', 'CopySnapshot'] } },
      },
      {
        sid: 'KeepOwnVolumeSnapshots',
        actions: ['ec2:DeleteSnapshot', 'ec2:ModifySnapshotTier'],
        resources: volumeSnapshots,
        // AWS Backup puts this tag on each of its snapshots: those of others are out of its reach.
        conditions: { Null: { 'aws:ResourceTag/aws:backup:source-resource': 'false' } },
      },
      {
        sid: 'WriteToVaults',
        actions: ['backup:DescribeBackupVault', 'backup:CopyIntoBackupVault', 'backup:CopyFromBackupVault'],
        resources: props.vaultArns,
      },
      ...useKeys(props),
    ],
  });
}

/** AWS documents no narrower permissions for the backup of a cluster than those of its own policy. */
export const clusterBackupRole = (scope: Construct, id: string, props: Place & { readonly name: string }) =>
  new Role(scope, id, {
    name: props.name,
    description: 'AWS Backup, making recovery points of the cluster and its volumes',
    trust: backupService(props),
    managedPolicies: ['service-role/AWSBackupServiceRolePolicyForBackup'],
  });

export interface RestoreRoleProps extends Place, KeyUse {
  readonly name: string;
  /** Subnet group, and security group as known at apply, that a restored instance gets. */
  readonly subnetGroup: string;
}

/** What AWS Backup is while it tests a restore: it makes instances, and deletes none but those of tests. */
export function restoreTestRole(scope: Construct, id: string, props: RestoreRoleProps): Role {
  const restored = arnIn(props, 'rds', `db:${testInstances}`);
  return new Role(scope, id, {
    name: props.name,
    description: 'AWS Backup, restoring the database for a test',
    trust: backupService(props),
    statements: [
      {
        sid: 'Look',
        actions: [
          'rds:DescribeDBInstances',
          'rds:DescribeDBSnapshots',
          'rds:ListTagsForResource',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSubnets',
          'ec2:DescribeVpcs',
        ],
        resources: '*',
      },
      {
        sid: 'RestoreForTest',
        actions: ['rds:RestoreDBInstanceFromDBSnapshot', 'rds:AddTagsToResource'],
        resources: [
          restored,
          arnIn(props, 'rds', snapshots),
          arnIn(props, 'rds', `subgrp:${props.subnetGroup}`),
          arnIn(props, 'rds', 'pg:*'),
          arnIn(props, 'rds', 'og:*'),
        ],
      },
      {
        sid: 'RemoveWhatWasTested',
        actions: ['rds:DeleteDBInstance', 'rds:ModifyDBInstance'],
        resources: restored,
      },
      ...useKeys(props),
    ],
  });
}
