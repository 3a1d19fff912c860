/**
 * What must hold of every resource of a kind, in the cheapest environment, in production, with every option on, and in an
 * account: a resource that is added later falls under it without a line here.
 */
import {
  account,
  adopted,
  big,
  bootstrap,
  delegated,
  environmentStacks,
  type Json,
  list,
  optional,
  type PolicyStatement,
  type Synthesised,
  small,
  statements,
} from './aws-fixture';

const stacks: Record<string, Synthesised> = {
  bootstrap: bootstrap(),
  'bootstrap-with-everything': bootstrap({
    github: {
      repository: 'acme/platform',
      provider: 'managed',
      sessionHours: 2,
      branch: 'main',
      clusterPlans: false,
    },
    security: { ...account.security, passwordPolicy: 'managed', runtimeAgents: true },
  }),
  ...named('small', environmentStacks(small)),
  ...named('big', environmentStacks(big)),
  ...named('optional', environmentStacks(optional)),
  ...named('adopted', environmentStacks(adopted)),
  ...named('delegated', environmentStacks(delegated)),
};

function named(environment: string, all: Record<string, Synthesised>): Record<string, Synthesised> {
  return Object.fromEntries(
    Object.entries(all).map(([component, stack]) => [`${environment}-${component}`, stack]),
  );
}

/** Resources of a type in all stacks. */
const every = (type: string): [string, Json][] =>
  Object.entries(stacks).flatMap(([name, stack]) =>
    Object.entries(stack.all(type)).map(([id, resource]): [string, Json] => [`${name}: ${id}`, resource]),
  );
const violations = (type: string, holds: (resource: Json) => boolean): string[] => {
  const found = every(type);
  // A rule about nothing proves nothing.
  expect(found).not.toHaveLength(0);
  return found.filter(([, resource]) => !holds(resource)).map(([name]) => name);
};
/** Policies of all kinds, by where they are. */
const policies = (types: Record<string, string>): [string, string][] =>
  Object.entries(types).flatMap(([type, key]) =>
    every(type).map(([name, resource]): [string, string] => [name, resource[key]]),
  );

test('every key is rotated, recoverable, and administered by the account', () => {
  expect(
    violations('aws_kms_key', (key) => {
      const [account] = statements(key.policy);
      return (
        key.enable_key_rotation === true &&
        key.deletion_window_in_days === 30 &&
        account?.Principal.AWS === 'arn:aws:iam::123456789012:root' &&
        account.Action === 'kms:*'
      );
    }),
  ).toEqual([]);
  expect(every('aws_kms_alias')).toHaveLength(every('aws_kms_key').length);
});

/** What says on whose behalf a service comes. */
const narrowing = ['kms:EncryptionContext:aws:logs:arn', 'aws:SourceArn', 'aws:SourceAccount'];
const conditionKeys = (statement: { Condition?: Json }): string[] =>
  Object.values<Json>(statement.Condition ?? {}).flatMap((keys) => Object.keys(keys));

test('every log group has a retention and a key whose policy names it', () => {
  expect(
    violations('aws_cloudwatch_log_group', (group) => {
      const id = group.kms_key_id?.split('.')[1];
      const key = every('aws_kms_key').find(
        ([name, candidate]) => name.endsWith(`: ${id}`) && candidate.policy.includes(group.name),
      );
      return group.retention_in_days > 0 && key !== undefined;
    }),
  ).toEqual([]);
  for (const [, key] of every('aws_kms_key')) {
    for (const statement of statements(key.policy).filter((one) => one.Principal?.Service)) {
      expect([[...conditionKeys(statement)].some((one) => narrowing.includes(one)), statement.Sid]).toEqual([
        true,
        statement.Sid,
      ]);
    }
  }
});

/** What only AWS writes to, which refuses to where a key of ours is. */
const deliveredLogs = /^holdfast-([a-z0-9]+-logs|requests)-\d{12}-/;

test('every bucket is private, versioned, encrypted with a key of its own, over TLS alone', () => {
  for (const [name, bucket] of every('aws_s3_bucket')) {
    const [stack, id] = name.split(': ') as [string, string];
    const companion = (type: string): Json =>
      every(type).find(
        ([other, resource]) =>
          other.startsWith(`${stack}: `) && resource.bucket === `\${aws_s3_bucket.${id}.id}`,
      )?.[1];
    expect(companion('aws_s3_bucket_public_access_block')).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(companion('aws_s3_bucket_versioning').versioning_configuration.status).toBe('Enabled');
    expect(companion('aws_s3_bucket_ownership_controls').rule.object_ownership).toBe('BucketOwnerEnforced');
    expect(
      companion('aws_s3_bucket_server_side_encryption_configuration').rule[0]
        .apply_server_side_encryption_by_default,
    ).toEqual(
      deliveredLogs.test(bucket.bucket)
        ? { sse_algorithm: 'AES256' }
        : {
            sse_algorithm: 'aws:kms',
            kms_master_key_id: expect.stringMatching(/^\$\{aws_kms_key\..*\.arn\}$/),
          },
    );
    expect(companion('aws_s3_bucket_lifecycle_configuration').rule).not.toHaveLength(0);
    const [tls] = statements(companion('aws_s3_bucket_policy').policy);
    expect(tls).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${bucket.bucket}`, `arn:aws:s3:::${bucket.bucket}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  }
});

test('security groups let nobody in of their own; each rule opens one port to one side', () => {
  // The list of what it lets out is written down, so that nothing else does; at most one port of another group.
  const toOneGroup = (rule: Json) =>
    rule.from_port === rule.to_port &&
    rule.security_groups.length === 1 &&
    [rule.cidr_blocks, rule.ipv6_cidr_blocks, rule.prefix_list_ids].every((others) => others.length === 0);
  // Systems Manager, which leads people to the bastion, has no addresses that one could name.
  const toSystemsManager = (group: Json, rule: Json) =>
    group.name.endsWith('-bastion') && rule.from_port === 443 && rule.to_port === 443;
  expect(
    violations(
      'aws_security_group',
      (group) =>
        !group.ingress &&
        group.egress?.every((rule: Json) => toOneGroup(rule) || toSystemsManager(group, rule)) === true,
    ),
  ).toEqual([]);
  expect(
    violations('aws_vpc_security_group_ingress_rule', (rule) => {
      const fromVpc = ['10.99.0.0/16', '100.64.0.0/16'].includes(rule.cidr_ipv4);
      const fromCluster = rule.referenced_security_group_id?.includes('cluster_security_group_id') === true;
      const fromProxyOrBastion = /^\$\{aws_security_group\.(database-proxy|bastion)_/.test(
        rule.referenced_security_group_id ?? '',
      );
      return (
        rule.ip_protocol === 'tcp' &&
        rule.from_port === rule.to_port &&
        [443, 5432, 6379].includes(rule.from_port) &&
        [fromVpc, fromCluster, fromProxyOrBastion].filter(Boolean).length === 1
      );
    }),
  ).toEqual([]);
  expect(
    violations('aws_default_security_group', (group) => !group.ingress?.length && !group.egress?.length),
  ).toEqual([]);
  expect(every('aws_security_group_rule')).toEqual([]);
  expect(every('aws_vpc_security_group_egress_rule')).toEqual([]);
});

test('every store is encrypted with a key of ours', () => {
  const key = expect.stringMatching(/^\$\{aws_kms_key\..*\.arn\}$/);
  for (const [, instance] of every('aws_db_instance')) {
    // RDS gives a replica its source's key, and refuses one beside it.
    expect(instance).toMatchObject({
      storage_encrypted: true,
      ...(instance.replicate_source_db ? {} : { kms_key_id: key }),
      ...(instance.manage_master_user_password ? { master_user_secret_kms_key_id: key } : {}),
      performance_insights_kms_key_id: key,
    });
  }
  for (const [, cache] of every('aws_elasticache_replication_group')) {
    expect(cache).toMatchObject({
      at_rest_encryption_enabled: 'true',
      transit_encryption_enabled: true,
      transit_encryption_mode: 'required',
      kms_key_id: key,
    });
  }
  for (const [, topic] of every('aws_sns_topic')) expect(topic.kms_master_key_id).toEqual(key);
  for (const [, copies] of every('aws_db_instance_automated_backups_replication')) {
    expect(copies.kms_key_id).toEqual(key);
  }
  for (const [, secret] of every('aws_secretsmanager_secret')) expect(secret.kms_key_id).toEqual(key);
  for (const [, cluster] of every('aws_eks_cluster')) {
    expect(cluster.encryption_config).toEqual({ provider: { key_arn: key }, resources: ['secrets'] });
  }
  for (const [, repository] of every('aws_ecr_repository')) {
    expect(repository.encryption_configuration).toEqual([{ encryption_type: 'KMS', kms_key: key }]);
  }
  for (const [, template] of every('aws_launch_template')) {
    for (const { ebs } of template.block_device_mappings) expect(ebs.encrypted).toBe('true');
  }
});

test('no policy allows every action of a service to an identity, or anything to everybody', () => {
  const identities = policies({ aws_iam_role_policy: 'policy', aws_iam_policy: 'policy' });
  expect(identities).not.toHaveLength(0);
  const broad = identities.flatMap(([name, policy]) =>
    statements(policy)
      .filter((one) => one.Effect === 'Allow')
      .filter((one) => one.NotAction || list(one.Action ?? []).some((action) => action.endsWith(':*')))
      .map((one) => ({ name, sid: one.Sid })),
  );
  // Each with the reason that makes it bearable; a sid that is new here needs one too.
  const reasons: Record<string, string> = {
    AllButIdentityAndState: 'an environment is made of nearly everything; never account, identity or state',
    AllBucketsButState: 'the buckets of an environment; never the one that holds the states',
  };
  expect(broad.filter(({ name, sid }) => !(sid in reasons) || !name.includes('github_'))).toEqual([]);
  expect(new Set(broad.map(({ sid }) => sid))).toEqual(new Set(Object.keys(reasons)));
  const resources = policies({
    aws_kms_key: 'policy',
    aws_s3_bucket_policy: 'policy',
    aws_sqs_queue_policy: 'policy',
    aws_sns_topic_policy: 'policy',
  });
  for (const [name, policy] of resources) {
    const open = statements(policy).filter((one) => one.Effect === 'Allow' && one.Principal === '*');
    expect([name, open]).toEqual([name, []]);
    const services = statements(policy).filter((one) => one.Effect === 'Allow' && one.Principal?.Service);
    // Elastic Load Balancing writes below the number of the account whose load balancer it is, so the path narrows it.
    const ownPath = (one: PolicyStatement) =>
      list(one.Resource).every((path) => path.endsWith('/AWSLogs/123456789012/*'));
    expect(
      services.filter((one) => !ownPath(one) && !conditionKeys(one).some((key) => narrowing.includes(key))),
    ).toEqual([]);
  }
});

test('every policy fits IAM’s limits', () => {
  const size = (policy: string) => policy.replace(/\s/g, '').length;
  expect(violations('aws_iam_policy', ({ policy }) => size(policy) <= 6_144)).toEqual([]);
  expect(violations('aws_iam_role_policy', ({ policy }) => size(policy) <= 10_240)).toEqual([]);
});

test('every trust is in one service or identity provider, and narrowed where the service says on whose behalf it comes', () => {
  expect(
    violations('aws_iam_role', (role) => {
      const [trust, ...others] = statements(role.assume_role_policy);
      const service = (trust?.Principal.Service ?? trust?.Principal.Federated) as string;
      // They say nothing more about themselves.
      const unconditional = [
        'cloudtrail.amazonaws.com',
        'ec2.amazonaws.com',
        'lambda.amazonaws.com',
      ].includes(service);
      return others.length === 0 && (unconditional || trust?.Condition !== undefined);
    }),
  ).toEqual([]);
});

test('names fit AWS’s limits in the environment with the longest name', () => {
  const tooLong = (type: string, key: string, limit: number) =>
    violations(type, (resource) => (resource[key] ?? '').length <= limit);
  expect(tooLong('aws_iam_role', 'name', 64)).toEqual([]);
  expect(tooLong('aws_cloudwatch_event_rule', 'name', 64)).toEqual([]);
  expect(tooLong('aws_s3_bucket', 'bucket', 63)).toEqual([]);
  expect(tooLong('aws_eks_node_group', 'node_group_name_prefix', 37)).toEqual([]);
  expect(tooLong('aws_elasticache_replication_group', 'replication_group_id', 40)).toEqual([]);
  expect(tooLong('aws_db_instance', 'identifier', 63)).toEqual([]);
  expect(tooLong('aws_elasticache_user', 'user_id', 40)).toEqual([]);
  expect(tooLong('aws_cloudwatch_metric_alarm', 'alarm_name', 255)).toEqual([]);
  expect(tooLong('aws_sns_topic', 'name', 256)).toEqual([]);
  expect(tooLong('aws_lambda_function', 'function_name', 64)).toEqual([]);
});

test('nothing secret goes into state or outputs', () => {
  const passwords = Object.entries(stacks).flatMap(([name, { json }]) =>
    [...JSON.stringify(json).matchAll(/"(password|passwords|auth_token|secret_string|secret_binary)":/g)].map(
      (match) => `${name}: ${match[1]}`,
    ),
  );
  expect(passwords).toEqual([]);
  for (const [name, { json }] of Object.entries(stacks)) {
    for (const [key, output] of Object.entries<Json>(json.output ?? {})) {
      expect([name, key, output.sensitive]).toEqual([name, key, undefined]);
    }
  }
  // What is written into a secret is write-only: it passes through Terraform and stays nowhere.
  expect(
    violations(
      'aws_secretsmanager_secret_version',
      (version) => version.secret_string === undefined && version.secret_string_wo !== undefined,
    ),
  ).toEqual([]);
});
