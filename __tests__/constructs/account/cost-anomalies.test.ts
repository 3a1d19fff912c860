import { accountSchema } from '../../../environments/account-schema';
import { account, bootstrap as everything, type Synthesised, statements } from '../aws-fixture';

/** Without GuardDuty, which mails, too. */
const security = { ...account.security, guardDuty: 'off', securityHub: 'off' } as const;
const bootstrap = (overrides: Partial<typeof account> = {}): Synthesised =>
  everything({ security, ...overrides });
const stack = bootstrap();
const input = {
  ...{ id: account.id, region: 'eu-west-1', monthlyBudgetUsd: 1, alertEmails: ['a@example.com'] },
  tags: account.tags,
};

test('a service that costs more than its past explains is told at once, from an amount on', () => {
  expect(stack.only('aws_ce_anomaly_monitor')).toMatchObject({
    monitor_type: 'DIMENSIONAL',
    monitor_dimension: 'SERVICE',
  });
  expect(stack.only('aws_ce_anomaly_subscription')).toMatchObject({
    frequency: 'IMMEDIATE',
    monitor_arn_list: [expect.stringMatching(/^\$\{aws_ce_anomaly_monitor\..*\.arn\}$/)],
    subscriber: [{ type: 'SNS', address: expect.stringMatching(/^\$\{aws_sns_topic\..*\.arn\}$/) }],
    threshold_expression: {
      dimension: {
        key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
        match_options: ['GREATER_THAN_OR_EQUAL'],
        values: ['50'],
      },
    },
    // Without it the first anomaly would find a closed door.
    depends_on: [expect.stringMatching(/^aws_sns_topic_policy\./)],
  });
  const dearer = bootstrap({ costAnomalies: { ...account.costAnomalies, impactUsd: 250 } });
  expect(dearer.only('aws_ce_anomaly_subscription').threshold_expression.dimension.values).toEqual(['250']);
});

test('its mails say where to read what to do, and go to the account’s addresses', () => {
  expect(stack.only('aws_sns_topic').display_name).toBe('Runbook: runbooks/cost-anomaly.md');
  expect(stack.only('aws_sns_topic').display_name.length).toBeLessThanOrEqual(100);
  expect(stack.only('aws_sns_topic_subscription')).toMatchObject({
    protocol: 'email',
    endpoint: account.alertEmails[0],
  });
});

test('nobody but AWS’s cost alerts publishes and encrypts, for this account', () => {
  const [publish, tls, ...others] = statements(stack.only('aws_sns_topic_policy').policy);
  const conditions = { StringEqualsIfExists: { 'aws:SourceAccount': account.id } };
  const service = { Service: 'costalerts.amazonaws.com' };
  expect(publish).toMatchObject({ Principal: service, Action: 'sns:Publish', Condition: conditions });
  expect(tls).toMatchObject({ Effect: 'Deny' });
  expect(others).toEqual([]);
  const [, key] = stack.only('aws_sns_topic').kms_master_key_id.split('.');
  const [, encrypt, ...more] = statements(stack.all('aws_kms_key')[key].policy);
  expect(encrypt).toMatchObject({
    Principal: service,
    Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    Condition: conditions,
  });
  expect(more).toEqual([]);
});

test.each(['adopted', 'off'] as const)('%s: nothing is made', (monitor) => {
  const without = bootstrap({ costAnomalies: { monitor, impactUsd: 50 } });
  expect(Object.keys(without.all('aws_ce_anomaly_monitor'))).toEqual([]);
  expect(Object.keys(without.all('aws_ce_anomaly_subscription'))).toEqual([]);
  expect(Object.keys(without.all('aws_sns_topic'))).toEqual([]);
});

test('is on by default, and refuses what is no amount', () => {
  expect(accountSchema.parse(input).costAnomalies).toEqual({ monitor: 'managed', impactUsd: 50 });
  expect(accountSchema.safeParse({ ...input, costAnomalies: { impactUsd: 0 } }).success).toBe(false);
});
