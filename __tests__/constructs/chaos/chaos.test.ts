import { chaosConsent } from '../../../environments/chaos-schema';
import type { AwsEnvironmentInput } from '../../../environments/schema';
import { backupOf } from '../../support/backup';
import type { Json } from '../../support/kubernetes';
import { automatic, big, environmentStacks, statements } from '../aws-fixture';

const broken: AwsEnvironmentInput = {
  ...big,
  tier: 'staging',
  cluster: { ...big.cluster, karpenter: true },
  chaos: { enabled: true, minutes: 5 },
};
const stack = backupOf(broken);
const templatesOf = ({ json }: { json: Json }): Json[] =>
  Object.values<Json>(json.resource.aws_fis_experiment_template ?? {});
const templates = templatesOf(stack);
const named = (name: string): Json => {
  const found = templates.find(({ tags }) => tags.Name === `holdfast-big-chaos-${name}`);
  if (!found) throw new Error(`there is no experiment ${name}`);
  return found;
};
/** What the experiment's role may do. */
const rights = (template: Json) => {
  const role = /aws_iam_role\.([\w-]+)\.arn/.exec(template.role_arn)?.[1];
  const policy = Object.values<Json>(stack.json.resource.aws_iam_role_policy).find((each) =>
    each.role.includes(`aws_iam_role.${role}.`),
  );
  return { role: stack.json.resource.aws_iam_role[role as string], policy: statements(policy?.policy) };
};
const zones = ['a', 'b', 'c'].map((letter) => `eu-west-1${letter}`);
const many = (value: Json): Json[] => (Array.isArray(value) ? value : [value]);

test('there is one for each fault, and one per zone for what lies in zones', () => {
  expect(templates.map(({ tags }) => tags.Name).sort()).toEqual(
    [
      ...zones.flatMap((zone) => [`cache-${zone}`, `zone-${zone}`]),
      ...['fail-over-database', 'kill-node', 'kill-pods'],
    ]
      .map((name) => `holdfast-big-chaos-${name}`)
      .sort(),
  );
});

test('none is there unless the environment says so', () => {
  expect(templatesOf(backupOf(big))).toEqual([]);
  expect(
    templatesOf(
      backupOf({ ...broken, tier: 'production', chaos: { enabled: true, acknowledge: chaosConsent } }),
    ).length,
  ).toBe(9);
});

test('each ends on alarms that exist, five at most, and is logged', () => {
  const alarms = [
    ...Object.values(environmentStacks(broken)),
    { all: (type: string) => stack.json.resource[type] ?? {} },
  ]
    .flatMap((each) => Object.values<Json>(each.all('aws_cloudwatch_metric_alarm')))
    .map(({ alarm_name }) => `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${alarm_name}`);
  for (const { stop_condition, log_configuration, tags } of templates) {
    expect(stop_condition.length).toBeGreaterThan(1);
    expect(stop_condition.length).toBeLessThanOrEqual(5);
    for (const { source, value } of stop_condition) {
      expect(source).toBe('aws:cloudwatch:alarm');
      expect([tags.Name, value, alarms.includes(value)]).toEqual([tags.Name, value, true]);
    }
    expect(log_configuration.cloudwatch_logs_configuration.log_group_arn).toMatch(/\.arn\}:\*$/);
  }
  const groups = Object.values<Json>(stack.json.resource.aws_cloudwatch_log_group).map(({ name }) => name);
  expect(groups).toContain('/aws/vendedlogs/fis/holdfast-big');
  expect(stack.text).toContain('log-group:/aws/vendedlogs/fis/holdfast-big');
});

test('one alarm ends them within minutes: nobody is connected to the database', () => {
  const alarm = Object.values<Json>(stack.json.resource.aws_cloudwatch_metric_alarm).find(
    ({ alarm_name }) => alarm_name === 'holdfast-big-chaos-database-unused',
  );
  expect(alarm).toMatchObject({
    metric_name: 'DatabaseConnections',
    dimensions: { DBInstanceIdentifier: 'holdfast-big' },
    period: 60,
    evaluation_periods: 5,
    treat_missing_data: 'breaching',
  });
});

test('targets are this environment’s alone, and what is tagged to be broken', () => {
  for (const { target, tags } of templates) {
    for (const each of target) {
      const has = Object.fromEntries((each.resource_tag ?? []).map(({ key, value }: Json) => [key, value]));
      if (each.resource_type === 'aws:eks:pod') {
        expect(each.parameters).toMatchObject({ clusterIdentifier: 'holdfast-big', namespace: 'holdfast' });
      } else if (each.resource_type === 'aws:iam:role') {
        expect(each.resource_arns).toEqual(['arn:aws:iam::123456789012:role/holdfast-big-karpenter']);
      } else if (each.resource_type === 'aws:ec2:autoscaling-group') {
        expect(has).toEqual({ 'eks:cluster-name': 'holdfast-big' });
      } else {
        expect([tags.Name, has]).toEqual([
          tags.Name,
          expect.objectContaining({ environment: 'big', AzImpairmentPower: 'Ready' }),
        ]);
      }
    }
  }
});

test('what they look for is tagged so, where they may look, and nowhere else', () => {
  const tagsOf = (environment: AwsEnvironmentInput) =>
    Object.values(environmentStacks(environment)).map(
      (each) => each.json.provider.aws[0].default_tags[0].tags,
    );
  for (const tags of tagsOf(broken))
    expect(tags).toMatchObject({ environment: 'big', AzImpairmentPower: 'Ready' });
  for (const tags of tagsOf(big)) expect(tags).not.toHaveProperty('AzImpairmentPower');
  // Nodes don't get the provider's default tags.
  const [template] = Object.values<Json>(environmentStacks(broken).cluster.all('aws_launch_template'));
  for (const { tags } of template?.tag_specifications ?? []) expect(tags.AzImpairmentPower).toBe('Ready');
  // The primary and no replica.
  const instances = Object.values<Json>(environmentStacks(broken).data.all('aws_db_instance'));
  expect(
    instances.filter(({ tags }) => tags?.Name === 'holdfast-big').map(({ identifier }) => identifier),
  ).toEqual(['holdfast-big']);
});

test('only FIS becomes their roles, for this account’s experiments', () => {
  for (const template of templates) {
    const [trust] = statements(rights(template).role.assume_role_policy);
    expect(trust).toMatchObject({
      Principal: { Service: 'fis.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:fis:eu-west-1:123456789012:experiment/*' },
      },
    });
  }
});

test('no role changes anything but this environment’s, nor more than its experiment needs', () => {
  const looks = /:(Describe|Get|List)/;
  const free = ['logs:CreateLogDelivery', 'logs:PutResourcePolicy', 'ec2:InjectApiError', 'kms:CreateGrant'];
  for (const template of templates) {
    for (const { Action, Resource, Condition, Sid } of rights(template).policy) {
      const changes = many(Action).filter((each) => !looks.test(each) && !free.includes(each));
      if (changes.length === 0 || Sid === 'GiveAnyAcl') continue;
      expect([Sid, JSON.stringify(Condition)]).toEqual([
        Sid,
        expect.stringMatching(/"aws:ResourceTag\/environment":"big"|managedByFIS/),
      ]);
      expect(JSON.stringify(Resource)).toContain(':eu-west-1:123456789012:');
    }
  }
  const changing = (name: string) =>
    rights(named(name))
      .policy.flatMap(({ Action }) => many(Action))
      .filter((each) => !looks.test(each) && !each.startsWith('logs:'));
  expect(changing('kill-pods')).toEqual([]);
  expect(changing('kill-node')).toEqual(['ec2:TerminateInstances']);
  expect(changing('fail-over-database')).toEqual(['rds:RebootDBInstance']);
  expect(changing('cache-eu-west-1a')).toEqual(['elasticache:InterruptClusterAzPower']);
});

test('a pod of each role is killed at once, by FIS as a user that the cluster knows', () => {
  const { target, action } = named('kill-pods');
  expect(
    target.map(({ parameters, selection_mode }: Json) => [parameters.selectorValue, selection_mode]),
  ).toEqual(
    ['gateway', 'collector', 'worker'].map((role) => [`app.kubernetes.io/component=${role}`, 'COUNT(1)']),
  );
  for (const { action_id, parameter } of action) {
    expect(action_id).toBe('aws:eks:pod-delete');
    expect(parameter).toEqual(
      expect.arrayContaining([
        { key: 'kubernetesServiceAccount', value: 'holdfast-fault-injection' },
        { key: 'gracePeriodSeconds', value: '0' },
        { key: 'fisPodSecurityPolicy', value: 'restricted' },
        {
          key: 'fisPodContainerImage',
          value: '205866052826.dkr.ecr.eu-west-1.amazonaws.com/aws-fis-pod:0.1',
        },
      ]),
    );
  }
  expect(stack.only('aws_eks_access_entry')).toMatchObject({
    principal_arn: named('kill-pods').role_arn,
    user_name: 'holdfast-fault-injection',
  });
});

test('the database fails over to its standby', () => {
  expect(named('fail-over-database').action).toEqual([
    expect.objectContaining({
      action_id: 'aws:rds:reboot-db-instances',
      parameter: [{ key: 'forceFailover', value: 'true' }],
    }),
  ]);
});

test('a zone loses its nodes, its network, database and cache, and those of no other zone', () => {
  const { action, target, experiment_options } = named('zone-eu-west-1b');
  expect(action.map(({ action_id }: Json) => action_id).sort()).toEqual([
    'aws:ec2:api-insufficient-instance-capacity-error',
    'aws:ec2:asg-insufficient-instance-capacity-error',
    'aws:ec2:stop-instances',
    'aws:elasticache:replicationgroup-interrupt-az-power',
    'aws:network:disrupt-connectivity',
    'aws:rds:reboot-db-instances',
  ]);
  // The database is elsewhere most of the time.
  expect(experiment_options.empty_target_resolution_mode).toBe('skip');
  expect(JSON.stringify({ action, target })).not.toMatch(/eu-west-1[ac]/);
  const zoned = target.filter((each: Json) => JSON.stringify(each).includes('eu-west-1b'));
  expect(zoned.map(({ resource_type }: Json) => resource_type).sort()).toEqual([
    'aws:ec2:instance',
    'aws:ec2:subnet',
    'aws:elasticache:replicationgroup',
    'aws:rds:db',
  ]);
  const names = target.map(({ name }: Json) => name);
  expect(action.map((each: Json) => each.target.value).sort()).toEqual([...names].sort());
});

test('what an environment has not got is not broken', () => {
  const poor = backupOf({
    ...automatic,
    tier: 'staging',
    database: { ...big.database, multiAz: false, readReplicas: 0 },
    cache: { ...big.cache, shards: 1, replicas: 0 },
    chaos: { enabled: true },
  });
  const ids = templatesOf(poor).flatMap(({ action }) => action.map(({ action_id }: Json) => action_id));
  expect(new Set(ids)).toEqual(new Set(['aws:eks:pod-delete', 'aws:network:disrupt-connectivity']));
});
