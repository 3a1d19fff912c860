import { existsSync } from 'node:fs';
import { account, bootstrap as everything, type Json, type Synthesised, statements } from '../aws-fixture';

type Security = typeof account.security;
/** Its mails have a test of their own. */
const costAnomalies = { ...account.costAnomalies, monitor: 'adopted' } as const;
const bootstrap = (overrides: Partial<typeof account> = {}): Synthesised =>
  everything({ costAnomalies, ...overrides });
const stack = bootstrap();
const withSecurity = (security: Partial<Security>): Synthesised =>
  bootstrap({ security: { ...account.security, ...security } });
const named = (of: Synthesised, type: string, key: string, value: string): Json =>
  Object.values(of.all(type)).find((resource: Json) => resource[key] === value);
const companion = (of: Synthesised, type: string, bucketName: string): Json => {
  const [id] = Object.entries(of.all('aws_s3_bucket')).find(([, b]) => b.bucket === bucketName) ?? [];
  return Object.values(of.all(type)).find((r: Json) => r.bucket === `\${aws_s3_bucket.${id}.id}`);
};
const trailBucket = 'holdfast-trail-123456789012-eu-west-1';
const configBucket = 'holdfast-config-123456789012-eu-west-1';
const requestsBucket = 'holdfast-requests-123456789012-eu-west-1';
const trailArn = 'arn:aws:cloudtrail:eu-west-1:123456789012:trail/holdfast-trail';

/** What each part of the baseline makes, and nothing else does. */
const kinds: [keyof Security, string[]][] = [
  [
    'guardDuty',
    [
      'aws_cloudwatch_event_rule',
      'aws_cloudwatch_event_target',
      'aws_guardduty_detector',
      'aws_guardduty_detector_feature',
      'aws_sns_topic',
    ],
  ],
  ['securityHub', ['aws_securityhub_account', 'aws_securityhub_standards_subscription']],
  ['cloudTrail', ['aws_cloudtrail', 'aws_cloudwatch_log_group']],
  [
    'config',
    [
      'aws_config_configuration_recorder',
      'aws_config_configuration_recorder_status',
      'aws_config_delivery_channel',
      'aws_config_retention_configuration',
      'aws_iam_service_linked_role',
    ],
  ],
  ['accessAnalyzer', ['aws_accessanalyzer_analyzer']],
  ['inspector', ['aws_inspector2_enabler']],
  ['passwordPolicy', ['aws_iam_account_password_policy']],
];

describe.each(kinds)('%s', (part, types) => {
  test('is made when it is managed', () => {
    const made = withSecurity({ [part]: 'managed' });
    for (const type of types) expect([type, Object.keys(made.all(type))]).not.toEqual([type, []]);
  });

  test.each(['adopted', 'off'] as const)('is not when it is %s', (mode) => {
    const made = withSecurity({ [part]: mode });
    for (const type of types) expect([type, made.all(type)]).toEqual([type, {}]);
  });
});

test('with everything adopted, only what bootstrap itself needs is left', () => {
  const adopted = Object.fromEntries(kinds.map(([part]) => [part, 'adopted'])) as Partial<Security>;
  const made = withSecurity(adopted);
  expect(Object.keys(made.json.resource).sort()).toEqual([
    'aws_budgets_budget',
    'aws_ebs_encryption_by_default',
    'aws_ec2_instance_metadata_defaults',
    'aws_ecr_lifecycle_policy',
    'aws_ecr_repository',
    'aws_kms_alias',
    'aws_kms_key',
    'aws_s3_account_public_access_block',
    'aws_s3_bucket',
    'aws_s3_bucket_lifecycle_configuration',
    'aws_s3_bucket_logging',
    'aws_s3_bucket_ownership_controls',
    'aws_s3_bucket_policy',
    'aws_s3_bucket_public_access_block',
    'aws_s3_bucket_server_side_encryption_configuration',
    'aws_s3_bucket_versioning',
  ]);
  expect(Object.values(made.all('aws_s3_bucket')).map((one: Json) => one.bucket)).toEqual([
    requestsBucket,
    'holdfast-state-123456789012-eu-west-1',
  ]);
});

test('GuardDuty reads S3, EKS, RDS and volumes; its agent comes only where it is asked for', () => {
  const features = (of: Synthesised) =>
    Object.values(of.all('aws_guardduty_detector_feature'))
      .map((feature: Json) => [feature.name, feature.status])
      .sort();
  expect(features(stack)).toEqual([
    ['EBS_MALWARE_PROTECTION', 'ENABLED'],
    ['EKS_AUDIT_LOGS', 'ENABLED'],
    ['RDS_LOGIN_EVENTS', 'ENABLED'],
    ['RUNTIME_MONITORING', 'ENABLED'],
    ['S3_DATA_EVENTS', 'ENABLED'],
  ]);
  const agents = (of: Synthesised) =>
    Object.fromEntries(
      named(of, 'aws_guardduty_detector_feature', 'name', 'RUNTIME_MONITORING').additional_configuration.map(
        (one: Json) => [one.name, one.status],
      ),
    );
  const others = { ECS_FARGATE_AGENT_MANAGEMENT: 'DISABLED', EC2_AGENT_MANAGEMENT: 'DISABLED' };
  expect(agents(stack)).toEqual({ EKS_ADDON_MANAGEMENT: 'DISABLED', ...others });
  expect(agents(withSecurity({ runtimeAgents: true }))).toEqual({
    EKS_ADDON_MANAGEMENT: 'ENABLED',
    ...others,
  });
});

test('Security Hub checks against the foundational standard and CIS, once Config records', () => {
  const [recording] = Object.keys(stack.all('aws_config_configuration_recorder_status'));
  expect(stack.only('aws_securityhub_account')).toMatchObject({
    enable_default_standards: false,
    depends_on: [`aws_config_configuration_recorder_status.${recording}`],
  });
  expect(
    Object.values(stack.all('aws_securityhub_standards_subscription'))
      .map((one: Json) => one.standards_arn)
      .sort(),
  ).toEqual([
    'arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0',
    'arn:aws:securityhub:eu-west-1::standards/cis-aws-foundations-benchmark/v/3.0.0',
  ]);
  // Somebody else's recorder is not waited for.
  expect(withSecurity({ config: 'adopted' }).only('aws_securityhub_account').depends_on).toBeUndefined();
});

describe('the trail', () => {
  test('covers every region, and shows when its logs were changed', () => {
    expect(stack.only('aws_cloudtrail')).toMatchObject({
      is_multi_region_trail: true,
      include_global_service_events: true,
      enable_log_file_validation: true,
      enable_logging: true,
      kms_key_id: expect.stringMatching(/^\$\{aws_kms_key\.security_trail_key_\w+\.arn\}$/),
      depends_on: [
        expect.stringMatching(/^aws_s3_bucket_policy\.security_trail_/),
        expect.stringMatching(/^aws_iam_role_policy\.security_trail_writer_/),
      ],
    });
  });

  test('can be searched for a year, by a role that writes its streams and nothing else', () => {
    const group = stack.only('aws_cloudwatch_log_group');
    expect(group).toMatchObject({ name: '/aws/cloudtrail/holdfast-trail', retention_in_days: 365 });
    const [groupId] = Object.keys(stack.all('aws_cloudwatch_log_group'));
    expect(stack.only('aws_cloudtrail')).toMatchObject({
      cloud_watch_logs_group_arn: `\${aws_cloudwatch_log_group.${groupId}.arn}:*`,
      cloud_watch_logs_role_arn: expect.stringMatching(/^\$\{aws_iam_role\.security_trail_writer_/),
    });
    // Whoever deploys an environment makes roles called holdfast-<env>-…: this one is out of reach, whatever the name.
    expect(stack.only('aws_iam_role').name).toBe('cloudtrail-holdfast-trail');
    expect(statements(stack.only('aws_iam_role_policy').policy)).toEqual([
      {
        Sid: 'Write',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource:
          'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/cloudtrail/holdfast-trail:log-stream:123456789012_CloudTrail_eu-west-1*',
      },
    ]);
  });

  test('is the only one that may write into its bucket, and only its own logs', () => {
    const { policy } = companion(stack, 'aws_s3_bucket_policy', trailBucket);
    expect(statements(policy).filter((one) => one.Effect === 'Allow')).toEqual([
      {
        Sid: 'TrailLooks',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:GetBucketAcl',
        Resource: `arn:aws:s3:::${trailBucket}`,
        Condition: { StringEquals: { 'aws:SourceArn': trailArn } },
      },
      {
        Sid: 'TrailWrites',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${trailBucket}/AWSLogs/123456789012/*`,
        Condition: {
          StringEquals: { 'aws:SourceArn': trailArn, 's3:x-amz-acl': 'bucket-owner-full-control' },
        },
      },
    ]);
  });

  test('is the only one that its key serves', () => {
    const key = Object.entries(stack.all('aws_kms_key')).find(([id]) => id.startsWith('security_trail'))?.[1];
    // The first is the account's, the second CloudWatch's for the group of that name (intent.test.ts).
    const [, , ...services] = statements(key.policy);
    expect(services.map((one) => [one.Action, one.Condition])).toEqual([
      [
        'kms:GenerateDataKey*',
        {
          StringEquals: { 'aws:SourceArn': trailArn, 'kms:EncryptionContext:aws:cloudtrail:arn': trailArn },
        },
      ],
      [['kms:Decrypt', 'kms:DescribeKey'], { StringEquals: { 'aws:SourceArn': trailArn } }],
    ]);
  });
});

test('Config records everything, all the time, and delivers for this account alone', () => {
  expect(stack.only('aws_config_configuration_recorder')).toMatchObject({
    recording_group: { all_supported: true, include_global_resource_types: true },
    recording_mode: { recording_frequency: 'CONTINUOUS' },
  });
  const [channel] = Object.keys(stack.all('aws_config_delivery_channel'));
  expect(stack.only('aws_config_configuration_recorder_status')).toMatchObject({
    is_enabled: true,
    depends_on: [`aws_config_delivery_channel.${channel}`],
  });
  const { policy } = companion(stack, 'aws_s3_bucket_policy', configBucket);
  expect(
    statements(policy)
      .filter((one) => one.Effect === 'Allow')
      .map((one) => [one.Action, one.Resource, one.Condition]),
  ).toEqual([
    [
      ['s3:GetBucketAcl', 's3:ListBucket'],
      `arn:aws:s3:::${configBucket}`,
      { StringEquals: { 'aws:SourceAccount': '123456789012' } },
    ],
    [
      's3:PutObject',
      `arn:aws:s3:::${configBucket}/AWSLogs/123456789012/Config/*`,
      {
        StringEquals: { 'aws:SourceAccount': '123456789012', 's3:x-amz-acl': 'bucket-owner-full-control' },
      },
    ],
  ]);
});

test('records stay as long as the account says, and Terraform destroys none', () => {
  const kept = bootstrap({ retention: { ...account.retention, trailDays: 90, configurationDays: 30 } });
  const age = (bucket: string) =>
    companion(kept, 'aws_s3_bucket_lifecycle_configuration', bucket).rule.find(
      (rule: Json) => rule.id === 'age',
    );
  expect(age(trailBucket)).toMatchObject({ status: 'Enabled', expiration: [{ days: 90 }] });
  expect(age(configBucket)).toMatchObject({ status: 'Enabled', expiration: [{ days: 30 }] });
  expect(kept.only('aws_config_retention_configuration').retention_period_in_days).toBe(30);
  for (const name of [trailBucket, configBucket]) {
    expect(named(kept, 'aws_s3_bucket', 'bucket', name).lifecycle).toEqual({ prevent_destroy: true });
  }
  const unprotected = Object.entries(kept.all('aws_kms_key')).filter(
    ([, key]) => !key.lifecycle?.prevent_destroy,
  );
  // Images can be built again, and mails are sent anew.
  expect(unprotected.map(([id]) => id.replace(/_\w{8}$/, '')).sort()).toEqual([
    'image-key',
    'security_finding-mails_key',
  ]);
});

test('the state bucket keeps its objects for ever', () => {
  const state = companion(
    stack,
    'aws_s3_bucket_lifecycle_configuration',
    'holdfast-state-123456789012-eu-west-1',
  );
  expect(state.rule.map((rule: Json) => rule.id)).toEqual(['noncurrent-versions', 'leftovers']);
});

test('every request to a state or a record is told in one bucket, by S3 alone', () => {
  const targets = Object.values(stack.all('aws_s3_bucket_logging'));
  const [requests] =
    Object.entries(stack.all('aws_s3_bucket')).find(([, b]) => b.bucket === requestsBucket) ?? [];
  // Its own would tell of themselves for ever.
  const told = Object.keys(stack.all('aws_s3_bucket')).filter((id) => id !== requests);
  expect(targets.map((one: Json) => one.bucket).sort()).toEqual(
    told.map((id) => `\${aws_s3_bucket.${id}.id}`).sort(),
  );
  for (const one of targets) expect(one.target_bucket).toBe(`\${aws_s3_bucket.${requests}.id}`);
  const { policy } = companion(stack, 'aws_s3_bucket_policy', requestsBucket);
  expect(statements(policy).filter((one) => one.Effect === 'Allow')).toEqual([
    expect.objectContaining({
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${requestsBucket}/s3/*`,
    }),
  ]);
  const kept = bootstrap({ retention: { ...account.retention, requestDays: 40 } });
  expect(
    companion(kept, 'aws_s3_bucket_lifecycle_configuration', requestsBucket).rule.find(
      (rule: Json) => rule.id === 'age',
    ).expiration,
  ).toEqual([{ days: 40 }]);
});

describe('what GuardDuty finds', () => {
  const ruleArn = 'arn:aws:events:eu-west-1:123456789012:rule/holdfast-findings';

  test('is mailed to people where it is serious, with its runbook', () => {
    expect(JSON.parse(stack.only('aws_cloudwatch_event_rule').event_pattern)).toEqual({
      source: ['aws.guardduty'],
      'detail-type': ['GuardDuty Finding'],
      detail: { severity: [{ numeric: ['>=', 7] }] },
    });
    const [topic] = Object.keys(stack.all('aws_sns_topic'));
    const target = stack.only('aws_cloudwatch_event_target');
    // With a role, EventBridge may deliver nothing to a topic that is encrypted.
    expect(target).toMatchObject({ arn: `\${aws_sns_topic.${topic}.arn}` });
    expect(target.role_arn).toBeUndefined();
    const { input_paths: paths, input_template: template } = target.input_transformer;
    expect([...template.matchAll(/<(\w+)>/g)].map((match: RegExpMatchArray) => match[1]).sort()).toEqual(
      Object.keys(paths).sort(),
    );
    expect(existsSync(/runbooks\/[\w-]+\.md/.exec(template)?.[0] ?? '')).toBe(true);
    expect(
      Object.values(stack.all('aws_sns_topic_subscription')).map((one: Json) => [one.protocol, one.endpoint]),
    ).toEqual(account.alertEmails.map((email) => ['email', email]));
  });

  test('comes by this rule alone, and the key serves this account’s events alone', () => {
    const [publish] = statements(stack.only('aws_sns_topic_policy').policy);
    expect(publish).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sns:Publish',
      Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
    });
    expect(stack.only('aws_cloudwatch_event_rule').name).toBe('holdfast-findings');
    const key = Object.entries(stack.all('aws_kms_key')).find(([id]) => id.includes('finding-mails'))?.[1];
    expect(statements(key.policy)[1]).toMatchObject({
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
    });
  });
});

test('whatever bootstrap makes has the tags that an environment’s has', () => {
  expect(stack.json.provider.aws[0].default_tags).toEqual([
    {
      tags: {
        environment: 'bootstrap',
        service: 'holdfast',
        owner: account.tags.owner,
        'cost-centre': account.tags.costCentre,
        'data-classification': account.tags.dataClassification,
        'managed-by': 'terraform',
      },
    },
  ]);
});
