import type { Environment } from '../engine/environment';
import { each, is, type Judgement, says, some } from '../engine/judge';
import type { Evaluators } from '../engine/model';
import type { Statement } from '../engine/policy';
import type { Resource } from '../engine/read';
import { letsNobodyIn } from './public-policy';

type Bucket = Resource<'aws_s3_bucket'>;

const bucketPolicy = (bucket: Bucket, environment: Environment) =>
  environment.of(bucket, 'aws_s3_bucket_policy', 'bucket').map(({ values }) => values.policy);

/** A statement of the bucket's policy; nothing where the policy is known only after apply. */
function inPolicy(
  bucket: Bucket,
  environment: Environment,
  what: string,
  holds: (statement: Statement) => boolean,
): Judgement | undefined {
  const policies = bucketPolicy(bucket, environment);
  if (policies.length > 0 && policies.every((one) => one === undefined)) return undefined;
  const has = policies.some((one) => one?.some(holds));
  return says(has, has ? `policy ${what}` : `no statement of its policy ${what}`);
}

const lifecycle = (bucket: Bucket, environment: Environment) =>
  environment
    .of(bucket, 'aws_s3_bucket_lifecycle_configuration', 'bucket')
    .flatMap(({ values }) => values.rule)
    .filter(({ status }) => status === 'Enabled');

const encryption = (bucket: Bucket, environment: Environment) =>
  environment.of(bucket, 'aws_s3_bucket_server_side_encryption_configuration', 'bucket')[0]?.values.rule;

const standsInConstruct = 'constructs/storage makes every bucket so: make this one by it.';

export const storage = {
  's3-public-access-blocked': {
    title: 'Buckets refuse public access',
    severity: 'critical',
    why: 'One wrong policy or ACL would put its objects on the internet.',
    remedy: standsInConstruct,
    judge: each('aws_s3_bucket', (bucket, environment) => {
      const [block] = environment.of(bucket, 'aws_s3_bucket_public_access_block', 'bucket');
      const { block_public_acls, block_public_policy, ignore_public_acls, restrict_public_buckets } =
        block?.values ?? {};
      const all = { block_public_acls, block_public_policy, ignore_public_acls, restrict_public_buckets };
      const open = Object.entries(all).filter(([, value]) => value !== true);
      return says(
        open.length === 0,
        open.length === 0
          ? 'all four blocks are on'
          : `not blocked: ${open.map(([name]) => name).join(', ')}`,
      );
    }),
  },
  's3-account-access-blocked': {
    title: 'The account refuses public buckets',
    severity: 'critical',
    why: 'A bucket that somebody makes by hand has no block of its own.',
    remedy: 'constructs/account sets it for the whole account: deploy bootstrap.',
    judge: some('aws_s3_account_public_access_block', ({ values }) => {
      const open = Object.entries(values).filter(([, value]) => value !== true);
      return says(
        open.length === 0,
        open.length === 0
          ? 'all four blocks are on'
          : `not blocked: ${open.map(([name]) => name).join(', ')}`,
      );
    }),
  },
  's3-encrypted': {
    title: 'Buckets encrypt what they store',
    severity: 'high',
    why: 'Objects on a lost or copied disk could be read.',
    remedy: standsInConstruct,
    judge: each('aws_s3_bucket', (bucket, environment) => {
      const algorithm = encryption(bucket, environment)?.apply_server_side_encryption_by_default
        ?.sse_algorithm;
      return is(algorithm !== undefined, 'sse_algorithm', algorithm);
    }),
  },
  's3-customer-key': {
    title: 'Buckets encrypt with a key of ours',
    severity: 'medium',
    why: 'Access to a key of AWS cannot be withdrawn, nor its use be seen in the trail.',
    remedy: 'Give the bucket a key: `key` of constructs/storage.',
    judge: each('aws_s3_bucket', (bucket, environment) => {
      const rule = encryption(bucket, environment)?.apply_server_side_encryption_by_default;
      return is(
        rule?.sse_algorithm === 'aws:kms' && rule.kms_master_key_id !== undefined,
        'sse_algorithm',
        rule?.sse_algorithm,
      );
    }),
  },
  's3-bucket-key': {
    title: 'Buckets with a key of ours use bucket keys',
    severity: 'low',
    why: 'Each object would cost a request to KMS, and meet its limits under load.',
    remedy: standsInConstruct,
    judge: each('aws_s3_bucket', (bucket, environment) => {
      const rule = encryption(bucket, environment);
      if (rule?.apply_server_side_encryption_by_default?.sse_algorithm !== 'aws:kms') return undefined;
      return is(rule.bucket_key_enabled === true, 'bucket_key_enabled', rule.bucket_key_enabled);
    }),
  },
  's3-versioned': {
    title: 'Buckets keep versions',
    severity: 'high',
    why: 'What is overwritten or deleted by mistake would be gone.',
    remedy: standsInConstruct,
    judge: each('aws_s3_bucket', (bucket, environment) => {
      const [versioning] = environment.of(bucket, 'aws_s3_bucket_versioning', 'bucket');
      const status = versioning?.values.versioning_configuration?.status;
      return is(status === 'Enabled', 'versioning', status);
    }),
  },
  's3-tls-only': {
    title: 'Buckets refuse requests without TLS',
    severity: 'high',
    why: 'Objects and signatures could be read on the way.',
    remedy: standsInConstruct,
    judge: each('aws_s3_bucket', (bucket, environment) =>
      inPolicy(
        bucket,
        environment,
        'denies requests without TLS',
        ({ effect, principals, conditions }) =>
          effect === 'Deny' &&
          principals.includes('*') &&
          conditions['bool aws:securetransport']?.includes('false') === true,
      ),
    ),
  },
  's3-tls-1.2': {
    title: 'Buckets refuse TLS before 1.2',
    severity: 'medium',
    why: 'Older versions have known weaknesses.',
    remedy: standsInConstruct,
    judge: each('aws_s3_bucket', (bucket, environment) =>
      inPolicy(
        bucket,
        environment,
        'denies TLS before 1.2',
        ({ effect, conditions }) =>
          effect === 'Deny' && Number(conditions['numericlessthan s3:tlsversion']?.[0]) >= 1.2,
      ),
    ),
  },
  's3-no-public-policy': {
    title: 'No bucket policy lets everybody in',
    severity: 'critical',
    why: 'Everybody could read or write its objects.',
    remedy: 'Name the principals, or bind the statement to an account or a source by a condition.',
    judge: each('aws_s3_bucket_policy', ({ values }) => {
      if (values.policy === undefined) return undefined;
      return letsNobodyIn(values.policy);
    }),
  },
  's3-owner-enforced': {
    title: 'Access to buckets is decided by policies alone',
    severity: 'medium',
    why: 'ACLs of single objects would grant what no policy shows.',
    remedy: standsInConstruct,
    judge: each('aws_s3_bucket', (bucket, environment) => {
      const [controls] = environment.of(bucket, 'aws_s3_bucket_ownership_controls', 'bucket');
      const ownership = controls?.values.rule?.object_ownership;
      return is(ownership === 'BucketOwnerEnforced', 'object_ownership', ownership);
    }),
  },
  's3-access-logged': {
    title: 'Requests to buckets are logged',
    severity: 'medium',
    why: 'Nobody could tell who read what.',
    remedy: 'Give the bucket `accessLogs` of constructs/storage.',
    judge: each('aws_s3_bucket', (bucket, environment) => {
      // A bucket of logs that logged itself would never end.
      if (environment.of(bucket, 'aws_s3_bucket_logging', 'target_bucket').length > 0) {
        return says(true, 'receives the logs of the others');
      }
      const [logging] = environment.of(bucket, 'aws_s3_bucket_logging', 'bucket');
      return says(logging !== undefined, logging ? 'is logged' : 'no access log');
    }),
  },
  's3-expires': {
    title: 'Buckets delete what is no longer kept',
    severity: 'medium',
    why: 'Old versions of personal data would be kept without end, and paid for.',
    remedy: 'State the days in environments/ and let constructs/storage write the rule.',
    judge: each('aws_s3_bucket', (bucket, environment) => {
      const days = lifecycle(bucket, environment).map(
        (rule) => rule.noncurrent_version_expiration?.noncurrent_days,
      );
      const first = days.find((one) => one !== undefined);
      return is(first !== undefined, 'noncurrent_days', first);
    }),
  },
  's3-uploads-aborted': {
    title: 'Buckets abort uploads that nobody finishes',
    severity: 'low',
    why: 'Parts of uploads are paid for and shown nowhere.',
    remedy: standsInConstruct,
    judge: each('aws_s3_bucket', (bucket, environment) => {
      const days = lifecycle(bucket, environment)
        .map((rule) => rule.abort_incomplete_multipart_upload?.days_after_initiation)
        .find((one) => one !== undefined);
      return is(days !== undefined, 'days_after_initiation', days);
    }),
  },
  's3-protected': {
    title: 'Terraform refuses to destroy buckets',
    severity: 'high',
    why: 'A renamed construct would delete the bucket with everything in it.',
    remedy: standsInConstruct,
    appliesTo: { tiers: ['production'], otherwise: 'only production must not be deletable by one mistake' },
    judge: each('aws_s3_bucket', ({ preventDestroy }) =>
      is(preventDestroy, 'prevent_destroy', preventDestroy),
    ),
  },
  's3-not-forced': {
    title: 'Buckets are not emptied when they are destroyed',
    severity: 'high',
    why: 'A destroy would take the objects along without a question.',
    remedy: 'Take force_destroy out.',
    appliesTo: { tiers: ['production'], otherwise: 'only production must not be deletable by one mistake' },
    judge: each('aws_s3_bucket', ({ values }) =>
      is(values.force_destroy !== true, 'force_destroy', values.force_destroy),
    ),
  },
  's3-backups-locked': {
    title: 'Buckets of the cluster’s backups are locked',
    severity: 'high',
    why: 'Whoever takes over the cluster could delete its backups.',
    remedy: 'backup.velero.lockDays in the environment says for how long.',
    judge: each('aws_s3_bucket', (bucket, environment) => {
      if (bucket.values.object_lock_enabled !== true) return undefined;
      const [lock] = environment.of(bucket, 'aws_s3_bucket_object_lock_configuration', 'bucket');
      const retention = lock?.values.rule?.default_retention;
      return is((retention?.days ?? 0) > 0, 'retention days', retention?.days);
    }),
  },
} satisfies Evaluators;
