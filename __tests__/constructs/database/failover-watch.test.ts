import { failoverEvents } from '../../../constructs/database/failover-watch';
import { big, environmentStacks, type Json, statements } from '../aws-fixture';

const data = environmentStacks(big).data;
const instances = Object.values<Json>(data.all('aws_db_instance')).map(({ identifier }) => identifier);

/** What EventBridge mails of an event; nothing where the rule doesn't take it. */
function mailOf(event: Json): string | undefined {
  const [id, rule] = Object.entries<Json>(data.all('aws_cloudwatch_event_rule')).find(
    ([, { name }]) => name === 'holdfast-big-database-failover',
  ) as [string, Json];
  const pattern = JSON.parse(rule.event_pattern);
  const takes =
    pattern.source.includes(event.source) &&
    pattern['detail-type'].includes(event['detail-type']) &&
    Object.entries<string[]>(pattern.detail).every(([key, values]) => values.includes(event.detail[key]));
  if (!takes) return undefined;
  const target = Object.values<Json>(data.all('aws_cloudwatch_event_target')).find(
    (each) => each.rule === `\${aws_cloudwatch_event_rule.${id}.name}`,
  );
  const { input_paths: paths, input_template: template } = target?.input_transformer ?? {};
  const at = (path: string) =>
    path
      .split('.')
      .slice(1)
      .reduce((node: Json, key) => node[key], event);
  return JSON.parse(template).replaceAll(/<(\w+)>/g, (_: string, name: string) => at(paths[name]));
}
const event = (id: string, instance: string) => ({
  source: 'aws.rds',
  'detail-type': 'RDS DB Instance Event',
  time: '2026-11-21T10:00:00Z',
  detail: { SourceIdentifier: instance, EventID: id, Message: 'Multi-AZ instance failover completed.' },
});

test('a failover is mailed, with the instance, what RDS says and the runbook', () => {
  expect(mailOf(event('RDS-EVENT-0049', 'holdfast-big'))).toBe(
    'The database holdfast-big failed over or restarted: Multi-AZ instance failover completed. (2026-11-21T10:00:00Z) Runbook: runbooks/database-failed-over.md',
  );
});

test('so is all that belongs to one, of the primary and of every replica', () => {
  expect(instances.length).toBeGreaterThan(1);
  for (const instance of instances) {
    for (const id of ['0013', '0015', '0034', '0049', '0050', '0051', '0065', '0004', '0006', '0221']) {
      expect(mailOf(event(`RDS-EVENT-${id}`, instance))).toContain(instance);
    }
  }
});

test('what is no failover, and whom it does not concern, is not', () => {
  expect(mailOf(event('RDS-EVENT-0002', 'holdfast-big'))).toBeUndefined();
  expect(mailOf(event('RDS-EVENT-0049', 'somebody-elses'))).toBeUndefined();
  expect(Object.keys(failoverEvents)).not.toContain('RDS-EVENT-0002');
});

test('EventBridge may mail it through the topic', () => {
  expect(statements(data.only('aws_sns_topic_policy').policy)).toContainEqual(
    expect.objectContaining({
      Sid: 'FailoversPublish',
      Principal: { Service: 'events.amazonaws.com' },
      Condition: {
        ArnEquals: {
          'aws:SourceArn': 'arn:aws:events:eu-west-1:123456789012:rule/holdfast-big-database-failover',
        },
      },
    }),
  );
});
