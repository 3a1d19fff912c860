import { blocks, flag, number, text, texts } from '../engine/fields';
import { policy } from '../engine/policy';

/** Trails, logs, alarms, and where they go. */
export const watching = {
  aws_cloudtrail: {
    cloud_watch_logs_group_arn: text,
    enable_log_file_validation: flag,
    enable_logging: flag,
    event_selector: blocks({ data_resource: blocks({ type: text }), read_write_type: text }),
    advanced_event_selector: blocks({ field_selector: blocks({ field: text, equals: texts }) }),
    include_global_service_events: flag,
    is_multi_region_trail: flag,
    kms_key_id: text,
    s3_bucket_name: text,
  },
  aws_cloudwatch_event_rule: { event_pattern: text, name: text },
  aws_cloudwatch_event_target: { rule: text, arn: text },
  aws_cloudwatch_log_group: { kms_key_id: text, retention_in_days: number, name: text },
  aws_cloudwatch_metric_alarm: {
    alarm_actions: texts,
    alarm_description: text,
    actions_enabled: flag,
    namespace: text,
    metric_name: text,
    treat_missing_data: text,
  },
  aws_prometheus_workspace: { kms_key_arn: text },
  aws_sns_topic: { kms_master_key_id: text },
  aws_sns_topic_policy: { arn: text, policy },
  aws_sns_topic_subscription: { topic_arn: text, protocol: text },
  aws_sqs_queue: { kms_master_key_id: text, sqs_managed_sse_enabled: flag },
  aws_sqs_queue_policy: { queue_url: text, policy },
} as const;
