import { each, is, says, some } from '../engine/judge';
import type { Evaluators } from '../engine/model';

const rules = 'backup.rules of the environment.';
const notDevelopment = {
  tiers: ['staging', 'production'],
  otherwise: 'development may be lost, and is rebuilt',
} as const;
const onlyProduction = {
  tiers: ['production'],
  otherwise: 'only production is recovered in another region',
} as const;

export const recovery = {
  'backup-covers-database': {
    title: 'A backup plan takes the database',
    severity: 'critical',
    why: 'Automatic backups go with the instance.',
    remedy: 'backup.enabled of the environment.',
    judge: some('aws_db_instance', ({ values }, environment) => {
      if (values.replicate_source_db !== undefined) return undefined;
      const selections = environment
        .all('aws_backup_selection')
        .filter(
          (selection) =>
            selection.values.resources.some((arn) => /:rds:|^\*$/.test(arn)) &&
            environment.follow(selection, selection.values.plan_id).length > 0,
        ).length;
      return is(selections > 0, 'selections that take it', selections);
    }),
  },
  'backup-daily': {
    title: 'Recovery points are made daily and kept for four weeks',
    severity: 'high',
    why: 'What is noticed after a week could not be undone.',
    remedy: rules,
    appliesTo: notDevelopment,
    judge: some('aws_backup_plan', (plan, environment) => {
      const database = environment
        .of(plan, 'aws_backup_selection', 'plan_id')
        .some(({ values }) => values.resources.some((arn) => arn.includes(':rds:')));
      if (!database) return undefined;
      const days = plan.values.rule.map(({ lifecycle }) => lifecycle?.delete_after ?? 0);
      return is(Math.max(0, ...days) >= 28, 'longest delete_after', Math.max(0, ...days));
    }),
  },
  'backup-expires': {
    title: 'Recovery points are deleted some day',
    severity: 'low',
    why: 'Personal data would be kept without end.',
    remedy: rules,
    judge: each('aws_backup_plan', ({ values }) => {
      const endless = values.rule.filter(({ lifecycle }) => lifecycle?.delete_after === undefined).length;
      return is(endless === 0, 'rules without an end', endless);
    }),
  },
  'backup-copied': {
    title: 'Recovery points of the database are copied to another region',
    severity: 'high',
    why: 'With the region, they would be gone.',
    remedy: 'recoveryRegion and backup.regionCopies of the environment.',
    appliesTo: onlyProduction,
    judge: some('aws_backup_plan', (plan, environment) => {
      const database = environment
        .of(plan, 'aws_backup_selection', 'plan_id')
        .some(({ values }) => values.resources.some((arn) => arn.includes(':rds:')));
      if (!database) return undefined;
      const copied = plan.values.rule.filter(({ copy_action }) => copy_action.length > 0).length;
      return is(copied > 0, 'rules that copy', copied);
    }),
  },
  'vault-encrypted': {
    title: 'Vaults are encrypted with a key of ours',
    severity: 'high',
    why: 'A recovery point is the whole database.',
    remedy: 'constructs/backup/vault.ts wants a key.',
    judge: each('aws_backup_vault', ({ values }) =>
      says(values.kms_key_arn !== undefined, values.kms_key_arn ? 'key of ours' : 'key of AWS'),
    ),
  },
  'vault-locked': {
    title: 'Vaults refuse to forget before their time',
    severity: 'high',
    why: 'Whoever takes over the account could delete every backup.',
    remedy: 'backup.lock of the environment.',
    appliesTo: notDevelopment,
    judge: each('aws_backup_vault', (vault, environment) => {
      const [lock] = environment.of(vault, 'aws_backup_vault_lock_configuration', 'backup_vault_name');
      return is(
        (lock?.values.min_retention_days ?? 0) > 0,
        'min_retention_days',
        lock?.values.min_retention_days,
      );
    }),
  },
  'vault-denies-deletion': {
    title: 'Vaults deny deletion to everybody',
    severity: 'high',
    why: 'Deleting a backup has to take two steps.',
    remedy: 'constructs/backup/vault.ts writes the statement.',
    appliesTo: { tiers: ['production'], otherwise: 'only production must not be deletable by one mistake' },
    judge: each('aws_backup_vault', (vault, environment) => {
      const policies = environment
        .of(vault, 'aws_backup_vault_policy', 'backup_vault_name')
        .map(({ values }) => values.policy);
      if (policies.length > 0 && policies.every((one) => one === undefined)) return undefined;
      const denies = policies.some((one) =>
        one?.some(
          ({ effect, actions, principals }) =>
            effect === 'Deny' && principals.includes('*') && actions.includes('backup:DeleteRecoveryPoint'),
        ),
      );
      return says(
        denies,
        denies ? 'denies backup:DeleteRecoveryPoint' : 'does not deny backup:DeleteRecoveryPoint',
      );
    }),
  },
  'vault-protected': {
    title: 'Terraform refuses to destroy vaults',
    severity: 'medium',
    why: 'A renamed construct would leave the plans without one.',
    remedy: 'constructs/backup/vault.ts sets prevent_destroy.',
    appliesTo: { tiers: ['production'], otherwise: 'only production must not be deletable by one mistake' },
    judge: each('aws_backup_vault', ({ preventDestroy }) =>
      is(preventDestroy, 'prevent_destroy', preventDestroy),
    ),
  },
  'restores-tested': {
    title: 'Restores of the database are tested on a schedule',
    severity: 'high',
    why: 'A backup that was never restored is a hope.',
    remedy: 'backup.restoreTest of the environment.',
    appliesTo: notDevelopment,
    judge: some('aws_backup_restore_testing_plan', (plan, environment) => {
      const selections = environment
        .of(plan, 'aws_backup_restore_testing_selection', 'restore_testing_plan_name')
        .filter(({ values }) => values.protected_resource_type === 'RDS').length;
      return is(
        selections > 0 && plan.values.schedule_expression !== undefined,
        'databases tested',
        selections,
      );
    }),
  },
  'backups-reported': {
    title: 'Backups are reported for audits',
    severity: 'low',
    why: 'Nobody could show that last year’s were made.',
    remedy: 'constructs/backup/reports.ts makes the plans.',
    judge: some('aws_backup_report_plan', ({ values }) =>
      is(
        values.report_setting?.report_template !== undefined,
        'report_template',
        values.report_setting?.report_template,
      ),
    ),
  },
  'backups-watched': {
    title: 'Somebody is told when a backup stays away',
    severity: 'high',
    why: 'It would be noticed when it is needed.',
    remedy: 'constructs/backup/state-watch.ts makes the alarm.',
    judge: each('aws_backup_vault', (vault, environment) => {
      const alarms = environment
        .all('aws_cloudwatch_metric_alarm')
        .filter(
          ({ values, component }) =>
            component === vault.component &&
            values.alarm_actions.length > 0 &&
            values.treat_missing_data === 'breaching',
        ).length;
      return is(alarms > 0, 'alarms that ring when nothing is heard', alarms);
    }),
  },
} satisfies Evaluators;
