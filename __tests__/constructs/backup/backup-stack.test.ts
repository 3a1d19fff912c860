import { awsCron } from '../../../constructs/backup/restore-testing';
import { type AwsEnvironmentInput, awsEnvironmentSchema } from '../../../environments/schema';
import { backupOf } from '../../support/backup';
import { account, big, environmentStacks, type Json, list, small, statements } from '../aws-fixture';

const production = backupOf(big);
const development = backupOf(small);
const one = (stack: ReturnType<typeof backupOf>, type: string, part: string): Json => {
  const found = Object.entries<Json>(stack.json.resource?.[type] ?? {}).filter(([id]) => id.startsWith(part));
  if (found.length !== 1) throw new Error(`${found.length} × ${type} ${part}`);
  return found[0]?.[1];
};
const rulesOf = (plan: Json): Record<string, Json> =>
  Object.fromEntries(list<Json>(plan.rule).map((rule) => [rule.rule_name, rule]));
const withBackup = (backup: AwsEnvironmentInput['backup']) => backupOf({ ...big, backup });

describe('the vault', () => {
  test('has a key of its own, and refuses that anybody deletes what it holds', () => {
    const vault = one(production, 'aws_backup_vault', 'vault');
    expect(vault).toMatchObject({ name: 'holdfast-big', lifecycle: { prevent_destroy: true } });
    expect(vault.kms_key_arn).toMatch(/^\$\{aws_kms_key\.key_/);
    expect(vault.force_destroy).toBeUndefined();
    const [denied] = statements(one(production, 'aws_backup_vault_policy', 'vault').policy);
    expect(denied).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Action: expect.arrayContaining(['backup:DeleteRecoveryPoint']),
    });
  });

  test('is locked as it says; days to think it over alone make a lock that nobody lifts', () => {
    const governance = one(production, 'aws_backup_vault_lock_configuration', 'vault');
    expect(governance).toMatchObject({ min_retention_days: 3, max_retention_days: 400 });
    expect(governance.changeable_for_days).toBeUndefined();
    const lock = { mode: 'compliance', minDays: 7, maxDays: 400, coolingOffDays: 14 } as const;
    expect(
      one(withBackup({ ...big.backup, lock }), 'aws_backup_vault_lock_configuration', 'vault'),
    ).toMatchObject({ changeable_for_days: 14 });
    expect(
      awsEnvironmentSchema.safeParse({ ...big, backup: { lock: { ...lock, coolingOffDays: 2 } } }).success,
    ).toBe(false);
    const { coolingOffDays: _, ...unsaid } = lock;
    expect(awsEnvironmentSchema.safeParse({ ...big, backup: { lock: unsaid } }).success).toBe(false);
  });

  test('of development goes with what it holds', () => {
    const vault = one(development, 'aws_backup_vault', 'vault');
    expect(vault).toMatchObject({ force_destroy: true });
    expect(vault.lifecycle).toBeUndefined();
    expect(development.json.resource.aws_backup_vault_lock_configuration).toBeUndefined();
    expect(development.json.resource.aws_backup_vault_policy).toBeUndefined();
  });

  test('has a twin in the recovery region, with a key of that region, as locked', () => {
    const twin = one(production, 'aws_backup_vault', 'recovery-vault');
    expect(twin).toMatchObject({ name: 'holdfast-big-copies', provider: 'aws.recovery' });
    const [, key] = twin.kms_key_arn.split('.');
    expect(production.json.resource.aws_kms_key[key].provider).toBe('aws.recovery');
    expect(one(production, 'aws_backup_vault_lock_configuration', 'recovery-vault').provider).toBe(
      'aws.recovery',
    );
    expect(one(production, 'aws_backup_vault_policy', 'recovery-vault').provider).toBe('aws.recovery');
  });
});

describe('plans', () => {
  const database = rulesOf(one(production, 'aws_backup_plan', 'database'));
  const volumes = rulesOf(one(production, 'aws_backup_plan', 'volumes'));

  test('make what is asked for, and nothing else', () => {
    expect(Object.keys(database)).toEqual(['hourly', 'daily', 'weekly', 'monthly']);
    expect(Object.keys(rulesOf(one(production, 'aws_backup_plan', 'cluster')))).toEqual(['daily']);
    expect(Object.keys(volumes)).toEqual(['monthly']);
    expect(Object.keys(rulesOf(one(development, 'aws_backup_plan', 'database')))).toEqual(['daily']);
    expect(Object.keys(development.json.resource.aws_backup_plan)).toHaveLength(1);
    expect(database['daily']).toMatchObject({ lifecycle: { delete_after: 35 } });
  });

  test('are never continuous: RDS keeps its own log, window and retention', () => {
    for (const plan of Object.values<Json>(production.json.resource.aws_backup_plan))
      for (const rule of list<Json>(plan.rule)) expect(rule.enable_continuous_backup).toBeUndefined();
  });

  test('begin outside RDS’s windows, and the hour before them', () => {
    const data = environmentStacks(big).data;
    const primary = Object.values(data.all('aws_db_instance')).find(
      ({ identifier }) => identifier === 'holdfast-big',
    );
    expect([primary.backup_window, primary.maintenance_window]).toEqual([
      '01:00-02:00',
      'sun:03:00-sun:04:00',
    ]);
    for (const { schedule, start_window } of Object.values(database)) {
      const [, minute, hours] = /^cron\((\d+) (\S+)/.exec(schedule) ?? [];
      const [first, last] = String(hours).split('-').map(Number);
      expect(Number(first) * 60 + Number(minute)).toBeGreaterThanOrEqual(4 * 60);
      expect(Number(last ?? first) * 60 + Number(minute) + start_window).toBeLessThanOrEqual(24 * 60);
    }
  });

  test('move to cold storage what AWS moves, 90 days before it goes', () => {
    expect(volumes['monthly']?.lifecycle).toEqual({
      delete_after: 365,
      cold_storage_after: 30,
      opt_in_to_archive_for_supported_resources: true,
    });
    expect(database['monthly']?.lifecycle).toEqual({ delete_after: 365 });
  });

  test('copy to the recovery region what can be copied, but for the hourly ones', () => {
    const copied = (rule: Json) =>
      list<Json>(rule.copy_action ?? []).map((copy) => copy.destination_vault_arn);
    const vault = 'arn:aws:backup:eu-central-1:123456789012:backup-vault:holdfast-big-copies';
    expect(copied(database['hourly'])).toEqual([]);
    for (const rule of ['daily', 'weekly', 'monthly']) expect(copied(database[rule])).toEqual([vault]);
    expect(copied(volumes['monthly'])).toEqual([vault]);
    expect(copied(rulesOf(one(production, 'aws_backup_plan', 'cluster'))['daily'])).toEqual([]);
  });

  test('choose by tag and kind; replicas and what a test restores are left out', () => {
    const chosen = one(production, 'aws_backup_selection', 'database');
    expect(chosen).toMatchObject({
      resources: ['arn:aws:rds:eu-west-1:123456789012:db:*'],
      not_resources: [
        'arn:aws:rds:eu-west-1:123456789012:db:awsbackup-restore-test-*',
        'arn:aws:rds:eu-west-1:123456789012:db:holdfast-big-replica-1',
        'arn:aws:rds:eu-west-1:123456789012:db:holdfast-big-replica-2',
      ],
      condition: [
        {
          string_equals: [
            { key: 'aws:ResourceTag/environment', value: 'big' },
            { key: 'aws:ResourceTag/service', value: 'holdfast' },
          ],
        },
      ],
    });
    // What the tags are compared with: the provider's, on the instance, and the CSI driver's, on volumes.
    const { data, cluster } = environmentStacks(big);
    const tags = { environment: 'big', service: 'holdfast' };
    expect(data.json.provider.aws[0].default_tags[0].tags).toMatchObject(tags);
    const driver = Object.values(cluster.all('aws_eks_addon')).find(
      ({ addon_name }) => addon_name === 'aws-ebs-csi-driver',
    );
    expect(JSON.parse(driver.configuration_values).controller.extraVolumeTags).toMatchObject(tags);
  });
});

describe('copies into another account', () => {
  const vaultArn = 'arn:aws:backup:eu-west-1:210987654321:backup-vault:holdfast';
  const environment = { ...big, backup: { ...big.backup, accountCopies: { keepDays: 90, vaultArn } } };

  test('are of the database’s weekly and monthly recovery points', () => {
    const stack = backupOf(environment);
    const rules = rulesOf(one(stack, 'aws_backup_plan', 'database'));
    expect(list<Json>(rules['weekly'].copy_action)).toContainEqual({
      destination_vault_arn: vaultArn,
      lifecycle: { delete_after: 90, opt_in_to_archive_for_supported_resources: false },
    });
    expect(JSON.stringify(rules['daily'])).not.toContain(vaultArn);
    expect(JSON.stringify(one(stack, 'aws_backup_plan', 'volumes'))).not.toContain(vaultArn);
  });

  test('may read the database’s key, and lend it to services alone', () => {
    const keys = Object.values(environmentStacks(environment).data.all('aws_kms_key'));
    const granted = keys
      .flatMap(({ policy }) => statements(policy))
      .filter(({ Sid }) => Sid.startsWith('BackupAccount'));
    expect(granted.map(({ Principal }) => Principal.AWS)).toEqual(
      Array(2).fill('arn:aws:iam::210987654321:root'),
    );
    expect(granted.find(({ Action }) => Action === 'kms:CreateGrant')?.Condition).toEqual({
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    });
    expect(JSON.stringify(environmentStacks(big).data.json)).not.toContain('BackupAccount');
  });
});

describe('restore tests', () => {
  test('restore the newest recovery point where nobody reaches it', () => {
    const closed = one(production, 'aws_security_group', 'restore-testing');
    expect([closed.ingress, closed.egress]).toEqual([[], []]);
    const chosen = one(production, 'aws_backup_restore_testing_selection', 'restore-testing');
    expect(chosen).toMatchObject({
      protected_resource_type: 'RDS',
      protected_resource_arns: ['arn:aws:rds:eu-west-1:123456789012:db:holdfast-big'],
      restore_metadata_overrides: { dbSubnetGroupName: 'holdfast-big', multiAz: 'false' },
    });
    expect(chosen.restore_metadata_overrides.vpcSecurityGroupIds).toContain(
      'aws_security_group.restore-testing',
    );
    const { data } = environmentStacks(big);
    expect(data.only('aws_db_subnet_group').name).toBe('holdfast-big');
  });

  test('delete no instance but a test’s', () => {
    const policy = statements(one(production, 'aws_iam_role_policy', 'restore-role').policy);
    const deleting = policy.filter(({ Action }) => list(Action ?? []).includes('rds:DeleteDBInstance'));
    expect(deleting.map(({ Resource }) => Resource)).toEqual([
      'arn:aws:rds:eu-west-1:123456789012:db:awsbackup-restore-test-*',
    ]);
  });

  test('are looked at by the function, when they are this environment’s', () => {
    const rule = one(production, 'aws_cloudwatch_event_rule', 'restore-testing');
    expect(JSON.parse(rule.event_pattern)).toEqual({
      source: ['aws.backup'],
      'detail-type': ['Restore Job State Change'],
      detail: {
        status: ['COMPLETED'],
        resourceType: ['RDS'],
        restoreTestingPlanArn: [
          { prefix: 'arn:aws:backup:eu-west-1:123456789012:restore-testing-plan:holdfast_big-' },
        ],
      },
    });
    expect(one(production, 'aws_backup_restore_testing_plan', 'restore-testing').name).toBe('holdfast_big');
    const permission = one(production, 'aws_lambda_permission', 'restore-testing');
    expect(permission.source_arn).toBe(`arn:aws:events:eu-west-1:${account.id}:rule/${rule.name}`);
  });

  test('come when they should, in AWS’s way of saying so', () => {
    expect(awsCron('0 9 * * 1')).toBe('cron(0 9 ? * 2 *)');
    expect(awsCron('30 4 1 * *')).toBe('cron(30 4 1 * ? *)');
    expect(awsCron('0 9 * * 0,6')).toBe('cron(0 9 ? * 1,7 *)');
    expect(awsCron('0 9 * * 1-5')).toBe('cron(0 9 ? * 2-6 *)');
  });
});

describe('people are told', () => {
  test.each([
    ['backup', 'state', ['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'], 'backup-failing'],
    ['copy', 'state', ['FAILED', 'PARTIAL'], 'backup-failing'],
    ['restore', 'status', ['FAILED', 'ABORTED'], 'restore-test-failed'],
  ])('of a %s job that failed, of this environment alone', (id, state, states, runbook) => {
    const rule = one(production, 'aws_cloudwatch_event_rule', `job-watch_${id}_`);
    const { detail } = JSON.parse(rule.event_pattern);
    expect(detail[state]).toEqual(states);
    expect(JSON.stringify(detail)).toMatch(/backup-vault:holdfast-big"|role\/holdfast-big-restore-test"/);
    const target = one(production, 'aws_cloudwatch_event_target', `job-watch_${id}-topic`);
    expect(target.input_transformer.input_template).toContain(`runbooks/${runbook}.md`);
    expect(target.arn).toMatch(/^\$\{aws_sns_topic\./);
    // The topic lets exactly this rule publish, and the key lets EventBridge encrypt.
    expect(statements(production.only('aws_sns_topic_policy').policy)).toContainEqual(
      expect.objectContaining({
        Principal: { Service: 'events.amazonaws.com' },
        Condition: {
          ArnEquals: { 'aws:SourceArn': `arn:aws:events:eu-west-1:${account.id}:rule/${rule.name}` },
        },
      }),
    );
  });

  test('when recovery points, copies or tests stay away, and when nobody looks', () => {
    const looking = one(production, 'aws_lambda_function', 'state-watch');
    expect(looking.environment.variables.EXPECTED).toContain('holdfast-big-copies');
    expect(looking.environment.variables.EXPECTED).toContain('"EKS"');
    const alarm = one(production, 'aws_cloudwatch_metric_alarm', 'state-watch');
    expect(alarm).toMatchObject({
      alarm_name: 'holdfast-big-backup-late',
      metric_name: 'Errors',
      threshold: 0,
      treat_missing_data: 'breaching',
    });
    const every = one(production, 'aws_cloudwatch_event_rule', 'state-watch');
    expect(every.schedule_expression).toBe('rate(1 hour)');
    expect(alarm.period).toBe(3600);
  });

  test('when what was restored is not what was saved', () => {
    expect(one(production, 'aws_cloudwatch_metric_alarm', 'restore-testing')).toMatchObject({
      alarm_name: 'holdfast-big-restore-test-failed',
      alarm_description: expect.stringContaining('runbooks/restore-test-failed.md'),
    });
    expect(JSON.stringify(development.json.resource.aws_cloudwatch_metric_alarm)).not.toContain(
      'restore-test',
    );
  });
});

test('AWS Backup makes and removes its own snapshots alone, outside the role for the cluster', () => {
  const policy = statements(one(production, 'aws_iam_role_policy', 'role').policy);
  const removing = policy.filter(({ Action }) => list(Action ?? []).some((action) => /Delete/.test(action)));
  expect(removing.map(({ Sid }) => Sid)).toEqual(['KeepDatabaseSnapshots', 'KeepOwnVolumeSnapshots']);
  expect(list(removing[0]?.Resource ?? '').every((arn) => arn.endsWith(':snapshot:awsbackup:*'))).toBe(true);
  expect(removing[1]?.Condition).toEqual({ Null: { 'aws:ResourceTag/aws:backup:source-resource': 'false' } });
  const wide = Object.values<Json>(production.json.resource.aws_iam_role_policy_attachment);
  expect(wide.map(({ role }) => role)).toEqual([expect.stringContaining('cluster-role')]);
});

test('reports go to a bucket that AWS Backup may write to once its own role is there', () => {
  const policy = one(production, 'aws_s3_bucket_policy', 'reports');
  expect(policy.depends_on).toEqual(
    expect.arrayContaining([expect.stringMatching(/^aws_backup_report_plan\.reports_restore/)]),
  );
  const plans = Object.values<Json>(production.json.resource.aws_backup_report_plan);
  expect(plans.map(({ report_setting }) => report_setting.report_template)).toEqual([
    'BACKUP_JOB_REPORT',
    'COPY_JOB_REPORT',
    'RESTORE_JOB_REPORT',
  ]);
  for (const plan of plans) {
    expect(plan.report_delivery_channel.s3_bucket_name).toBe('holdfast-big-reports-123456789012-eu-west-1');
  }
});
