import { privilegedNamespaces } from '../../../constructs/platform/names';
import { backupOf } from '../../support/backup';
import { type Json, named, objectsOf, valuesOf } from '../../support/kubernetes';
import { automatic, big, environmentStacks, small, statements } from '../aws-fixture';

const production = backupOf(big);
const development = backupOf(small);
const values = valuesOf('velero', production);
const cluster = (type: string, stack = production, part = 'cluster-bucket'): Json | undefined =>
  Object.entries<Json>(stack.json.resource[type] ?? {}).find(([id]) => id.startsWith(part))?.[1];

test('carries volumes to S3 by CSI snapshots, under an identity without a stored key', () => {
  expect(values.configuration).toMatchObject({
    features: 'EnableCSI',
    defaultSnapshotMoveData: true,
    defaultVolumesToFsBackup: false,
  });
  expect(values).toMatchObject({ deployNodeAgent: true, credentials: { useSecret: false } });
  const association = cluster('aws_eks_pod_identity_association', production, 'velero-identity');
  expect(association).toMatchObject({
    namespace: 'velero',
    service_account: values.serviceAccount.server.name,
  });
  const [snapshots] = objectsOf('velero-snapshot-class', production);
  expect(snapshots).toMatchObject({
    kind: 'VolumeSnapshotClass',
    driver: 'ebs.csi.aws.com',
    metadata: { labels: { 'velero.io/csi-volumesnapshot-class': 'true' } },
  });
  expect(objectsOf('velero-snapshot-class', backupOf(automatic))[0].driver).toBe('ebs.csi.eks.amazonaws.com');
});

test('finds the kinds of snapshots, which an add-on of the cluster brings, on Auto Mode too', () => {
  for (const environment of [small, automatic]) {
    const addOns = Object.values(environmentStacks(environment).cluster.all('aws_eks_addon'));
    expect(addOns.map(({ addon_name }) => addon_name)).toContain('snapshot-controller');
  }
});

test('may use its bucket, and nothing else at AWS', () => {
  const policy = statements(cluster('aws_iam_role_policy', production, 'velero-identity')?.policy);
  for (const { Action, Resource } of policy) {
    expect(JSON.stringify(Action)).toMatch(/"(s3|kms):/);
    expect(JSON.stringify(Resource)).toMatch(/cluster-bucket|aws_kms_key/);
  }
});

test('keeps its backups where nobody overwrites them for as long as it says', () => {
  const bucket = cluster('aws_s3_bucket');
  expect(bucket).toMatchObject({ object_lock_enabled: true, lifecycle: { prevent_destroy: true } });
  expect(values.configuration.backupStorageLocation[0]).toMatchObject({
    bucket: expect.stringContaining('aws_s3_bucket.cluster-bucket'),
    config: { region: 'eu-west-1' },
  });
  expect(cluster('aws_s3_bucket_object_lock_configuration')?.rule).toEqual({
    default_retention: { mode: 'GOVERNANCE', days: 14 },
  });
  const life = JSON.stringify(cluster('aws_s3_bucket_lifecycle_configuration')?.rule);
  expect(life).toContain('"noncurrent_days":14');
  expect(cluster('aws_s3_bucket', development)?.object_lock_enabled).toBeUndefined();
  expect(cluster('aws_s3_bucket_object_lock_configuration', development)).toBeUndefined();
});

test('saves the namespaces that hold state, each day, for the days that are asked for', () => {
  expect(values.schedules.state).toMatchObject({
    schedule: '30 3 * * *',
    template: { ttl: '720h0m0s', includedNamespaces: ['holdfast', 'monitoring', 'logging'] },
  });
  const alone = backupOf({ ...small, observability: { enabled: false } });
  expect(valuesOf('velero', alone).schedules.state.template.includedNamespaces).toEqual(['holdfast']);
  expect(alone.text).not.toContain('PrometheusRule');
});

test('guesses nothing about the cluster while its chart is rendered', () => {
  const { serviceMonitor, nodeAgentPodMonitor, prometheusRule } = values.metrics;
  for (const one of [serviceMonitor, nodeAgentPodMonitor, prometheusRule]) expect(one.autodetect).toBe(false);
  expect([serviceMonitor.enabled, prometheusRule.enabled]).toEqual([true, false]);
});

test('is alone in a namespace that admits agents of nodes, and the policy of the cluster knows it', () => {
  const { metadata } = named('kubernetes_namespace_v1', 'velero', production);
  expect(metadata.labels['pod-security.kubernetes.io/enforce']).toBe('privileged');
  expect(privilegedNamespaces).toContain('velero');
  const policies = Object.values<Json>(production.json.resource.kubernetes_network_policy_v1).filter(
    ({ metadata }) => metadata.namespace === 'velero',
  );
  expect(policies.map((policy) => policy.metadata.name)).toEqual(['controller', 'default-deny']);
});

test('is left out where it is not wanted', () => {
  const without = backupOf({ ...small, backup: { velero: { enabled: false }, dumps: { enabled: false } } });
  expect(without.json.resource.helm_release).toBeUndefined();
  expect(without.text).not.toContain('cluster-bucket');
  expect(Object.keys(without.json.resource.aws_backup_plan)).toHaveLength(1);
});
