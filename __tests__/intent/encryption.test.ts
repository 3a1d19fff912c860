/**
 * Whatever can be encrypted is. The provider itself says what can be: the properties of a resource that name keys or
 * encryption, so a kind of store that nobody has thought of yet falls under it.
 */
import { readFileSync } from 'node:fs';
import { everyResource, type Placed } from '../support/every-stack';

/** Properties that the provider offers for a type, as Terraform writes them: of the resource itself, not of its blocks. */
const offered = new Map<string, string[]>();
function offeredBy(type: string): string[] {
  const known = offered.get(type);
  if (known) return known;
  const file = `node_modules/@cdktf/provider-aws/lib/${type.slice('aws_'.length).replaceAll('_', '-')}/index.d.ts`;
  const [, own = ''] =
    /export interface \w+Config extends [^{]*\{([\s\S]*?)\n\}/.exec(readFileSync(file, 'utf8')) ?? [];
  const names = [...own.matchAll(/^ {4}readonly (\w+)\??:/gm)]
    .map((match) => (match[1] as string).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
    .filter((name) =>
      /kms_.*key(_id|_arn)?$|encrypt|(^|_)sse(_|$)|^transit_enc|require_tls|tls_policy/.test(name),
    );
  offered.set(type, names);
  return names;
}

/** What is left unset, and why. A property that is new here needs a reason, or a value. */
const unset: Record<string, (resource: Placed) => string | false> = {
  'aws_s3_bucket.server_side_encryption_configuration': () => 'deprecated: a resource of its own says it',
  'aws_db_instance.kms_key_id': ({ values }) =>
    values['replicate_source_db'] !== undefined && 'RDS gives a replica its source’s key',
  'aws_db_instance.master_user_secret_kms_key_id': ({ values }) =>
    (values['replicate_source_db'] !== undefined && 'a replica has its source’s users') ||
    (values['manage_master_user_password'] !== true &&
      'RDS keeps no password: it was written once, and is in no state'),
  'aws_lambda_function.source_kms_key_arn': () => 'its code is in the repository, for everybody to read',
  'aws_sqs_queue.kms_master_key_id': ({ values }) =>
    values['sqs_managed_sse_enabled'] === true && 'SQS’s own key, which EventBridge needs no grant for',
};

const isOn = (value: unknown): boolean => value !== undefined && value !== null && `${value}` !== 'false';
const all = everyResource().filter(({ type }) => type.startsWith('aws_'));
const looked = all.flatMap((resource) =>
  offeredBy(resource.type).map((property) => ({ resource, property })),
);

test('whatever the provider can encrypt is encrypted, or has a reason', () => {
  expect(
    looked
      .filter(({ resource, property }) => !isOn(resource.values[property]))
      .filter(({ resource, property }) => !unset[`${resource.type}.${property}`]?.(resource))
      .map(({ resource, property }) => `${resource.where} leaves ${property} unset`),
  ).toEqual([]);
});

test('the provider is read rightly: what is known to hold data is among what can be encrypted', () => {
  const known = new Set(looked.map(({ resource, property }) => `${resource.type}.${property}`));
  for (const property of [
    'aws_cloudtrail.kms_key_id',
    'aws_cloudwatch_log_group.kms_key_id',
    'aws_db_instance.kms_key_id',
    'aws_db_instance.performance_insights_kms_key_id',
    'aws_db_instance.storage_encrypted',
    'aws_ecr_repository.encryption_configuration',
    'aws_eks_cluster.encryption_config',
    'aws_elasticache_replication_group.at_rest_encryption_enabled',
    'aws_elasticache_replication_group.transit_encryption_enabled',
    'aws_secretsmanager_secret.kms_key_id',
    'aws_sns_topic.kms_master_key_id',
  ]) {
    expect(known).toContain(property);
  }
  expect(Object.keys(unset).filter((property) => !known.has(property))).toEqual([]);
});

test('every disk of a node is encrypted, and disks that nobody describes are by the account’s default', () => {
  const disks = everyResource('aws_launch_template').flatMap(
    ({ values }) => values['block_device_mappings'] as object[],
  );
  expect(disks.length).toBeGreaterThan(4);
  for (const disk of disks) expect(disk).toMatchObject({ ebs: { encrypted: 'true' } });
  const accounts = everyResource('aws_ebs_encryption_by_default');
  expect(accounts.length).toBeGreaterThan(1);
  for (const { values } of accounts) expect(values['enabled'] ?? true).toBe(true);
});

test('data is encrypted on its way: databases, caches, buckets, queues and topics refuse anything else', () => {
  const groups = everyResource('aws_db_parameter_group');
  expect(groups.length).toBeGreaterThan(4);
  for (const { values } of groups) {
    expect(values['parameter']).toContainEqual(
      expect.objectContaining({ name: 'rds.force_ssl', value: '1' }),
    );
  }
  for (const { values } of everyResource('aws_elasticache_replication_group')) {
    expect(values['transit_encryption_mode']).toBe('required');
  }
  /** Policies that deny what comes without TLS. */
  const guards = ['aws_s3_bucket_policy', 'aws_sqs_queue_policy', 'aws_sns_topic_policy'].flatMap((type) =>
    everyResource(type),
  );
  expect(guards.length).toBeGreaterThan(20);
  expect(
    guards
      .filter(
        ({ values }) =>
          !/"Effect":"Deny"[^}]*"Principal":"\*".*"aws:SecureTransport":"false"/.test(`${values['policy']}`),
      )
      .map(({ where }) => where),
  ).toEqual([]);
});
