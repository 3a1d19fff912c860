import type { Cases, Json } from './case';

const trail = (good: Json, bad: Json) => ({
  good: { aws_cloudtrail: { t: good } },
  patch: { aws_cloudtrail: bad },
  golden: 'prod/bootstrap',
});
const alarm = {
  alarm_actions: ['${aws_sns_topic.t.arn}'],
  alarm_description: 'Runbook: runbooks/x.md',
  metric_name: 'FreeStorageSpace',
  namespace: 'AWS/RDS',
};
const selector = (read_write_type: string) => [
  { read_write_type, data_resource: [{ type: 'AWS::S3::Object', values: ['arn:aws:s3'] }] },
];
const objects = (kind: string) => ({
  good: { aws_cloudtrail: { t: { event_selector: selector(kind) } } },
  patch: { aws_cloudtrail: { event_selector: undefined } },
  goldenPatch: { aws_cloudtrail: { event_selector: () => selector(kind) } },
  golden: 'prod/bootstrap',
  mends: true,
});
/** Every alarm of a metric, gone. */
const without = (metric: string) => (stack: Json) => {
  for (const [name, one] of Object.entries<Json>(stack.resource.aws_cloudwatch_metric_alarm)) {
    if (one.metric_name === metric) delete stack.resource.aws_cloudwatch_metric_alarm[name];
  }
};
const group = (good: Json, bad: Json, also: readonly string[] = []) => ({
  good: { aws_cloudwatch_log_group: { g: good } },
  patch: { aws_cloudwatch_log_group: bad },
  golden: 'prod/data',
  also,
});

export const watching: Cases = {
  'trail-every-region': trail({ is_multi_region_trail: true }, { is_multi_region_trail: false }),
  'trail-global-events': trail(
    { include_global_service_events: true },
    { include_global_service_events: false },
  ),
  'trail-validated': trail({ enable_log_file_validation: true }, { enable_log_file_validation: false }),
  'trail-encrypted': trail({ kms_key_id: '${aws_kms_key.k.arn}' }, { kms_key_id: undefined }),
  'trail-searchable': trail(
    { cloud_watch_logs_group_arn: '${aws_cloudwatch_log_group.g.arn}:*' },
    { cloud_watch_logs_group_arn: undefined },
  ),
  'trail-bucket-logged': {
    good: {
      aws_cloudtrail: { t: { s3_bucket_name: '${aws_s3_bucket.b.id}' } },
      aws_s3_bucket: { b: {}, logs: {} },
      aws_s3_bucket_logging: {
        l: { bucket: '${aws_s3_bucket.b.id}', target_bucket: '${aws_s3_bucket.logs.id}' },
      },
    },
    patch: { aws_s3_bucket_logging: null },
    golden: 'prod/bootstrap',
    where: 'security_trail',
    also: ['s3-access-logged'],
  },
  'trail-object-writes': objects('WriteOnly'),
  'trail-object-reads': objects('ReadOnly'),
  'logs-kept-a-year': group({ retention_in_days: 365 }, { retention_in_days: 30 }),
  'logs-expire': group({ retention_in_days: 365 }, { retention_in_days: 0 }),
  'alarms-tell': {
    good: { aws_cloudwatch_metric_alarm: { a: alarm } },
    patch: { aws_cloudwatch_metric_alarm: { alarm_actions: [] } },
    golden: 'prod/data',
  },
  'alarms-reach-people': {
    good: {
      aws_sns_topic: { t: {} },
      aws_sns_topic_subscription: { s: { topic_arn: '${aws_sns_topic.t.arn}' } },
    },
    patch: { aws_sns_topic_subscription: null },
    golden: 'prod/data',
  },
  'alarms-have-runbooks': {
    good: { aws_cloudwatch_metric_alarm: { a: alarm } },
    patch: { aws_cloudwatch_metric_alarm: { alarm_description: 'Look.' } },
    golden: 'prod/data',
  },
  'alarms-database-space': {
    good: { aws_db_instance: { d: {} }, aws_cloudwatch_metric_alarm: { a: alarm } },
    patch: without('FreeStorageSpace'),
    golden: 'prod/data',
  },
  'alarms-cache-memory': {
    good: {
      aws_elasticache_replication_group: { c: {} },
      aws_cloudwatch_metric_alarm: { a: { ...alarm, metric_name: 'DatabaseMemoryUsagePercentage' } },
    },
    patch: without('DatabaseMemoryUsagePercentage'),
    golden: 'prod/data',
  },
  'instances-monitored': {
    good: { aws_instance: { i: { monitoring: true } } },
    patch: { aws_instance: { monitoring: false } },
    golden: 'prod/data',
  },
  'functions-logged': {
    good: {
      aws_lambda_function: { f: { logging_config: { log_group: '${aws_cloudwatch_log_group.g.name}' } } },
    },
    patch: { aws_lambda_function: { logging_config: { log_group: undefined } } },
    golden: 'prod/data',
  },
};
