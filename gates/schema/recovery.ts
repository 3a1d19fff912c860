import { block, blocks, number, text, texts } from '../engine/fields';
import { policy } from '../engine/policy';

/** Recovery points, and proof that they can be restored. */
export const recovery = {
  aws_backup_plan: {
    rule: blocks({
      schedule: text,
      lifecycle: block({ delete_after: number }),
      copy_action: blocks({ destination_vault_arn: text }),
      target_vault_name: text,
    }),
  },
  aws_backup_report_plan: { report_setting: block({ report_template: text }) },
  aws_backup_restore_testing_plan: { schedule_expression: text },
  aws_backup_restore_testing_selection: {
    protected_resource_type: text,
    restore_testing_plan_name: text,
  },
  aws_backup_selection: { plan_id: text, resources: texts },
  aws_backup_vault: { kms_key_arn: text, name: text },
  aws_backup_vault_lock_configuration: {
    backup_vault_name: text,
    min_retention_days: number,
  },
  aws_backup_vault_policy: { backup_vault_name: text, policy },
} as const;
