import { type Cases, policyOf, withStatement } from './case';

const open = { Sid: 'Everybody', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
const tls = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const tls12 = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
};
const all = {
  block_public_acls: true,
  block_public_policy: true,
  ignore_public_acls: true,
  restrict_public_buckets: true,
};
const bucket = { aws_s3_bucket: { a: { bucket: 'a' } } };
const at = { bucket: '${aws_s3_bucket.a.id}' };
const kms = {
  rule: [
    {
      apply_server_side_encryption_by_default: {
        sse_algorithm: 'aws:kms',
        kms_master_key_id: '${aws_kms_key.k.arn}',
      },
      bucket_key_enabled: true,
    },
  ],
};
const rules = {
  rule: [
    {
      id: 'x',
      status: 'Enabled',
      noncurrent_version_expiration: [{ noncurrent_days: 30 }],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
    },
  ],
};

export const storage: Cases = {
  's3-public-access-blocked': {
    good: { ...bucket, aws_s3_bucket_public_access_block: { a: { ...at, ...all } } },
    patch: { aws_s3_bucket_public_access_block: { block_public_policy: false } },
    golden: 'prod/data',
  },
  's3-account-access-blocked': {
    good: { aws_s3_account_public_access_block: { a: all } },
    patch: { aws_s3_account_public_access_block: { restrict_public_buckets: false } },
    golden: 'prod/bootstrap',
  },
  's3-encrypted': {
    good: { ...bucket, aws_s3_bucket_server_side_encryption_configuration: { a: { ...at, ...kms } } },
    patch: { aws_s3_bucket_server_side_encryption_configuration: null },
    golden: 'prod/data',
    also: ['s3-customer-key'],
  },
  's3-customer-key': {
    good: { ...bucket, aws_s3_bucket_server_side_encryption_configuration: { a: { ...at, ...kms } } },
    patch: {
      aws_s3_bucket_server_side_encryption_configuration: {
        rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }],
      },
    },
    golden: 'prod/data',
  },
  's3-bucket-key': {
    good: { ...bucket, aws_s3_bucket_server_side_encryption_configuration: { a: { ...at, ...kms } } },
    patch: {
      aws_s3_bucket_server_side_encryption_configuration: {
        rule: ([rule]: object[]) => [{ ...rule, bucket_key_enabled: false }],
      },
    },
    golden: 'prod/data',
  },
  's3-versioned': {
    good: {
      ...bucket,
      aws_s3_bucket_versioning: { a: { ...at, versioning_configuration: { status: 'Enabled' } } },
    },
    patch: { aws_s3_bucket_versioning: { versioning_configuration: { status: 'Suspended' } } },
    golden: 'prod/data',
  },
  's3-tls-only': {
    good: { ...bucket, aws_s3_bucket_policy: { a: { ...at, policy: policyOf(tls) } } },
    patch: {
      aws_s3_bucket_policy: {
        policy: (text: string) => text.replace('aws:SecureTransport', 'aws:SecureTransport2'),
      },
    },
    golden: 'prod/data',
  },
  's3-tls-1.2': {
    good: { ...bucket, aws_s3_bucket_policy: { a: { ...at, policy: policyOf(tls12) } } },
    patch: { aws_s3_bucket_policy: { policy: (text: string) => text.replace('"1.2"', '"1.0"') } },
    golden: 'prod/data',
  },
  's3-no-public-policy': {
    good: { ...bucket, aws_s3_bucket_policy: { a: { ...at, policy: policyOf(tls) } } },
    patch: { aws_s3_bucket_policy: { policy: withStatement(open) } },
    golden: 'prod/data',
  },
  's3-owner-enforced': {
    good: {
      ...bucket,
      aws_s3_bucket_ownership_controls: { a: { ...at, rule: { object_ownership: 'BucketOwnerEnforced' } } },
    },
    patch: { aws_s3_bucket_ownership_controls: { rule: { object_ownership: 'ObjectWriter' } } },
    golden: 'prod/data',
  },
  's3-access-logged': {
    good: {
      aws_s3_bucket: { a: {}, logs: {} },
      aws_s3_bucket_logging: { a: { ...at, target_bucket: '${aws_s3_bucket.logs.id}' } },
    },
    patch: { aws_s3_bucket_logging: null },
    golden: 'prod/data',
  },
  's3-expires': {
    good: { ...bucket, aws_s3_bucket_lifecycle_configuration: { a: { ...at, ...rules } } },
    patch: {
      aws_s3_bucket_lifecycle_configuration: {
        rule: (list: { noncurrent_version_expiration?: unknown }[]) =>
          list.map(({ noncurrent_version_expiration, ...rest }) => rest),
      },
    },
    golden: 'prod/data',
  },
  's3-uploads-aborted': {
    good: { ...bucket, aws_s3_bucket_lifecycle_configuration: { a: { ...at, ...rules } } },
    patch: {
      aws_s3_bucket_lifecycle_configuration: {
        rule: (list: { abort_incomplete_multipart_upload?: unknown }[]) =>
          list.map(({ abort_incomplete_multipart_upload, ...rest }) => rest),
      },
    },
    golden: 'prod/data',
  },
  's3-protected': {
    good: { aws_s3_bucket: { a: { lifecycle: { prevent_destroy: true } } } },
    patch: { aws_s3_bucket: { lifecycle: { prevent_destroy: false } } },
    golden: 'prod/data',
  },
  's3-not-forced': {
    good: bucket,
    patch: { aws_s3_bucket: { force_destroy: true } },
    golden: 'prod/data',
  },
  's3-backups-locked': {
    good: {
      aws_s3_bucket: { a: { object_lock_enabled: true } },
      aws_s3_bucket_object_lock_configuration: {
        a: { ...at, rule: { default_retention: { days: 14, mode: 'GOVERNANCE' } } },
      },
    },
    patch: { aws_s3_bucket_object_lock_configuration: null },
    golden: 'prod/backup',
  },
};
