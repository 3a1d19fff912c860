/** RDS Proxy, what the service needs of it, and what it and its neighbours exclude. */
import { connections, roles, serviceRoleNames } from '../../../app/src/contract';
import { whyNoBlueGreen } from '../../../constructs/database/blue-green';
import { fewestConnections, poolSettings } from '../../../constructs/database/pool';
import { connectionLimit, connectionsOfPods } from '../../../environments/connections';
import type { AwsEnvironmentInput } from '../../../environments/schema';
import { blocks, kubernetesStacks } from '../../support/kubernetes';
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

const without = environmentStacks(small).data;
const production = environmentStacks(big).data;
const alone = environmentStacks(optional as AwsEnvironmentInput).data;
const primary = (stack: Synthesised): Json =>
  Object.values<Json>(stack.all('aws_db_instance')).find((one) => !one.replicate_source_db);
const idOf = (stack: Synthesised, type: string, name: string): string => {
  const found = Object.entries<Json>(stack.all(type)).find(([, one]) => one.name === name);
  if (!found) throw new Error(`there is no ${type} called ${name}`);
  return `\${${type}.${found[0]}.id}`;
};

describe('the proxy', () => {
  test('knows IAM alone, to pods as to the database, and only over TLS', () => {
    const proxy = production.only('aws_db_proxy');
    expect(proxy).toMatchObject({
      name: 'holdfast-big',
      engine_family: 'POSTGRESQL',
      default_auth_scheme: 'IAM_AUTH',
      require_tls: true,
      debug_logging: false,
    });
    expect(proxy.auth).toBeUndefined();
    const target = production.only('aws_db_proxy_target');
    expect(target.db_instance_identifier).toMatch(/^\$\{aws_db_instance\.database_primary_.*\.identifier\}$/);
  });

  test('logs in to the primary as the service’s roles, and may do nothing else', () => {
    const [id, policy] = Object.entries<Json>(production.all('aws_iam_role_policy')).find(([one]) =>
      one.startsWith('database-proxy_'),
    ) as [string, Json];
    expect(id).toBeDefined();
    const [login, ...others] = statements(policy.policy);
    expect(others).toEqual([]);
    expect(login).toMatchObject({ Action: 'rds-db:connect' });
    expect(list(login?.Resource)).toEqual(
      serviceRoleNames.map((role) =>
        expect.stringMatching(
          `^<arn:aws:rds-db:eu-west-1:123456789012:dbuser:\\$\\{aws_db_instance\\.database_primary_.*\\.resource_id\\}/${roles[role].databaseUser}>$`,
        ),
      ),
    );
    expect(production.only('aws_db_proxy').depends_on).toContain(`aws_iam_role_policy.${id}`);
  });

  test('is known to policies by the id at the end of its ARN', () => {
    const local = Object.entries(production.json.locals).find(([id]) => id.startsWith('database-proxy_'));
    expect(local?.[1]).toMatch(/^\$\{element\(split\(":", aws_db_proxy\.[^.]+\.arn\), 6\)\}$/);
  });

  test('stands between the cluster and the database, which the cluster still reaches', () => {
    const proxy = idOf(production, 'aws_security_group', 'holdfast-big-database-proxy');
    const database = idOf(production, 'aws_security_group', 'holdfast-big-database');
    expect(production.only('aws_db_proxy').vpc_security_group_ids).toEqual([proxy]);
    const cluster = expect.stringContaining('cluster_security_group_id');
    const into = (group: string) =>
      Object.values<Json>(production.all('aws_vpc_security_group_ingress_rule'))
        .filter((rule) => rule.security_group_id === group)
        .map((rule) => [rule.referenced_security_group_id, rule.from_port, rule.to_port]);
    expect(into(proxy)).toEqual([[cluster, 5432, 5432]]);
    const bastion = idOf(production, 'aws_security_group', 'holdfast-big-bastion');
    expect(into(database)).toHaveLength(3);
    expect(into(database)).toEqual(
      expect.arrayContaining([cluster, proxy, bastion].map((group) => [group, 5432, 5432])),
    );
    const group = Object.values<Json>(production.all('aws_security_group')).find((one) =>
      one.name.endsWith('-database-proxy'),
    );
    expect(group?.egress).toEqual([
      expect.objectContaining({
        from_port: 5432,
        to_port: 5432,
        security_groups: [database],
        cidr_blocks: [],
      }),
    ]);
  });

  test('logs into a group that is there before it, with the key’s leave', () => {
    const [id] = Object.entries<Json>(production.all('aws_cloudwatch_log_group')).find(
      ([, group]) => group.name === '/aws/rds/proxy/holdfast-big',
    ) as [string, Json];
    expect(production.only('aws_db_proxy').depends_on).toContain(`aws_cloudwatch_log_group.${id}`);
    const keys = JSON.stringify(Object.values<Json>(production.all('aws_kms_key')).map((key) => key.policy));
    expect(keys).toContain('log-group:/aws/rds/proxy/holdfast-big');
  });

  test('is watched by what waits, pins, overflows and is refused; sums are of a minute', () => {
    const alarms = Object.values<Json>(production.all('aws_cloudwatch_metric_alarm')).filter(
      (alarm) => alarm.dimensions.ProxyName,
    );
    expect(
      alarms.map((alarm) => [alarm.metric_name, alarm.statistic, alarm.period, alarm.threshold]),
    ).toEqual([
      ['DatabaseConnectionsBorrowLatency', 'Average', 300, 100_000],
      ['ClientConnections', 'Sum', 60, 900],
      ['DatabaseConnectionsCurrentlySessionPinned', 'Sum', 60, 15],
      ['ClientConnectionsSetupFailedAuth', 'Sum', 60, 10],
    ]);
    for (const alarm of alarms) {
      expect(alarm.alarm_name).toMatch(/^holdfast-big-database-proxy-/);
      expect(alarm.alarm_description).toContain('runbooks/database-proxy-saturated.md');
    }
  });

  test('is an option: without it pods know the primary alone', () => {
    expect(without.all('aws_db_proxy')).toEqual({});
    const { database_host, database_direct_host } = without.json.output;
    expect(database_host.value).toBe(database_direct_host.value);
    expect(without.json.output.database_reader_hosts.value).toEqual([]);
  });

  test('is the host of requests; sessions and readers have their own', () => {
    const { database_host, database_direct_host, database_reader_hosts } = production.json.output;
    expect(database_host.value).toMatch(/^\$\{aws_db_proxy\..*\.endpoint\}$/);
    expect(database_direct_host.value).toMatch(/^\$\{aws_db_instance\.database_primary_.*\.address\}$/);
    expect(database_reader_hosts.value).toEqual([
      expect.stringMatching(/^\$\{aws_db_instance\.database_replica-1_.*\.address\}$/),
      expect.stringMatching(/^\$\{aws_db_instance\.database_replica-2_.*\.address\}$/),
    ]);
  });
});

describe('a thousand connections onto 150', () => {
  test.each(['db.t4g.medium', 'db.t4g.large', 'db.m7g.large', 'db.r8g.xlarge', 'db.m7i.48xlarge'])(
    '%s gives the pool its 150, and leaves a quarter to others',
    (name) => {
      const { maxConnectionsPercent, maxIdleConnectionsPercent } = poolSettings(name);
      const pool = (fewestConnections(name) * maxConnectionsPercent) / 100;
      expect(pool).toBeGreaterThanOrEqual(connections.database);
      expect(maxConnectionsPercent).toBeLessThanOrEqual(75);
      expect(maxIdleConnectionsPercent).toBeLessThanOrEqual(maxConnectionsPercent);
    },
  );

  test('the example in the documentation is true', () => {
    expect(fewestConnections('db.m7g.large')).toBe(788);
    expect(poolSettings('db.m7g.large')).toEqual({
      maxConnectionsPercent: 20,
      maxIdleConnectionsPercent: 10,
      connectionBorrowTimeout: 10,
      idleClientTimeout: 300,
    });
    expect(production.only('aws_db_proxy_default_target_group').connection_pool_config).toMatchObject({
      max_connections_percent: 39,
      connection_borrow_timeout: 10,
    });
  });

  test.each(['db.t4g.micro', 'db.t4g.small'])('%s is too small', (name) => {
    expect(() => poolSettings(name)).toThrow(/is too small for RDS Proxy: of its \d+ connections/);
  });

  test('without a proxy the smallest class that is allowed has what pods may hold', () => {
    for (const instanceClass of ['db.t4g.micro', 'db.t4g.small', 'db.t4g.medium']) {
      const limit = connectionLimit({ proxy: false, instanceClass });
      expect(limit).toBeLessThanOrEqual(0.8 * fewestConnections(instanceClass));
    }
  });

  test('pods are counted at their most, with those of a rollout', () => {
    const role = { replicas: { max: 6 } };
    // Six and a quarter of six, rounded up, of each role, with ten connections each.
    expect(connectionsOfPods({ gateway: role, collector: role, worker: role })).toBe(3 * 8 * 10);
    // The exporter doesn't go through the proxy.
    const surges = blocks('kubernetes_deployment_v1', kubernetesStacks().app).flatMap(
      (one) => one.spec.strategy.rolling_update?.max_surge ?? [],
    );
    expect(surges).toEqual(['25%', '25%', '25%']);
  });
});

describe('replicas, blue/green updates and the owner’s password', () => {
  test('an instance with replicas has no password of RDS, which would refuse to copy it', () => {
    const { manage_master_user_password, password, password_wo, password_wo_version } = primary(production);
    expect([manage_master_user_password, password, password_wo_version]).toEqual([undefined, undefined, 1]);
    expect(password_wo).toMatch(/^\$\{local\.database_owner-password_value_/);
  });

  test('the password reaches database and secret as write-only arguments of one local, and nothing else', () => {
    const { json } = production;
    const [id, value] = Object.entries<string>(json.locals).find(([one]) =>
      one.includes('owner-password'),
    ) as [string, string];
    expect(value).toBe('${uuid()}${uuid()}');
    const version = production.only('aws_secretsmanager_secret_version');
    expect(version).toMatchObject({
      secret_string_wo: `{"username":"holdfast_owner","password":\${jsonencode(local.${id})}}`,
      secret_string_wo_version: 1,
    });
    expect(version.secret_string).toBeUndefined();
    // The definition stands in locals; what is left are its two uses.
    const { locals: _, ...rest } = json;
    expect(JSON.stringify(rest).split(`local.${id}`)).toHaveLength(3);
    expect(version.depends_on).toEqual([expect.stringMatching(/^aws_db_instance\.database_primary_/)]);
  });

  test.each([
    [
      { managedPassword: true, readReplicas: 0 },
      /^RDS can’t do it while it manages the owner’s password; database/,
    ],
    [{ managedPassword: true, readReplicas: 1 }, /replicas$/],
    [{ managedPassword: false, readReplicas: 1 }, /replicas$/],
    [{ managedPassword: false, readReplicas: 0 }, /^$/],
  ])('%j: synthesis says why there is no blue/green update', (database, why) => {
    expect(whyNoBlueGreen(database) ?? '').toMatch(why);
  });

  test('blue/green updates happen where neither stands in the way', () => {
    expect(primary(alone).blue_green_update).toEqual({ enabled: true });
    expect(primary(alone).password_wo_version).toBe(3);
    expect(primary(without).blue_green_update).toBeUndefined();
    expect(primary(production).blue_green_update).toBeUndefined();
  });
});
