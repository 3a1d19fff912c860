import type { TerraformProvider } from 'cdktf';
import { Velero } from '../constructs/backup/velero';
import { veleroAccount } from '../constructs/backup/velero/names';
import type { HoldfastStack } from '../constructs/core/stack';
import type { HandedOver } from '../constructs/core/stack-contract';
import type { EncryptionKey } from '../constructs/encryption/key';
import { keyByAlias } from '../constructs/identity/place';
import { PodIdentity } from '../constructs/identity/pod-identity';
import type { Statement } from '../constructs/identity/policy';
import { loggingNamespace, monitoringNamespace } from '../constructs/observability/names';
import { PrivateBucket } from '../constructs/storage/bucket';
import { BucketCopy } from '../constructs/storage/bucket-copy';
import { labelValue } from '../constructs/workload/labels';
import { serviceNamespace } from '../constructs/workload/names';
import type { AwsDeployment } from '../environments/load';
import type { clusterContract, dataContract, networkContract } from './contracts';
import { podSecurityVersion } from './kubernetes-props';
import { environmentBucketName, isProtected, requestsBucketName } from './props';

interface ClusterBackupsProps {
  readonly deployment: AwsDeployment;
  /** Of the bucket. */
  readonly key: EncryptionKey;
  readonly network: HandedOver<typeof networkContract.outputs>;
  readonly cluster: HandedOver<typeof clusterContract.outputs>;
  readonly data: HandedOver<typeof dataContract.outputs>;
  /** Region that the bucket is copied to, with a key of it. Default: none. */
  readonly copies?: {
    readonly region: string;
    readonly provider: TerraformProvider;
    readonly key: EncryptionKey;
  };
}

/** Key in recoveryRegion of what the backup stack copies there: recovery points, and Velero's bucket. */
export const backupCopiesAlias = (environment: string): string => `holdfast-${environment}-backup-copies`;

/** Velero, its bucket, and what it may do at AWS: that bucket, and nothing else. Snapshots are the CSI driver's. */
export function clusterBackups(scope: HoldfastStack, props: ClusterBackupsProps): void {
  const { deployment, key, network, cluster, data } = props;
  const { environment, account } = deployment;
  const { name: of, region, tags, backup, observability } = environment;
  const { lockDays, ...velero } = backup.velero;
  const name = `holdfast-${of}`;
  const place = { accountId: account.id, region };
  const bucketName = environmentBucketName(deployment, 'cluster');
  const kept = {
    lockDays: lockDays > 0 ? lockDays : undefined,
    // What Velero deletes can be brought back for so long; locked versions stay until their lock is over.
    noncurrentDays: Math.max(lockDays, 7),
    protect: isProtected(deployment),
    destroyWithContent: environment.teardown || environment.tier === 'development',
  };
  const bucket = new PrivateBucket(scope, 'cluster-bucket', {
    ...kept,
    name: bucketName,
    key,
    // Who read or deleted a backup is asked afterwards.
    accessLogs: { bucketName: data.log_bucket_name },
  });
  if (props.copies) {
    new BucketCopy(scope, 'cluster-bucket-copy', {
      ...place,
      source: bucket,
      sourceKey: key,
      provider: props.copies.provider,
      copyRegion: props.copies.region,
      copy: {
        ...kept,
        name: copyOf(deployment, props.copies.region),
        key: props.copies.key,
        // Bootstrap makes the bucket of requests where an environment recovers this one, and only there.
        ...(deployment.recoveredBy && {
          accessLogs: {
            bucketName: requestsBucketName({ id: deployment.account.id, region: props.copies.region }),
          },
        }),
      },
      roleName: `${name}-cluster-copies`,
    });
  }
  const copied = copiedElsewhere(deployment);
  const identity = new PodIdentity(scope, 'velero-identity', {
    ...place,
    ...veleroAccount,
    roleName: `${name}-velero`,
    description: `Velero on ${name}`,
    clusterName: name,
    cluster: cluster.cluster_name,
    statements: [
      {
        sid: 'FindBackups',
        actions: ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: bucket.bucket.arn,
      },
      {
        sid: 'KeepBackups',
        actions: [
          's3:GetObject',
          's3:PutObject',
          's3:DeleteObject',
          's3:AbortMultipartUpload',
          's3:ListMultipartUploadParts',
        ],
        resources: `${bucket.bucket.arn}/*`,
      },
      {
        sid: 'EncryptThem',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: key.arn,
        conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
      },
      ...(copied?.statements ?? []),
    ],
  });
  new Velero(scope, 'velero', {
    ...velero,
    region,
    bucket: bucket.bucket.bucket,
    copiesBucket: copied?.bucket,
    // Elasticsearch's volumes are saved one by one, not at the same moment: docs/backup.md.
    namespaces: [serviceNamespace, ...(observability.enabled ? [monitoringNamespace, loggingNamespace] : [])],
    monitored: observability.enabled,
    owner: tags.owner,
    labels: {
      'app.kubernetes.io/part-of': 'holdfast-backup',
      'app.kubernetes.io/managed-by': 'terraform',
      owner: labelValue(tags.owner),
    },
    podSecurityVersion: podSecurityVersion(deployment),
    vpcCidr: network.vpc_cidr,
    compute: environment.cluster.compute,
    dependsOn: [identity.association, bucket.policy],
  });
}

/** Name of the copy of Velero's bucket in another region. */
const copyOf = (deployment: AwsDeployment, region: string): string =>
  environmentBucketName({ ...deployment, environment: { ...deployment.environment, region } }, 'cluster');

/** Of what recovers another environment: the copies of the other's backups, and what it takes to read them. */
function copiedElsewhere(
  deployment: AwsDeployment,
): { readonly bucket: string; readonly statements: readonly Statement[] } | undefined {
  const { recovers, environment } = deployment;
  if (!recovers?.backup.velero.enabled || !recovers.backup.regionCopies) return undefined;
  const bucket = copyOf({ ...deployment, environment: recovers }, environment.region);
  const place = { accountId: deployment.account.id, region: environment.region };
  const arn = `arn:aws:s3:::${bucket}`;
  return {
    bucket,
    statements: [
      { sid: 'FindCopies', actions: 's3:ListBucket', resources: arn },
      { sid: 'ReadCopies', actions: 's3:GetObject', resources: `${arn}/*` },
      {
        sid: 'DecryptCopies',
        actions: 'kms:Decrypt',
        ...keyByAlias(place, backupCopiesAlias(recovers.name), 's3'),
      },
    ],
  };
}
