import { block, blocks, flag, number, text } from '../engine/fields';
import { policy } from '../engine/policy';

export const storage = {
  aws_s3_bucket: { bucket: text, force_destroy: flag, object_lock_enabled: flag },
  aws_s3_bucket_lifecycle_configuration: {
    bucket: text,
    rule: blocks({
      status: text,
      abort_incomplete_multipart_upload: block({ days_after_initiation: number }),
      noncurrent_version_expiration: block({ noncurrent_days: number }),
      expiration: block({ days: number }),
    }),
  },
  aws_s3_bucket_logging: { bucket: text, target_bucket: text },
  aws_s3_bucket_object_lock_configuration: {
    bucket: text,
    rule: block({ default_retention: block({ days: number, mode: text }) }),
  },
  aws_s3_bucket_ownership_controls: { bucket: text, rule: block({ object_ownership: text }) },
  aws_s3_bucket_policy: { bucket: text, policy },
  aws_s3_bucket_public_access_block: {
    bucket: text,
    block_public_acls: flag,
    block_public_policy: flag,
    ignore_public_acls: flag,
    restrict_public_buckets: flag,
  },
  aws_s3_bucket_server_side_encryption_configuration: {
    bucket: text,
    rule: block({
      apply_server_side_encryption_by_default: block({ sse_algorithm: text, kms_master_key_id: text }),
      bucket_key_enabled: flag,
    }),
  },
  aws_s3_bucket_versioning: { bucket: text, versioning_configuration: block({ status: text }) },
} as const;
