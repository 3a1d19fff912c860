import { type Cases, policyOf, withStatement } from './case';

const everybody = {
  Sid: 'Everybody',
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: 'kms:Decrypt',
  Resource: '*',
};
const root = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::123456789012:root' },
  Action: 'kms:*',
  Resource: '*',
};
const key = {
  enable_key_rotation: true,
  rotation_period_in_days: 365,
  deletion_window_in_days: 30,
  policy: policyOf(root),
};
const arn = '${aws_kms_key.k.arn}';
const noTls = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'sns:Publish',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

export const encryption: Cases = {
  'kms-rotates': {
    good: { aws_kms_key: { k: key } },
    patch: { aws_kms_key: { enable_key_rotation: false } },
    golden: 'prod/data',
  },
  'kms-rotates-yearly': {
    good: { aws_kms_key: { k: key } },
    patch: { aws_kms_key: { rotation_period_in_days: 730 } },
    golden: 'prod/data',
  },
  'kms-deletion-waits': {
    good: { aws_kms_key: { k: key } },
    patch: { aws_kms_key: { deletion_window_in_days: 7 } },
    golden: 'prod/data',
  },
  'kms-not-public': {
    good: { aws_kms_key: { k: key } },
    patch: { aws_kms_key: { policy: withStatement(everybody) } },
    golden: 'prod/data',
  },
  'kms-named': {
    good: { aws_kms_key: { k: key }, aws_kms_alias: { k: { target_key_id: '${aws_kms_key.k.key_id}' } } },
    patch: { aws_kms_alias: null },
    golden: 'prod/data',
  },
  'kms-protected': {
    good: {
      aws_kms_key: { k: { lifecycle: { prevent_destroy: true } } },
      aws_secretsmanager_secret: { s: { kms_key_id: arn } },
    },
    patch: { aws_kms_key: { lifecycle: { prevent_destroy: false } } },
    golden: 'prod/data',
    where: 'key_F64E54E4',
  },
  'ebs-encrypted-by-default': {
    good: { aws_ebs_encryption_by_default: { a: { enabled: true } } },
    patch: { aws_ebs_encryption_by_default: { enabled: false } },
    golden: 'prod/bootstrap',
  },
  'node-volumes-encrypted': {
    good: { aws_launch_template: { a: { block_device_mappings: [{ ebs: { encrypted: 'true' } }] } } },
    patch: { aws_launch_template: { block_device_mappings: [{ ebs: { encrypted: 'false' } }] } },
    golden: 'prod/cluster',
  },
  'instance-volumes-encrypted': {
    good: { aws_instance: { a: { root_block_device: { encrypted: true } } } },
    patch: { aws_instance: { root_block_device: { encrypted: false } } },
    golden: 'prod/data',
  },
  'claims-encrypted': {
    good: { kubernetes_storage_class_v1: { a: { parameters: { encrypted: 'true' } } } },
    patch: { kubernetes_storage_class_v1: { parameters: { encrypted: 'false' } } },
    golden: 'prod/observability',
  },
  'log-groups-encrypted': {
    good: { aws_cloudwatch_log_group: { a: { kms_key_id: arn } } },
    patch: { aws_cloudwatch_log_group: { kms_key_id: undefined } },
    golden: 'prod/data',
  },
  'topics-encrypted': {
    good: { aws_sns_topic: { a: { kms_master_key_id: arn } } },
    patch: { aws_sns_topic: { kms_master_key_id: undefined } },
    golden: 'prod/data',
  },
  'queues-encrypted': {
    good: { aws_sqs_queue: { a: { sqs_managed_sse_enabled: true } } },
    patch: { aws_sqs_queue: { sqs_managed_sse_enabled: false } },
    golden: 'everything/cluster',
  },
  'metrics-encrypted': {
    good: { aws_prometheus_workspace: { a: { kms_key_arn: arn } } },
    patch: { aws_prometheus_workspace: { kms_key_arn: undefined } },
    golden: 'everything/data',
  },
  'functions-encrypted': {
    good: { aws_lambda_function: { a: { kms_key_arn: arn } } },
    patch: { aws_lambda_function: { kms_key_arn: undefined } },
    golden: 'prod/data',
  },
  'images-encrypted': {
    good: {
      aws_ecr_repository: { a: { encryption_configuration: [{ encryption_type: 'KMS', kms_key: arn }] } },
    },
    patch: { aws_ecr_repository: { encryption_configuration: [{ encryption_type: 'AES256' }] } },
    golden: 'prod/bootstrap',
  },
  'secrets-customer-key': {
    good: { aws_secretsmanager_secret: { a: { kms_key_id: arn } } },
    patch: { aws_secretsmanager_secret: { kms_key_id: undefined } },
    golden: 'prod/data',
  },
  'topics-tls-only': {
    good: {
      aws_sns_topic: { a: {} },
      aws_sns_topic_policy: { a: { arn: '${aws_sns_topic.a.arn}', policy: policyOf(noTls) } },
    },
    patch: {
      aws_sns_topic_policy: {
        policy: (text: string) => text.replace('aws:SecureTransport', 'aws:SecureTransport2'),
      },
    },
    golden: 'prod/data',
  },
};
