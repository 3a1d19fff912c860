import { each, is, says, some } from '../engine/judge';
import type { Evaluators } from '../engine/model';

const trail = 'constructs/account/security makes the trail: deploy bootstrap.';

export const watching = {
  'trail-every-region': {
    title: 'A trail records every region',
    severity: 'critical',
    why: 'Whoever breaks in works where nobody looks.',
    remedy: trail,
    judge: some(
      'aws_cloudtrail',
      ({ values }) =>
        is(
          values.is_multi_region_trail === true && values.enable_logging !== false,
          'is_multi_region_trail',
          values.is_multi_region_trail,
        ),
      'cloudTrail',
    ),
  },
  'trail-global-events': {
    title: 'The trail records IAM and other global services',
    severity: 'high',
    why: 'Changes of rights would leave no trace.',
    remedy: trail,
    judge: each('aws_cloudtrail', ({ values }) =>
      is(
        values.include_global_service_events !== false,
        'include_global_service_events',
        values.include_global_service_events,
      ),
    ),
  },
  'trail-validated': {
    title: 'The trail’s files can be checked for changes',
    severity: 'high',
    why: 'Nobody could tell whether a line was taken out.',
    remedy: trail,
    judge: each('aws_cloudtrail', ({ values }) =>
      is(
        values.enable_log_file_validation === true,
        'enable_log_file_validation',
        values.enable_log_file_validation,
      ),
    ),
  },
  'trail-encrypted': {
    title: 'The trail is encrypted with a key of ours',
    severity: 'medium',
    why: 'It names people, addresses and resources.',
    remedy: trail,
    judge: each('aws_cloudtrail', ({ values }) =>
      says(values.kms_key_id !== undefined, values.kms_key_id ? 'key of ours' : 'key of AWS'),
    ),
  },
  'trail-searchable': {
    title: 'The trail can be searched within minutes',
    severity: 'medium',
    why: 'In an incident nobody has time to unpack files.',
    remedy: trail,
    judge: each('aws_cloudtrail', ({ values }) =>
      says(
        values.cloud_watch_logs_group_arn !== undefined,
        values.cloud_watch_logs_group_arn ? 'goes to a log group' : 'files only',
      ),
    ),
  },
  'trail-bucket-logged': {
    title: 'Requests to the trail’s files are logged',
    severity: 'medium',
    why: 'Nobody could tell who read the traces.',
    remedy: trail,
    judge: each('aws_cloudtrail', (one, environment) => {
      const bucket = environment.target(one, one.values.s3_bucket_name, 'aws_s3_bucket');
      if (!bucket) return undefined;
      const logged = environment.of(bucket, 'aws_s3_bucket_logging', 'bucket').length;
      return is(logged > 0, 'access logs', logged);
    }),
  },
  'trail-object-writes': {
    title: 'The trail records who writes objects',
    severity: 'medium',
    why: 'The trail would show who opened a bucket, not who put something there.',
    remedy: 'Add a selector of S3 objects to the trail; each event costs.',
    judge: each('aws_cloudtrail', ({ values }) => objects(values, ['WriteOnly', 'All'])),
  },
  'trail-object-reads': {
    title: 'The trail records who reads objects',
    severity: 'medium',
    why: 'The trail would show who opened a bucket, not what was carried away.',
    remedy: 'Add a selector of S3 objects to the trail; each event costs.',
    judge: each('aws_cloudtrail', ({ values }) => objects(values, ['ReadOnly', 'All'])),
  },
  'logs-kept-a-year': {
    title: 'Logs are kept for a year',
    severity: 'medium',
    why: 'Break-ins are found after months.',
    remedy: 'cluster.logRetentionDays, network.flowLogRetentionDays of the environment.',
    appliesTo: {
      tiers: ['production'],
      otherwise: 'nobody audits what happened a year ago where no customer’s data is',
    },
    judge: each('aws_cloudwatch_log_group', ({ values }) =>
      is(
        (values.retention_in_days ?? 0) >= 365 || values.retention_in_days === 0,
        'retention_in_days',
        values.retention_in_days,
      ),
    ),
  },
  'logs-expire': {
    title: 'Logs are deleted some day',
    severity: 'low',
    why: 'Names and addresses would be kept for ever, and paid for.',
    remedy: 'State the days: constructs/storage/log-group.ts wants them.',
    judge: each('aws_cloudwatch_log_group', ({ values }) =>
      is((values.retention_in_days ?? 0) > 0, 'retention_in_days', values.retention_in_days),
    ),
  },
  'alarms-tell': {
    title: 'Every alarm tells somebody',
    severity: 'high',
    why: 'A red square on a page that nobody opens.',
    remedy: 'constructs/alarms gives each alarm its topic: make it by it.',
    judge: each('aws_cloudwatch_metric_alarm', ({ values }) =>
      is(
        values.alarm_actions.length > 0 && values.actions_enabled !== false,
        'alarm_actions',
        values.alarm_actions.length,
      ),
    ),
  },
  'alarms-reach-people': {
    title: 'Topics of alarms have subscribers',
    severity: 'high',
    why: 'A topic without subscribers tells nobody.',
    remedy: 'alertEmails of the account.',
    judge: each('aws_sns_topic', (topic, environment) => {
      const subscribers = environment.of(topic, 'aws_sns_topic_subscription', 'topic_arn').length;
      return is(subscribers > 0, 'subscribers', subscribers);
    }),
  },
  'alarms-have-runbooks': {
    title: 'Every alarm names its runbook',
    severity: 'medium',
    why: 'At three in the morning nobody invents a procedure.',
    remedy: 'Name runbooks/<name>.md in the description.',
    judge: each('aws_cloudwatch_metric_alarm', ({ values }) => {
      const runbook = values.alarm_description?.match(/runbooks\/[\w-]+\.md/)?.[0];
      return is(runbook !== undefined, 'runbook', runbook);
    }),
  },
  'alarms-database-space': {
    title: 'An alarm watches the space of the database',
    severity: 'high',
    why: 'A full volume stops the database.',
    remedy: 'constructs/database/alarms.ts makes it.',
    judge: each('aws_db_instance', ({ stack, values }, environment) => {
      if (values.replicate_source_db !== undefined) return undefined;
      const alarms = environment
        .all('aws_cloudwatch_metric_alarm')
        .filter((alarm) => alarm.stack === stack && alarm.values.metric_name === 'FreeStorageSpace').length;
      return is(alarms > 0, 'alarms of FreeStorageSpace', alarms);
    }),
  },
  'alarms-cache-memory': {
    title: 'An alarm watches the memory of the cache',
    severity: 'medium',
    why: 'A full cache refuses writes.',
    remedy: 'constructs/cache/alarms.ts makes it.',
    judge: each('aws_elasticache_replication_group', ({ stack }, environment) => {
      const alarms = environment
        .all('aws_cloudwatch_metric_alarm')
        .filter(
          (alarm) => alarm.stack === stack && alarm.values.metric_name === 'DatabaseMemoryUsagePercentage',
        ).length;
      return is(alarms > 0, 'alarms of memory', alarms);
    }),
  },
  'instances-monitored': {
    title: 'Machines are measured every minute',
    severity: 'low',
    why: 'Five minutes are a long time in an incident.',
    remedy: 'constructs/access sets monitoring.',
    judge: each('aws_instance', ({ values }) =>
      is(values.monitoring === true, 'monitoring', values.monitoring),
    ),
  },
  'functions-logged': {
    title: 'Functions write to a log group of ours',
    severity: 'low',
    why: 'The group that Lambda makes itself is not encrypted, and keeps everything.',
    remedy: 'logging_config.log_group names the group.',
    judge: each('aws_lambda_function', ({ values }) =>
      says(
        values.logging_config?.log_group !== undefined,
        values.logging_config?.log_group ? 'own group' : 'group of Lambda',
      ),
    ),
  },
} satisfies Evaluators;

type Trail = {
  readonly event_selector: readonly {
    readonly data_resource: readonly { readonly type: string | undefined }[];
    readonly read_write_type: string | undefined;
  }[];
  readonly advanced_event_selector: readonly {
    readonly field_selector: readonly {
      readonly field: string | undefined;
      readonly equals: readonly string[];
    }[];
  }[];
};

/** Whether objects of S3 are among what the trail records, for reads or writes. */
function objects(values: Trail, kinds: readonly string[]) {
  const simple = values.event_selector.some(
    ({ data_resource, read_write_type }) =>
      data_resource.some(({ type }) => type === 'AWS::S3::Object') &&
      kinds.includes(read_write_type ?? 'All'),
  );
  const advanced = values.advanced_event_selector.some(({ field_selector }) => {
    const of = (name: string) => field_selector.find(({ field }) => field === name)?.equals;
    const [readOnly] = of('readOnly') ?? [];
    const wanted = kinds.includes('WriteOnly') ? 'false' : 'true';
    return (
      of('resources.type')?.includes('AWS::S3::Object') === true &&
      (readOnly === undefined || readOnly === wanted)
    );
  });
  return says(
    simple || advanced,
    simple || advanced ? 'objects of S3 are recorded' : 'management events only',
  );
}
