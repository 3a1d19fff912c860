import type { Cases, Json } from './case';

const provider = {
  provider: {
    aws: [
      {
        allowed_account_ids: ['123456789012'],
        default_tags: [
          {
            tags: {
              owner: 'a',
              'cost-centre': 'a',
              environment: 'a',
              'data-classification': 'a',
              service: 'a',
            },
          },
        ],
      },
    ],
  },
};
const flips = (type: string, good: Json, bad: Json, also: readonly string[] = []) => ({
  good: { [type]: { a: good } },
  patch: { [type]: bad },
  golden: 'prod/bootstrap',
  also,
});
const detector = { aws_guardduty_detector: { d: { enable: true } } };
const features = Object.fromEntries(
  ['EKS_AUDIT_LOGS', 'S3_DATA_EVENTS', 'RDS_LOGIN_EVENTS', 'EBS_MALWARE_PROTECTION'].map((name) => [
    name,
    { name, status: 'ENABLED' },
  ]),
);

export const account: Cases = {
  'guardduty-on': flips('aws_guardduty_detector', { enable: true }, { enable: false }),
  'guardduty-features': {
    good: { ...detector, aws_guardduty_detector_feature: features },
    patch: { aws_guardduty_detector_feature: { status: 'DISABLED' } },
    golden: 'prod/bootstrap',
    where: '',
  },
  'security-hub-on': { ...flips('aws_securityhub_account', {}, null) },
  'security-hub-standards': {
    good: { aws_securityhub_account: { a: {} }, aws_securityhub_standards_subscription: { a: {}, b: {} } },
    patch: { aws_securityhub_standards_subscription: null },
    golden: 'prod/bootstrap',
  },
  'inspector-on': flips('aws_inspector2_enabler', { resource_types: ['ECR'] }, { resource_types: ['EC2'] }),
  'access-analyzer-on': flips('aws_accessanalyzer_analyzer', { type: 'ACCOUNT' }, null),
  'findings-reach-people': {
    good: {
      ...detector,
      aws_cloudwatch_event_rule: { r: { event_pattern: '{"source":["aws.guardduty"]}' } },
      aws_cloudwatch_event_target: {
        t: { rule: '${aws_cloudwatch_event_rule.r.name}', arn: '${aws_sns_topic.t.arn}' },
      },
      aws_sns_topic: { t: {} },
      aws_sns_topic_subscription: { s: { topic_arn: '${aws_sns_topic.t.arn}', protocol: 'email' } },
    },
    patch: { aws_cloudwatch_event_target: null },
    golden: 'prod/bootstrap',
  },
  'config-records-all': flips(
    'aws_config_configuration_recorder',
    { recording_group: { all_supported: true, include_global_resource_types: true } },
    { recording_group: { include_global_resource_types: false } },
  ),
  'config-recording': flips(
    'aws_config_configuration_recorder_status',
    { is_enabled: true },
    { is_enabled: false },
  ),
  'config-encrypted': flips(
    'aws_config_delivery_channel',
    { s3_kms_key_arn: '${aws_kms_key.k.arn}' },
    { s3_kms_key_arn: undefined },
  ),
  'metadata-defaults': flips(
    'aws_ec2_instance_metadata_defaults',
    { http_tokens: 'required' },
    { http_tokens: 'optional' },
  ),
  'budget-warns': flips(
    'aws_budgets_budget',
    {
      notification: ['ACTUAL', 'FORECASTED'].map((notification_type) => ({
        notification_type,
        subscriber_email_addresses: ['a@example.com'],
      })),
    },
    { notification: (list: Json[]) => list.slice(0, 1) },
  ),
  'cost-anomalies-reported': {
    good: {
      aws_ce_anomaly_monitor: { m: {} },
      aws_ce_anomaly_subscription: { s: { subscriber: [{ address: 'x' }] } },
    },
    patch: { aws_ce_anomaly_subscription: null },
    golden: 'prod/bootstrap',
  },
  'tags-complete': {
    good: {},
    around: provider,
    patch: (stack) => {
      stack.provider.aws[0].default_tags[0].tags.owner = undefined;
    },
    golden: 'prod/data',
  },
  'accounts-pinned': {
    good: {},
    around: provider,
    patch: (stack) => {
      stack.provider.aws[0].allowed_account_ids = undefined;
    },
    golden: 'prod/data',
  },
  'providers-pinned': {
    good: {},
    around: { terraform: { required_providers: { aws: { source: 'aws', version: '6.25.0' } } } },
    patch: (stack) => {
      stack.terraform.required_providers.aws.version = '~> 6.25';
    },
    golden: 'prod/data',
  },
  'state-locked': {
    good: {},
    around: { terraform: { backend: { s3: { use_lockfile: true } } } },
    patch: (stack) => {
      stack.terraform.backend.s3.use_lockfile = false;
    },
    golden: 'prod/data',
  },
};
