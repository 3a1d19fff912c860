import { each, is, says, some } from '../engine/judge';
import type { Evaluators } from '../engine/model';
import { letsNobodyIn } from './public-policy';

const customerKey = 'Hand the construct the key of its stack.';

export const encryption = {
  'kms-rotates': {
    title: 'Keys rotate by themselves',
    severity: 'medium',
    why: 'One leaked key would open everything that was ever written with it.',
    remedy: 'constructs/encryption makes keys with enable_key_rotation: make this one by it.',
    judge: each('aws_kms_key', ({ values }) =>
      is(values.enable_key_rotation === true, 'enable_key_rotation', values.enable_key_rotation),
    ),
  },
  'kms-rotates-yearly': {
    title: 'Keys rotate once a year at least',
    severity: 'low',
    why: 'What is written with one key grows without bound.',
    remedy: 'Leave rotation_period_in_days at 365.',
    judge: each('aws_kms_key', ({ values }) => {
      if (values.enable_key_rotation !== true) return undefined;
      const days = values.rotation_period_in_days ?? 365;
      return is(days <= 365, 'rotation_period_in_days', days);
    }),
  },
  'kms-deletion-waits': {
    title: 'A deleted key can be brought back for a fortnight at least',
    severity: 'high',
    why: 'What a deleted key encrypted can never be read again.',
    remedy: 'Leave deletion_window_in_days at 30.',
    judge: each('aws_kms_key', ({ values }) => {
      const days = values.deletion_window_in_days ?? 30;
      return is(days >= 14, 'deletion_window_in_days', days);
    }),
  },
  'kms-not-public': {
    title: 'No key policy lets everybody in',
    severity: 'critical',
    why: 'Every account of AWS could decrypt with it.',
    remedy: 'Name the principals in the key’s policy.',
    judge: each('aws_kms_key', ({ values }) => {
      if (values.policy === undefined) return undefined;
      return letsNobodyIn(values.policy);
    }),
  },
  'kms-named': {
    title: 'Every key has a name',
    severity: 'low',
    why: 'Nobody could tell in the console what a key is for.',
    remedy: 'constructs/encryption gives each key an alias: make this one by it.',
    judge: each('aws_kms_key', (key, environment) => {
      const aliases = environment.of(key, 'aws_kms_alias', 'target_key_id').length;
      return is(aliases > 0, 'aliases', aliases);
    }),
  },
  'kms-protected': {
    title: 'Terraform refuses to destroy keys of databases, secrets and backups',
    severity: 'high',
    why: 'Data, backups and copies of them would be unreadable for good.',
    remedy: 'Mark the key as one that data depends on (constructs/encryption).',
    appliesTo: { tiers: ['production'], otherwise: 'only production must not be deletable by one mistake' },
    judge: each('aws_kms_key', (key, environment) => {
      const users = [
        ...environment.of(key, 'aws_db_instance', 'kms_key_id'),
        ...environment.of(key, 'aws_secretsmanager_secret', 'kms_key_id'),
        ...environment.of(key, 'aws_backup_vault', 'kms_key_arn'),
      ];
      if (users.length === 0) return undefined;
      return is(key.preventDestroy, 'prevent_destroy', key.preventDestroy);
    }),
  },
  'ebs-encrypted-by-default': {
    title: 'New volumes are encrypted',
    severity: 'high',
    why: 'A volume that somebody makes by hand would be readable from its snapshot.',
    remedy: 'constructs/account sets it for the account and region: deploy bootstrap.',
    judge: some('aws_ebs_encryption_by_default', ({ values }) =>
      is(values.enabled !== false, 'enabled', values.enabled),
    ),
  },
  'node-volumes-encrypted': {
    title: 'Volumes of nodes are encrypted',
    severity: 'high',
    why: 'Images, logs and scratch files of every pod lie on them.',
    remedy: 'constructs/cluster sets encrypted in the launch template.',
    judge: each('aws_launch_template', ({ values }) => {
      const open = values.block_device_mappings.filter(({ ebs }) => ebs && ebs.encrypted !== true).length;
      return is(open === 0, 'unencrypted volumes', open);
    }),
  },
  'instance-volumes-encrypted': {
    title: 'Volumes of single machines are encrypted',
    severity: 'high',
    why: 'What people leave on the bastion could be read from a copy of its disk.',
    remedy: 'constructs/access sets root_block_device.encrypted.',
    judge: each('aws_instance', ({ values }) =>
      is(values.root_block_device?.encrypted === true, 'encrypted', values.root_block_device?.encrypted),
    ),
  },
  'claims-encrypted': {
    title: 'Volumes of pods are encrypted',
    severity: 'high',
    why: 'Metrics, logs and traces lie on them.',
    remedy: 'parameters.encrypted of the storage class must be "true".',
    judge: each('kubernetes_storage_class_v1', ({ values }) =>
      is(values.parameters.encrypted === 'true', 'encrypted', values.parameters.encrypted),
    ),
  },
  'log-groups-encrypted': {
    title: 'Logs are encrypted with a key of ours',
    severity: 'medium',
    why: 'Logs name people and addresses; access to a key of AWS cannot be withdrawn.',
    remedy: customerKey,
    judge: each('aws_cloudwatch_log_group', ({ values }) =>
      says(values.kms_key_id !== undefined, values.kms_key_id ? 'key of ours' : 'key of AWS'),
    ),
  },
  'topics-encrypted': {
    title: 'Messages of topics are encrypted with a key of ours',
    severity: 'medium',
    why: 'Alarms and findings say where it hurts.',
    remedy: customerKey,
    judge: each('aws_sns_topic', ({ values }) =>
      says(
        values.kms_master_key_id !== undefined,
        values.kms_master_key_id ? 'key of ours' : 'not encrypted',
      ),
    ),
  },
  'queues-encrypted': {
    title: 'Messages of queues are encrypted',
    severity: 'medium',
    why: 'Messages lie on disks of AWS until they are read.',
    remedy: 'Set sqs_managed_sse_enabled, or give the queue a key.',
    judge: each('aws_sqs_queue', ({ values }) =>
      says(
        values.sqs_managed_sse_enabled === true || values.kms_master_key_id !== undefined,
        `sqs_managed_sse_enabled = ${values.sqs_managed_sse_enabled ?? '(not set)'}`,
      ),
    ),
  },
  'metrics-encrypted': {
    title: 'Workspaces of metrics are encrypted with a key of ours',
    severity: 'low',
    why: 'Access to a key of AWS cannot be withdrawn.',
    remedy: customerKey,
    judge: each('aws_prometheus_workspace', ({ values }) =>
      says(values.kms_key_arn !== undefined, values.kms_key_arn ? 'key of ours' : 'key of AWS'),
    ),
  },
  'functions-encrypted': {
    title: 'Settings of functions are encrypted with a key of ours',
    severity: 'low',
    why: 'Who may read a function’s settings should be decided by us.',
    remedy: customerKey,
    judge: each('aws_lambda_function', ({ values }) =>
      says(values.kms_key_arn !== undefined, values.kms_key_arn ? 'key of ours' : 'key of AWS'),
    ),
  },
  'images-encrypted': {
    title: 'Images are encrypted with a key of ours',
    severity: 'low',
    why: 'Who can pull an image can read the service.',
    remedy: 'constructs/account gives the repository its key.',
    judge: each('aws_ecr_repository', ({ values }) =>
      is(
        values.encryption_configuration?.encryption_type === 'KMS' &&
          values.encryption_configuration.kms_key !== undefined,
        'encryption_type',
        values.encryption_configuration?.encryption_type,
      ),
    ),
  },
  'secrets-customer-key': {
    title: 'Secrets are encrypted with a key of ours',
    severity: 'high',
    why: 'Whoever may read secrets of the account could read these as well.',
    remedy: customerKey,
    judge: each('aws_secretsmanager_secret', ({ values }) =>
      says(values.kms_key_id !== undefined, values.kms_key_id ? 'key of ours' : 'key of AWS'),
    ),
  },
  'topics-tls-only': {
    title: 'Topics refuse messages without TLS',
    severity: 'medium',
    why: 'Alarms could be read or forged on the way.',
    remedy: 'constructs/alarms writes the statement OnlyTls: make the topic by it.',
    judge: each('aws_sns_topic', (topic, environment) => {
      const policies = environment
        .of(topic, 'aws_sns_topic_policy', 'arn')
        .map(({ values }) => values.policy);
      if (policies.length > 0 && policies.every((one) => one === undefined)) return undefined;
      const refuses = policies.some((one) =>
        one?.some(
          ({ effect, conditions }) =>
            effect === 'Deny' && conditions['bool aws:securetransport']?.includes('false'),
        ),
      );
      return says(
        refuses,
        refuses ? 'policy denies requests without TLS' : 'no statement denies requests without TLS',
      );
    }),
  },
} satisfies Evaluators;
