import { backupLogin } from '../app/src/contract';
import { DatabaseDumps } from '../constructs/backup/dumps';
import { dumps, dumpsNamespace, dumpsPrefix } from '../constructs/backup/dumps/names';
import type { HoldfastStack } from '../constructs/core/stack';
import type { HandedOver } from '../constructs/core/stack-contract';
import { logins } from '../constructs/database/proxy';
import { PodIdentity } from '../constructs/identity/pod-identity';
import { EmptySecret } from '../constructs/secrets/empty-secret';
import { labelValue } from '../constructs/workload/labels';
import type { AwsDeployment } from '../environments/load';
import type { clusterContract, dataContract, networkContract, platformContract } from './contracts';
import { podSecurityVersion } from './kubernetes-props';
import { serviceImage } from './props';

interface DatabaseDumpsProps {
  readonly deployment: AwsDeployment;
  readonly network: HandedOver<typeof networkContract.outputs>;
  readonly cluster: HandedOver<typeof clusterContract.outputs>;
  readonly data: HandedOver<typeof dataContract.outputs>;
  readonly platform: HandedOver<typeof platformContract.outputs>;
}

/** The keys of the dumps: made by a person, and kept by one elsewhere too (docs/backup.md). */
export const dumpKeySecret = (environment: string): string => `holdfast/${environment}/backup`;

/** The scheduled backup of the database, and what it may do: read all rows, and keep its own part of one bucket. */
export function databaseDumps(scope: HoldfastStack, props: DatabaseDumpsProps): void {
  const { network, cluster, data, platform, deployment } = props;
  const { environment, account } = deployment;
  const { name: of, region, tier, tags, backup } = environment;
  const place = { accountId: account.id, region };
  const { secret } = new EmptySecret(scope, 'dump-keys', {
    name: dumpKeySecret(of),
    description:
      'Keys of the dumps of the database, 64 hexadecimal digits a line, the newest first; a person fills it: docs/backup.md',
    key: { arn: data.data_key_arn },
    recoveryDays: tier === 'development' ? 0 : 30,
  });
  const identity = new PodIdentity(scope, 'dumps-identity', {
    ...place,
    namespace: dumpsNamespace,
    serviceAccount: dumps,
    roleName: `holdfast-${of}-dumps`,
    description: `Scheduled backup of the database of holdfast-${of}`,
    clusterName: `holdfast-${of}`,
    cluster: cluster.cluster_name,
    statements: [
      {
        sid: 'LogInToDatabase',
        actions: 'rds-db:connect',
        resources: logins(place, data.database_resource_id, [backupLogin.databaseUser]),
      },
      {
        sid: 'FindDumps',
        actions: ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: `arn:aws:s3:::${data.backup_bucket_name}`,
        conditions: { StringLike: { 's3:prefix': `${dumpsPrefix}/*` } },
      },
      {
        // Deleted ones can be brought back for storage.deletedBackupDays: it may not delete versions.
        sid: 'KeepDumps',
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        resources: `arn:aws:s3:::${data.backup_bucket_name}/${dumpsPrefix}/*`,
      },
      {
        sid: 'EncryptThem',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: data.data_key_arn,
        conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
      },
    ],
  });
  new DatabaseDumps(scope, 'dumps', {
    ...place,
    schedule: backup.dumps.schedule,
    keepDays: backup.dumps.keepDays,
    lateHours: backup.dumps.atLatestHours,
    image: serviceImage(deployment),
    settings: {
      HOLDFAST_ENVIRONMENT: of,
      HOLDFAST_TIER: tier,
      HOLDFAST_AWS_REGION: region,
      HOLDFAST_DATABASE_ENGINE: 'postgres',
      // Never through the proxy: a snapshot belongs to a session.
      HOLDFAST_DATABASE_HOST: data.database_direct_host,
      HOLDFAST_DATABASE_PORT: data.database_port,
      HOLDFAST_DATABASE_NAME: data.database_name,
    },
    bucket: data.backup_bucket_name,
    secretStore: platform.secret_store,
    keySecret: secret.name,
    database: { cidr: network.vpc_cidr, port: data.database_port },
    resolverOnNode: environment.cluster.compute === 'auto',
    monitored: environment.observability.enabled,
    owner: tags.owner,
    labels: {
      'app.kubernetes.io/part-of': 'holdfast-backup',
      'app.kubernetes.io/managed-by': 'terraform',
      owner: labelValue(tags.owner),
    },
    podSecurityVersion: podSecurityVersion(deployment),
    dependsOn: [identity.association],
  });
}
