import { loadDatabaseSettings } from '../../../app/src/kernel/settings';
import { dumpAlerts } from '../../../constructs/backup/dumps/alerts';
import { backupOf } from '../../support/backup';
import { type Json, named, objectsOf } from '../../support/kubernetes';
import { automatic, big, small, statements } from '../aws-fixture';

const production = backupOf(big);
const job = production.only('kubernetes_cron_job_v1');
const pod = job.spec.job_template.spec.template.spec;
const [create] = pod.init_container;
const [prune] = pod.container;
const own = (type: string, part = 'dumps'): Json => {
  const found = Object.entries<Json>(production.json.resource[type] ?? {}).filter(([id]) =>
    id.startsWith(part),
  );
  expect(found).toHaveLength(1);
  return found[0]?.[1];
};

test('the schedule runs the commands that are tested on a server, one after the other, never two at a time', () => {
  expect(job.spec).toMatchObject({
    schedule: '40 2 * * *',
    timezone: 'Etc/UTC',
    concurrency_policy: 'Forbid',
    starting_deadline_seconds: 3600,
    successful_jobs_history_limit: 3,
    failed_jobs_history_limit: 3,
  });
  expect(job.spec.job_template.spec).toMatchObject({ backoff_limit: 2, active_deadline_seconds: 10_800 });
  expect([...create.command, ...create.args].join(' ')).toBe(
    'node dist/main.js backup create postgres-copy --login holdfast_backup --no-note --reason by schedule',
  );
  expect([...prune.command, ...prune.args].join(' ')).toBe(
    'node dist/main.js backup prune --yes --keep-days 30',
  );
  expect(create.image).toMatch(/@sha256:[0-9a-f]{64}$/);
  expect(prune.image).toBe(create.image);
});

test('the settings are enough for the command, and go past the proxy', () => {
  const env = Object.fromEntries(create.env.map(({ name, value }: Json) => [name, value]));
  expect(env).toMatchObject({
    HOLDFAST_DATABASE_HOST: expect.stringContaining('database_direct_host'),
    HOLDFAST_BACKUP_STORE: expect.stringMatching(/^s3:\/\/.*backup_bucket_name.*\/dumps$/),
    HOLDFAST_BACKUP_KEY_FILE: '/var/run/holdfast/secrets/holdfast-backup-keys/keys',
    AWS_REGION: 'eu-west-1',
  });
  const known = { ...env, HOLDFAST_DATABASE_HOST: 'db.internal', HOLDFAST_DATABASE_PORT: '5432' };
  expect(loadDatabaseSettings({ ...known, HOLDFAST_DATABASE_NAME: 'holdfast' }).settings).toMatchObject({
    HOLDFAST_DATABASE_AUTH: 'iam',
    HOLDFAST_DATABASE_TLS: 'verify-full',
  });
  const mount = create.volume_mount.find(({ name }: Json) => name === 'keys');
  expect(mount.mount_path).toBe('/var/run/holdfast/secrets/holdfast-backup-keys');
});

test('the pod has no rights in the cluster and none on its node', () => {
  expect(pod).toMatchObject({
    automount_service_account_token: false,
    restart_policy: 'Never',
    security_context: { run_as_non_root: true, seccomp_profile: { type: 'RuntimeDefault' } },
  });
  for (const container of [create, prune]) {
    expect(container.security_context).toMatchObject({
      allow_privilege_escalation: false,
      read_only_root_filesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.resources.limits.memory).toBe(container.resources.requests.memory);
  }
});

test('it reaches names, the database, its identity and port 443, and nobody reaches it', () => {
  const policies = Object.values<Json>(production.json.resource.kubernetes_network_policy_v1).filter(
    ({ metadata }) => metadata.namespace === 'holdfast-backup',
  );
  expect(policies.map(({ metadata }) => metadata.name).sort()).toEqual(['default-deny', 'holdfast-backup']);
  const { spec } = policies.find(({ metadata }) => metadata.name === 'holdfast-backup') as Json;
  expect(spec.policy_types).toEqual(['Ingress', 'Egress']);
  expect(spec.ingress ?? []).toEqual([]);
  expect(spec.pod_selector.match_labels).toEqual({ 'app.kubernetes.io/name': 'holdfast-backup' });
  expect(job.spec.job_template.spec.template.metadata.labels).toMatchObject(spec.pod_selector.match_labels);
  const [dns, ...rest] = spec.egress.map(({ to, ports }: Json) => [to[0].ip_block, ports[0].port]);
  expect(dns[1]).toBe('53');
  expect(rest).toEqual([
    [{ cidr: expect.stringContaining('vpc_cidr') }, expect.stringContaining('database_port')],
    [{ cidr: '169.254.170.23/32' }, '80'],
    [{ cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] }, '443'],
  ]);
});

test('it may log in as the login that reads, and keep what lies under its own prefix', () => {
  const policy = statements(own('aws_iam_role_policy', 'dumps-identity').policy);
  expect(policy.map(({ Sid, Action }) => [Sid, Action])).toEqual([
    ['LogInToDatabase', 'rds-db:connect'],
    ['FindDumps', ['s3:ListBucket', 's3:ListBucketMultipartUploads']],
    ['KeepDumps', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload']],
    ['EncryptThem', ['kms:Decrypt', 'kms:GenerateDataKey']],
  ]);
  const [login, find, keep, encrypt] = policy;
  expect(JSON.stringify(login?.Resource)).toMatch(/database_resource_id.*\/holdfast_backup/);
  expect(find?.Condition).toEqual({ StringLike: { 's3:prefix': 'dumps/*' } });
  expect(keep?.Resource).toMatch(/^<arn:aws:s3:::.*backup_bucket_name.*\/dumps\/\*>$/);
  expect(encrypt).toMatchObject({
    Resource: expect.stringContaining('data_key_arn'),
    Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
  });
  expect(own('aws_eks_pod_identity_association', 'dumps-identity')).toMatchObject({
    namespace: 'holdfast-backup',
    service_account: pod.service_account_name,
  });
});

test('its keys are a secret without a value, which becomes one file', () => {
  expect(production.only('aws_secretsmanager_secret')).toMatchObject({
    name: 'holdfast/big/backup',
    recovery_window_in_days: 30,
  });
  const [secret] = objectsOf('holdfast-backup-keys', production);
  expect(secret.spec.data).toEqual([{ secretKey: 'keys', remoteRef: { key: expect.anything() } }]);
  expect(pod.volume).toContainEqual(
    expect.objectContaining({ secret: { secret_name: 'holdfast-backup-keys', default_mode: '0440' } }),
  );
});

test('people are told when it stays away, after the hours that the environment says', () => {
  const late = backupOf({
    ...big,
    backup: { ...big.backup, dumps: { schedule: '0 * * * *', atLatestHours: 3 } },
  });
  const [rules] = objectsOf('holdfast-backup-alerts', late);
  expect(rules.spec.groups[0].rules[0]).toMatchObject({
    alert: 'DatabaseDumpLate',
    expr: expect.stringMatching(/> 10800$/),
    annotations: { runbook: 'runbooks/database-dump-late.md' },
  });
  expect(dumpAlerts(26)[0]?.alerts[0]?.expr).toMatch(/> 93600$/);
});

test('it can be switched off, and Auto Mode resolves names on the node', () => {
  const off = backupOf({ ...small, backup: { dumps: { enabled: false } } });
  expect(off.json.resource.kubernetes_cron_job_v1).toBeUndefined();
  expect(off.text).not.toContain('holdfast_backup');
  const auto = backupOf(automatic);
  const policy = named('kubernetes_network_policy_v1', 'holdfast-backup', auto);
  expect(policy.spec.egress[0].to[0].ip_block.cidr).toBe('172.20.0.10/32');
});
