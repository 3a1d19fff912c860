import {
  cacheAdminUser,
  cacheUser,
  exporter,
  generatedSecretKeys,
  migrationJob,
  roles,
  serviceRoleNames,
} from '../../../app/src/contract';
import { accessString } from '../../../constructs/cache/access';
import { serviceAccountName, serviceNamespace } from '../../../constructs/workload/names';
import {
  big,
  environmentStacks,
  type Json,
  list,
  optional,
  type Synthesised,
  small,
  statements,
} from '../aws-fixture';

const development = environmentStacks(small).data;
const production = environmentStacks(big).data;
const sharded = environmentStacks(optional).data;
const instances = (stack: Synthesised): Json[] => Object.values(stack.all('aws_db_instance'));
const primary = (stack: Synthesised): Json => instances(stack).find((one) => !one.replicate_source_db);
const replicas = (stack: Synthesised): Json[] => instances(stack).filter((one) => one.replicate_source_db);

/** The service's secret and what fills it; the monitoring's have their own. */
const ofServiceSecret = (stack: Synthesised, type: string): Json =>
  Object.entries<Json>(stack.all(type)).find(([id]) => id.startsWith('service-secret'))?.[1];

describe('the database', () => {
  test('is private, lets in roles by IAM and its owner with a password that RDS makes and rotates', () => {
    for (const stack of [development, production]) {
      for (const instance of instances(stack)) {
        expect(instance).toMatchObject({
          publicly_accessible: false,
          iam_database_authentication_enabled: true,
          auto_minor_version_upgrade: false,
          ca_cert_identifier: 'rds-ca-rsa2048-g1',
          copy_tags_to_snapshot: true,
          monitoring_interval: 60,
          performance_insights_enabled: true,
        });
      }
      expect(primary(stack)).toMatchObject({ username: migrationJob.databaseUser, db_name: 'holdfast' });
    }
    expect(primary(development).manage_master_user_password).toBe(true);
    expect(ofServiceSecret(development, 'aws_secretsmanager_secret').name).toBe(
      'holdfast/abcdefghij/service',
    );
  });

  test('in production has a standby and replicas, and survives its own destruction', () => {
    expect(primary(production)).toMatchObject({
      identifier: 'holdfast-big',
      multi_az: true,
      backup_retention_period: 30,
      deletion_protection: true,
      skip_final_snapshot: false,
      delete_automated_backups: false,
      database_insights_mode: 'advanced',
      performance_insights_retention_period: 465,
      allocated_storage: 100,
      max_allocated_storage: 500,
      lifecycle: { prevent_destroy: true, ignore_changes: ['final_snapshot_identifier'] },
    });
    expect(primary(production).final_snapshot_identifier).toMatch(/^holdfast-big-final-\$\{formatdate\(/);
    expect(replicas(production).map((one) => one.identifier)).toEqual([
      'holdfast-big-replica-1',
      'holdfast-big-replica-2',
    ]);
    for (const replica of replicas(production)) {
      expect(replica).toMatchObject({ deletion_protection: true, skip_final_snapshot: true });
      expect(replica.username ?? replica.engine ?? replica.kms_key_id).toBeUndefined();
    }
  });

  test('copies its backups into another region, encrypted with a key that lies there', () => {
    const [, elsewhere, ...others] = production.json.provider.aws;
    expect(others).toEqual([]);
    expect(elsewhere).toMatchObject({
      alias: 'recovery',
      region: 'eu-central-1',
      allowed_account_ids: ['123456789012'],
      assume_role: [{ role_arn: 'arn:aws:iam::123456789012:role/deployer' }],
    });
    const copies = production.only('aws_db_instance_automated_backups_replication');
    expect(copies).toMatchObject({
      source_db_instance_arn: expect.stringMatching(/^\$\{aws_db_instance\.database_primary_.*\.arn\}$/),
      // As far back as in the first region: the provider's own default is seven days.
      retention_period: 30,
      provider: 'aws.recovery',
    });
    const keys = Object.entries<Json>(production.all('aws_kms_key')).filter(([, key]) => key.provider);
    expect(keys.map(([id]) => `\${aws_kms_key.${id}.arn}`)).toEqual([copies.kms_key_id]);
    expect(keys[0]?.[1]).toMatchObject({ provider: 'aws.recovery', lifecycle: { prevent_destroy: true } });
    expect(
      Object.values<Json>(production.all('aws_kms_alias')).map((one) => [one.name, one.provider]),
    ).toEqual([
      ['alias/holdfast-big-data', undefined],
      ['alias/holdfast-big-recovery', 'aws.recovery'],
    ]);
  });

  test('has no second region unless the environment names one', () => {
    expect(development.json.provider.aws).toHaveLength(1);
    expect(development.all('aws_db_instance_automated_backups_replication')).toEqual({});
  });

  test('in development can be thrown away', () => {
    expect(primary(development)).toMatchObject({
      multi_az: false,
      deletion_protection: false,
      skip_final_snapshot: true,
      database_insights_mode: 'standard',
      performance_insights_retention_period: 7,
    });
    expect(primary(development).lifecycle).toBeUndefined();
    // Initial and greatest size are the same: no autoscaling, which RDS would refuse.
    expect(primary(development).max_allocated_storage).toBeUndefined();
    expect(replicas(development)).toEqual([]);
  });

  test('has parameters of its major version, which refuse connections without TLS', () => {
    const group = production.only('aws_db_parameter_group');
    expect(group).toMatchObject({
      name_prefix: 'holdfast-big-postgres18-',
      family: 'postgres18',
      lifecycle: { create_before_destroy: true },
    });
    expect(development.only('aws_db_parameter_group').family).toBe('postgres17');
    const values = Object.fromEntries(group.parameter.map((one: Json) => [one.name, one.value]));
    expect(values).toMatchObject({ 'rds.force_ssl': '1', shared_preload_libraries: 'pg_stat_statements' });
  });

  test('is maintained on Sunday at three, and backed up at another time', () => {
    for (const stack of [development, production]) {
      for (const instance of instances(stack))
        expect(instance.maintenance_window).toBe('sun:03:00-sun:04:00');
      expect(primary(stack).backup_window).toBe('01:00-02:00');
    }
  });

  test('logs into groups that are there before it, replicas too', () => {
    for (const instance of instances(production)) {
      for (const log of instance.enabled_cloudwatch_logs_exports) {
        const [id] =
          Object.entries(production.all('aws_cloudwatch_log_group')).find(
            ([, group]: [string, Json]) => group.name === `/aws/rds/instance/${instance.identifier}/${log}`,
          ) ?? [];
        expect(instance.depends_on).toContain(`aws_cloudwatch_log_group.${id}`);
      }
    }
  });
});

describe('the cache', () => {
  test('fails over where there is something to fail over to', () => {
    expect(production.only('aws_elasticache_replication_group')).toMatchObject({
      num_cache_clusters: 3,
      automatic_failover_enabled: true,
      multi_az_enabled: true,
      snapshot_retention_limit: 7,
      lifecycle: { prevent_destroy: true },
    });
    expect(development.only('aws_elasticache_replication_group')).toMatchObject({
      num_cache_clusters: 1,
      automatic_failover_enabled: false,
      multi_az_enabled: false,
    });
  });

  test('with shards runs in cluster mode, under another id, and hands on where its clients begin', () => {
    const group = sharded.only('aws_elasticache_replication_group');
    expect(group).toMatchObject({
      replication_group_id: 'holdfast-everything-sharded',
      num_node_groups: 3,
      replicas_per_node_group: 1,
      cluster_mode: 'enabled',
      automatic_failover_enabled: true,
      multi_az_enabled: true,
    });
    expect(group.num_cache_clusters).toBeUndefined();
    expect(sharded.only('aws_elasticache_parameter_group')).toMatchObject({
      name: 'holdfast-everything-valkey8-sharded',
      parameter: expect.arrayContaining([{ name: 'cluster-enabled', value: 'yes' }]),
    });
    expect(sharded.json.output.cache_host.value).toMatch(/configuration_endpoint_address\}$/);
    expect(sharded.json.output.cache_mode.value).toBe('cluster');
    expect(production.json.output.cache_host.value).toMatch(/primary_endpoint_address\}$/);
    expect(production.json.output.cache_mode.value).toBe('standalone');
    const watched = Object.values<Json>(sharded.all('aws_cloudwatch_metric_alarm')).filter(
      (alarm) => alarm.metric_name === 'EngineCPUUtilization',
    );
    expect(watched.map((alarm) => alarm.dimensions.CacheClusterId)).toHaveLength(6);
  });

  test('keeps memory back, and logs what is slow and what the server says', () => {
    expect(production.only('aws_elasticache_parameter_group').parameter).toEqual(
      expect.arrayContaining([
        { name: 'reserved-memory-percent', value: '25' },
        { name: 'maxmemory-policy', value: 'volatile-lru' },
      ]),
    );
    const delivered: Json[] = production.only('aws_elasticache_replication_group').log_delivery_configuration;
    expect(delivered.map((one) => one.log_type)).toEqual(['slow-log', 'engine-log']);
  });

  test('knows one user per role, by IAM, and no default user', () => {
    const users: Json[] = Object.values(production.all('aws_elasticache_user'));
    expect(users.map((user) => user.user_id).sort()).toEqual(
      [
        ...[...serviceRoleNames, 'exporter' as const].map((role) => cacheUser(role, big.name)),
        cacheAdminUser(big.name),
      ].sort(),
    );
    for (const user of users) {
      expect(user.user_name).toBe(user.user_id);
      expect(user.engine).toBe('valkey');
      expect(user.authentication_mode).toEqual({ type: 'iam' });
    }
    expect(production.only('aws_elasticache_user_group').user_ids).toHaveLength(users.length);
  });

  test('lets a role do what it needs, on the service’s keys', () => {
    expect(accessString('holdfast:', 'read-write')).toBe(
      'on ~holdfast:* resetchannels &holdfast:* -@all +@connection +@read +@write +eval +evalsha +time +subscribe +unsubscribe +publish -@dangerous',
    );
    expect(accessString('holdfast:', 'connect')).toBe(
      'on ~holdfast:* resetchannels &holdfast:* -@all +@connection +subscribe +unsubscribe +publish -@dangerous',
    );
    expect(accessString('holdfast:', 'monitor', true)).toBe(
      'on ~holdfast:* resetchannels -@all +@connection -@dangerous +info +slowlog|len +cluster|slots +cluster|shards +cluster|nodes +cluster|info',
    );
    const accessOf = (role: 'gateway' | 'exporter') =>
      Object.values(production.all('aws_elasticache_user')).find(
        (user: Json) => user.user_id === cacheUser(role, big.name),
      )?.access_string;
    expect(accessOf('gateway')).toContain('+@write');
    expect(accessOf('exporter')).toContain('+info');
    expect(accessOf('exporter')).not.toMatch(/\+@(read|write)/);
  });
});

describe('who may use them', () => {
  const guests = [...serviceRoleNames, 'exporter'] as const;

  test('each role of the service logs in as itself, to the database and the cache, and may do nothing else', () => {
    const trusted = Object.entries(production.all('aws_iam_role'))
      .filter(([id]) => id.startsWith('identity-'))
      .map(([id, role]: [string, Json]) => {
        const tags = statements(role.assume_role_policy)[0]?.Condition.StringEquals;
        expect(tags['aws:RequestTag/kubernetes-namespace']).toBe(serviceNamespace);
        return [id.split('_')[0], tags['aws:RequestTag/kubernetes-service-account']];
      });
    expect(trusted).toEqual(
      expect.arrayContaining(guests.map((role) => [`identity-${role}`, serviceAccountName(role)])),
    );
    expect(trusted).toHaveLength(guests.length);

    for (const role of guests) {
      const { databaseUser } = role === 'exporter' ? exporter : roles[role];
      const [policy = []] = Object.entries(production.all('aws_iam_role_policy'))
        .filter(([id]) => id.startsWith(`identity-${role}_`))
        .map(([, one]: [string, Json]) => statements(one.policy));
      expect(policy.map((one) => [one.Action, list(one.Resource)])).toEqual([
        [
          'rds-db:connect',
          [
            // Whose sessions would be the proxy's own.
            ...(role === 'exporter' ? [] : ['local.database-proxy_resource-id']),
            'aws_db_instance.database_primary',
            // Nobody else reads from the replicas.
            ...(role === 'gateway'
              ? ['aws_db_instance.database_replica-1', 'aws_db_instance.database_replica-2']
              : []),
          ].map((target) =>
            expect.stringMatching(
              `^<arn:aws:rds-db:eu-west-1:123456789012:dbuser:\\$\\{${target}_[^}]*\\}/${databaseUser}>$`,
            ),
          ),
        ],
        [
          'elasticache:Connect',
          [
            expect.stringMatching(/^<aws_elasticache_replication_group\..*\.arn>$/),
            `arn:aws:elasticache:eu-west-1:123456789012:user:${cacheUser(role, big.name)}`,
          ],
        ],
      ]);
    }
    expect(Object.values(production.all('aws_eks_pod_identity_association'))).toHaveLength(5);
  });

  test('external-secrets reads the owner’s secret, and decrypts through Secrets Manager alone', () => {
    const { policy, role } = production.all('aws_iam_role_policy')['external-secrets'];
    expect(role).toContain('external_secrets_role_name');
    const [read, decrypt] = statements(policy);
    expect(read?.Resource).toMatch(/^<aws_secretsmanager_secret\.database_owner-password_.*\.arn>$/);
    const [readManaged] = statements(development.all('aws_iam_role_policy')['external-secrets'].policy);
    expect(readManaged?.Resource).toMatch(/master_user_secret\[0\]\.secret_arn>$/);
    expect(decrypt).toMatchObject({
      Action: 'kms:Decrypt',
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
    });
  });

  test('the service’s secret is made empty, and can be brought back where it matters', () => {
    expect(ofServiceSecret(production, 'aws_secretsmanager_secret')).toMatchObject({
      name: 'holdfast/big/service',
      recovery_window_in_days: 7,
    });
    expect(ofServiceSecret(development, 'aws_secretsmanager_secret').recovery_window_in_days).toBe(0);
  });

  test('a function that only Secrets Manager may call fills it, and touches no other', () => {
    const secret = expect.stringMatching(/^\$\{aws_secretsmanager_secret\.service-secret_.*\.(id|arn)\}$/);
    const rotation = ofServiceSecret(production, 'aws_secretsmanager_secret_rotation');
    expect(rotation).toMatchObject({
      secret_id: secret,
      rotation_rules: { automatically_after_days: 90 },
      rotate_immediately: true,
    });
    // Secrets Manager calls it at once: who may, and what it may, has to be there.
    expect(rotation.depends_on).toEqual([
      expect.stringMatching(/^aws_lambda_permission\./),
      expect.stringMatching(/^aws_iam_role_policy\./),
    ]);
    expect(ofServiceSecret(production, 'aws_lambda_permission')).toMatchObject({
      principal: 'secretsmanager.amazonaws.com',
      source_account: '123456789012',
      source_arn: secret,
    });
    const { environment, logging_config } = ofServiceSecret(production, 'aws_lambda_function');
    expect(environment.variables).toEqual({ MEMBERS: generatedSecretKeys.join(','), KEY_LENGTH: '64' });
    expect(logging_config.log_group).toMatch(/^\$\{aws_cloudwatch_log_group\./);
    const [policy = []] = Object.entries(production.all('aws_iam_role_policy'))
      .filter(([id]) => id.startsWith('service-secret-rotation'))
      .map(([, one]: [string, Json]) => statements(one.policy));
    expect(policy.map((one) => list(one.Resource))).toEqual([
      [expect.stringMatching(/^<aws_secretsmanager_secret\.service-secret_.*\.arn>$/)],
      [expect.stringMatching(/^<aws_kms_key\..*\.arn>$/)],
      [expect.stringMatching(/^<aws_kms_key\..*\.arn>$/)],
      ['arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/holdfast-big-rotation:*'],
    ]);
  });
});

describe('the buckets', () => {
  const bucket = (stack: Synthesised, purpose: string): [string, Json] =>
    Object.entries<Json>(stack.all('aws_s3_bucket')).find(([id]) => id.startsWith(`buckets_${purpose}_`)) as [
      string,
      Json,
    ];
  const rules = (stack: Synthesised, purpose: string): Json[] =>
    (
      Object.entries<Json>(stack.all('aws_s3_bucket_lifecycle_configuration')).find(([id]) =>
        id.startsWith(`buckets_${purpose}_`),
      ) as [string, Json]
    )[1].rule;

  test('are named by account and region, handed on, and protected where it matters', () => {
    for (const purpose of ['backups', 'artefacts', 'logs']) {
      const [, inProduction] = bucket(production, purpose);
      expect(inProduction).toMatchObject({
        bucket: `holdfast-big-${purpose}-123456789012-eu-west-1`,
        lifecycle: { prevent_destroy: true },
      });
      expect(inProduction.force_destroy).toBeUndefined();
      const [, inDevelopment] = bucket(development, purpose);
      expect([inDevelopment.lifecycle, inDevelopment.force_destroy]).toEqual([undefined, true]);
    }
    const torn = environmentStacks({ ...big, teardown: true }).data;
    expect(bucket(torn, 'backups')[1]).toMatchObject({ force_destroy: true });
    expect(bucket(torn, 'backups')[1].lifecycle).toBeUndefined();
  });

  test('keep backups until they are deleted and a month longer, and everything else for its time', () => {
    const ages = (purpose: string) =>
      rules(production, purpose).flatMap((rule) => rule.expiration?.map((one: Json) => one.days) ?? []);
    expect(ages('backups').filter(Boolean)).toEqual([]);
    expect(ages('logs').filter(Boolean)).toEqual([90]);
    expect(ages('artefacts').filter(Boolean)).toEqual([365]);
    expect(rules(production, 'backups')[0].noncurrent_version_expiration).toEqual([{ noncurrent_days: 30 }]);
  });

  test('log every request into a bucket that lets S3 write there for buckets of this environment alone', () => {
    const [logs, { bucket: name }] = bucket(production, 'logs');
    const logging: Json[] = Object.values(production.all('aws_s3_bucket_logging'));
    expect(logging.map((one) => one.target_bucket)).toEqual([
      `\${aws_s3_bucket.${logs}.id}`,
      `\${aws_s3_bucket.${logs}.id}`,
      `\${aws_s3_bucket.${logs}.id}`,
    ]);
    const [, policy] = Object.entries<Json>(production.all('aws_s3_bucket_policy')).find(([id]) =>
      id.startsWith('buckets_logs_'),
    ) as [string, Json];
    expect(statements(policy.policy).at(-1)).toMatchObject({
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${name}/s3/*`,
      Condition: {
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::holdfast-big-*' },
      },
    });
  });
});
