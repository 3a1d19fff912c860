import { troubling } from '../../../constructs/database/backup-watch';
import { big, environmentStacks, type Json, statements } from '../aws-fixture';

const data = environmentStacks(big).data;
const byName = (type: string, name: string): Json => {
  const found = Object.values<Json>(data.all(type)).find(
    (block) => (block.name ?? block.alarm_name) === name,
  );
  if (!found) throw new Error(`there is no ${type} called ${name}`);
  return found;
};
const rule = (what: string) => byName('aws_cloudwatch_event_rule', `holdfast-big-backup-${what}`);
const target = (what: string): Json => {
  const found = Object.entries<Json>(data.all('aws_cloudwatch_event_target')).find(([id]) =>
    id.includes(what),
  );
  if (!found) throw new Error(`there is no target for ${what}`);
  return found[1];
};
const primary = Object.values<Json>(data.all('aws_db_instance')).find(
  (one) => one.identifier === 'holdfast-big',
);

test('RDS’s reports that backups are off or in danger are mailed, of the instance that is backed up', () => {
  expect(primary?.backup_retention_period).toBeGreaterThan(0);
  expect(JSON.parse(rule('trouble').event_pattern)).toEqual({
    source: ['aws.rds'],
    'detail-type': ['RDS DB Instance Event'],
    detail: { SourceIdentifier: ['holdfast-big'], EventID: Object.keys(troubling) },
  });
  const { arn, input_transformer } = target('trouble');
  expect(arn).toMatch(/^\$\{aws_sns_topic\..*\.arn\}$/);
  // What a mail says, after EventBridge has filled it in.
  const event: Readonly<Record<string, string>> = {
    '$.detail.SourceIdentifier': 'holdfast-big',
    '$.detail.Message': 'Automatic backups for this DB instance have been disabled.',
    '$.time': '2026-11-21T10:00:00Z',
  };
  const mail = JSON.parse(input_transformer.input_template).replaceAll(
    /<(\w+)>/g,
    (_: string, name: string) => event[input_transformer.input_paths[name]],
  );
  expect(mail).toBe(
    'Backups of the database holdfast-big are in danger: Automatic backups for this DB instance have been disabled. (2026-11-21T10:00:00Z) Runbook: runbooks/backup-failing.md',
  );
});

test('EventBridge may mail through the topic and use its key', () => {
  const service = { Service: 'events.amazonaws.com' };
  expect(statements(data.only('aws_sns_topic_policy').policy)).toContainEqual(
    expect.objectContaining({
      Principal: service,
      Action: 'sns:Publish',
      Condition: {
        ArnEquals: {
          'aws:SourceArn': 'arn:aws:events:eu-west-1:123456789012:rule/holdfast-big-backup-trouble',
        },
      },
    }),
  );
  const [, key] = data.only('aws_sns_topic').kms_master_key_id.split('.');
  expect(statements(data.all('aws_kms_key')[key].policy)).toContainEqual(
    expect.objectContaining({ Principal: service, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] }),
  );
});

test('a daily backup that stays away for more than a day is an alarm', () => {
  expect(JSON.parse(rule('finished').event_pattern).detail).toEqual({
    SourceIdentifier: ['holdfast-big'],
    EventID: ['RDS-EVENT-0002'],
  });
  const alarm = byName('aws_cloudwatch_metric_alarm', 'holdfast-big-backup-missing');
  expect(alarm).toMatchObject({
    namespace: 'AWS/Events',
    metric_name: 'Invocations',
    dimensions: { RuleName: expect.stringMatching(/^\$\{aws_cloudwatch_event_rule\..*finished.*\.name\}$/) },
    statistic: 'Sum',
    comparison_operator: 'LessThanThreshold',
    threshold: 1,
    // EventBridge counts what it did, and never says 0.
    treat_missing_data: 'breaching',
  });
  const hours = (alarm.evaluation_periods * alarm.period) / 3600;
  expect(hours).toBeGreaterThan(25);
  expect(hours).toBeLessThan(30);
});

test('finished backups are written down, by nobody but that rule', () => {
  const { arn, depends_on } = target('finished');
  const group = byName('aws_cloudwatch_log_group', '/aws/events/holdfast-big-backups');
  expect(arn).toMatch(/^\$\{aws_cloudwatch_log_group\..*\.arn\}$/);
  expect(group.kms_key_id).toMatch(/^\$\{aws_kms_key\./);
  expect(depends_on).toEqual([expect.stringMatching(/^aws_cloudwatch_log_resource_policy\./)]);
  const [, write] = statements(data.only('aws_cloudwatch_log_resource_policy').policy_document);
  expect(write).toMatchObject({
    Resource: 'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/events/holdfast-big-backups:*:*',
    Condition: {
      ArnEquals: {
        'aws:SourceArn': 'arn:aws:events:eu-west-1:123456789012:rule/holdfast-big-backup-finished',
      },
    },
  });
  // The key lets CloudWatch Logs in by the group's name.
  const [, key] = group.kms_key_id.split('.');
  expect(data.all('aws_kms_key')[key].policy).toContain('log-group:/aws/events/holdfast-big-backups');
});
