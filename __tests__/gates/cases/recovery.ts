import { type Cases, type Json, policyOf } from './case';

const vault = {
  aws_backup_vault: { v: { kms_key_arn: '${aws_kms_key.k.arn}', lifecycle: { prevent_destroy: true } } },
};
const named = { backup_vault_name: '${aws_backup_vault.v.name}' };
const deny = { Effect: 'Deny', Principal: '*', Action: ['backup:DeleteRecoveryPoint'], Resource: '*' };
const plan = {
  aws_backup_plan: {
    p: { rule: [{ lifecycle: { delete_after: 35 }, copy_action: [{ destination_vault_arn: 'x' }] }] },
  },
  aws_backup_selection: {
    s: { plan_id: '${aws_backup_plan.p.id}', resources: ['arn:aws:rds:eu-west-1:123456789012:db:*'] },
  },
};
const rules = (change: (rule: Json) => Json) => ({
  aws_backup_plan: { rule: (list: Json[]) => list.map(change) },
});

export const recovery: Cases = {
  'backup-covers-database': {
    good: { aws_db_instance: { d: {} }, ...plan },
    patch: { aws_backup_selection: { resources: ['arn:aws:ec2:eu-west-1:123456789012:volume/*'] } },
    golden: 'prod/backup',
    where: 'database',
    also: ['backup-copied', 'backup-daily'],
  },
  'backup-daily': {
    good: plan,
    patch: rules((rule) => ({ ...rule, lifecycle: { delete_after: 3 } })),
    golden: 'prod/backup',
    where: 'database',
  },
  'backup-expires': {
    good: plan,
    patch: rules((rule) => ({ ...rule, lifecycle: { cold_storage_after: 30 } })),
    golden: 'prod/backup',
    where: 'cluster',
  },
  'backup-copied': {
    good: plan,
    patch: rules((rule) => ({ ...rule, copy_action: [] })),
    golden: 'prod/backup',
    where: 'database',
  },
  'vault-encrypted': {
    good: vault,
    patch: { aws_backup_vault: { kms_key_arn: undefined } },
    golden: 'prod/backup',
  },
  'vault-locked': {
    good: { ...vault, aws_backup_vault_lock_configuration: { l: { ...named, min_retention_days: 3 } } },
    patch: { aws_backup_vault_lock_configuration: null },
    golden: 'prod/backup',
  },
  'vault-denies-deletion': {
    good: { ...vault, aws_backup_vault_policy: { p: { ...named, policy: policyOf(deny) } } },
    patch: {
      aws_backup_vault_policy: {
        policy: (text: string) => text.replace('backup:DeleteRecoveryPoint', 'backup:TagResource'),
      },
    },
    golden: 'prod/backup',
  },
  'vault-protected': {
    good: vault,
    patch: { aws_backup_vault: { lifecycle: { prevent_destroy: false } } },
    golden: 'prod/backup',
  },
  'restores-tested': {
    good: {
      aws_backup_restore_testing_plan: { p: { schedule_expression: 'cron(0 9 ? * 2 *)' } },
      aws_backup_restore_testing_selection: {
        s: {
          restore_testing_plan_name: '${aws_backup_restore_testing_plan.p.name}',
          protected_resource_type: 'RDS',
        },
      },
    },
    patch: { aws_backup_restore_testing_selection: null },
    golden: 'prod/backup',
  },
  'backups-reported': {
    good: { aws_backup_report_plan: { r: { report_setting: { report_template: 'BACKUP_JOB_REPORT' } } } },
    patch: { aws_backup_report_plan: { report_setting: { report_template: undefined } } },
    golden: 'prod/backup',
  },
  'backups-watched': {
    good: {
      ...vault,
      aws_cloudwatch_metric_alarm: { a: { alarm_actions: ['x'], treat_missing_data: 'breaching' } },
    },
    patch: { aws_cloudwatch_metric_alarm: { treat_missing_data: 'notBreaching' } },
    golden: 'prod/backup',
    where: 'late',
  },
};
