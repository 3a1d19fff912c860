import { block, blocks, flag, number, text, texts } from '../engine/fields';

/** What an account has once. */
export const account = {
  aws_accessanalyzer_analyzer: { type: text },
  aws_budgets_budget: {
    limit_amount: number,
    notification: blocks({
      notification_type: text,
      threshold: number,
      subscriber_email_addresses: texts,
      subscriber_sns_topic_arns: texts,
    }),
  },
  aws_ce_anomaly_monitor: { monitor_type: text },
  aws_ce_anomaly_subscription: { monitor_arn_list: texts, subscriber: blocks({ address: text }) },
  aws_config_configuration_recorder: {
    recording_group: block({ all_supported: flag, include_global_resource_types: flag }),
  },
  aws_config_configuration_recorder_status: { is_enabled: flag },
  aws_config_delivery_channel: { s3_kms_key_arn: text },
  aws_ebs_encryption_by_default: { enabled: flag },
  aws_ec2_instance_metadata_defaults: { http_tokens: text, http_put_response_hop_limit: number },
  aws_guardduty_detector: { enable: flag },
  aws_guardduty_detector_feature: { name: text, status: text },
  aws_iam_account_password_policy: {
    minimum_password_length: number,
    password_reuse_prevention: number,
  },
  aws_inspector2_enabler: { resource_types: texts },
  aws_s3_account_public_access_block: {
    block_public_acls: flag,
    block_public_policy: flag,
    ignore_public_acls: flag,
    restrict_public_buckets: flag,
  },
  aws_securityhub_account: { auto_enable_controls: flag },
  aws_securityhub_standards_subscription: { standards_arn: text },
} as const;
