/**
 * Names fit AWS's limits in every environment that is legal: what is made from an environment's name grows with it, so
 * the longest and the shortest legal name, in the region with the longest name and with every option on, stand for all.
 */
import { awsEnvironmentSchema } from '../../environments/schema';
import { resourcesOf } from '../../tools/lib/stack-json';
import { account, automatic, big, optional } from '../constructs/aws-fixture';
import { everyText, stacksOf } from '../support/every-stack';

interface Limit {
  readonly max: number;
  readonly min?: number;
  readonly pattern?: RegExp;
}
/** The limits of AWS's APIs, by type and property. What Terraform appends to a prefix is 26 characters long. */
const limits: Readonly<Record<string, Limit>> = {
  'aws_backup_plan.name': { max: 50, pattern: /^[\w.-]+$/ },
  'aws_backup_report_plan.name': { max: 256, pattern: /^[A-Za-z]\w*$/ },
  'aws_backup_restore_testing_plan.name': { max: 50, pattern: /^\w+$/ },
  'aws_backup_selection.name': { max: 50, pattern: /^[\w.-]+$/ },
  'aws_backup_vault.name': { max: 50, min: 2, pattern: /^[\w-]+$/ },
  'aws_budgets_budget.name': { max: 100 },
  'aws_cloudwatch_event_rule.name': { max: 64, pattern: /^[\w.-]+$/ },
  'aws_cloudwatch_log_group.name': { max: 512, pattern: /^[\w./#-]+$/ },
  'aws_cloudwatch_log_resource_policy.policy_name': { max: 255 },
  'aws_cloudwatch_metric_alarm.alarm_name': { max: 255 },
  'aws_db_instance.identifier': { max: 63, pattern: /^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/ },
  'aws_db_instance.final_snapshot_identifier': { max: 255, pattern: /^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/ },
  'aws_db_parameter_group.name_prefix': { max: 255 - 26, pattern: /^[a-z](?!.*--)[a-z0-9-]*$/ },
  'aws_db_proxy.name': { max: 60, pattern: /^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/ },
  'aws_db_subnet_group.name': { max: 255, pattern: /^[a-z0-9._ -]+$/ },
  'aws_eks_cluster.name': { max: 100, pattern: /^[A-Za-z0-9][\w-]*$/ },
  'aws_eks_node_group.node_group_name_prefix': { max: 63 - 26, pattern: /^[A-Za-z0-9][\w-]*$/ },
  'aws_elasticache_parameter_group.name': { max: 255, pattern: /^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/ },
  'aws_elasticache_replication_group.replication_group_id': {
    max: 40,
    pattern: /^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/,
  },
  'aws_elasticache_subnet_group.name': { max: 255, pattern: /^[a-z0-9-]+$/ },
  'aws_elasticache_user.user_id': { max: 40, pattern: /^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/ },
  'aws_elasticache_user.user_name': { max: 40 },
  'aws_elasticache_user_group.user_group_id': { max: 40, pattern: /^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/ },
  'aws_iam_instance_profile.name': { max: 128, pattern: /^[\w+=,.@-]+$/ },
  'aws_iam_policy.name': { max: 128, pattern: /^[\w+=,.@-]+$/ },
  'aws_iam_role.name': { max: 64, pattern: /^[\w+=,.@-]+$/ },
  'aws_iam_role_policy.name': { max: 128, pattern: /^[\w+=,.@-]+$/ },
  'aws_kms_alias.name': { max: 256, pattern: /^alias\/(?!aws\/)[\w/-]+$/ },
  'aws_lambda_function.function_name': { max: 64, pattern: /^[\w-]+$/ },
  'aws_launch_template.name': { max: 128, min: 3, pattern: /^[\w()./-]+$/ },
  'aws_lb.name': { max: 32, pattern: /^(?!-|internal-)[A-Za-z0-9-]*[A-Za-z0-9]$/ },
  'aws_lb_target_group.name': { max: 32, pattern: /^(?!-)[A-Za-z0-9-]*[A-Za-z0-9]$/ },
  'aws_s3_bucket.bucket': { max: 63, min: 3, pattern: /^(?!xn--)[a-z0-9][a-z0-9-]*[a-z0-9]$/ },
  'aws_secretsmanager_secret.name': { max: 512, pattern: /^[\w/+=.@-]+(?<!-.{6})$/ },
  'aws_security_group.name': { max: 255, pattern: /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]+$/ },
  'aws_sns_topic.name': { max: 256, pattern: /^[\w-]+$/ },
  'aws_sqs_queue.name': { max: 80, pattern: /^[\w-]+$/ },
};

const place = {
  region: 'ap-northeast-1',
  zones: ['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d'],
};
const longest = 'q123456789';
const everything = {
  ...optional,
  ...big,
  region: place.region,
  recoveryRegion: 'ap-southeast-1',
  network: { ...big.network, ...optional.network, zones: place.zones },
  cluster: {
    ...optional.cluster,
    nodes: { ...optional.cluster.nodes, capacity: 'on-demand', min: 3, max: 9 },
  },
} as const;
const onAutoMode = {
  ...automatic,
  region: place.region,
  network: { ...automatic.network, zones: place.zones.slice(0, 2) },
};
const github = {
  repository: 'acme/platform',
  provider: 'managed',
  sessionHours: 2,
  branch: 'main',
  clusterPlans: false,
} as const;

/** Every property whose value is made from the environment's name, what is known only at apply left out. */
function namesIn(environment: typeof everything | typeof onAutoMode, name: string) {
  const { network, ...rest } = environment;
  const input = { ...rest, name, network: { ...network, zones: [...network.zones] } };
  return stacksOf([input as Parameters<typeof stacksOf>[0][number]], { ...account, github }).flatMap(
    (stack) =>
      resourcesOf(stack.json).flatMap((resource) =>
        everyText(resource.values)
          .filter(({ path, text }) => isName(path) && text.includes(name) && !text.includes('${'))
          .map(({ path, text }) => ({
            property: `${resource.type}.${path}`,
            where: `${stack.name}: ${resource.address}.${path}`,
            text,
          })),
      ),
  );
}
/** The resource's own name, not that of another which it uses. */
const isName = (path: string): boolean =>
  /^(\w+_)?(name|name_prefix|identifier|bucket|function_name)$|^(user|user_group|replication_group)_id$/.test(
    path,
  ) &&
  !/^(cluster|db_subnet_group|subnet_group|parameter_group|db_parameter_group|role|rule|queue|log_group)_name$|^(principal|source|replicate)_/.test(
    path,
  );

test('the names that are tried are the longest and the shortest that are legal', () => {
  const { name } = awsEnvironmentSchema.shape;
  expect(name.safeParse(longest).success).toBe(true);
  expect(name.safeParse(`${longest}0`).success).toBe(false);
  expect(name.safeParse('x1').success).toBe(true);
  expect(name.safeParse('a').success).toBe(false);
});

describe.each([
  [longest, everything],
  ['x1', everything],
  ['z999999999', onAutoMode],
] as const)('in the environment %s', (name, environment) => {
  const found = namesIn(environment, name);

  test('every name has a limit in the table', () => {
    expect(found.length).toBeGreaterThan(40);
    expect(
      [...new Set(found.map(({ property }) => property))].filter((property) => !(property in limits)),
    ).toEqual([]);
  });

  test('every name fits', () => {
    const misfits = found.filter(({ property, text }) => {
      const limit = limits[property];
      return (
        limit &&
        (text.length > limit.max || text.length < (limit.min ?? 1) || !(limit.pattern ?? /./).test(text))
      );
    });
    expect(misfits.map(({ where, text }) => `${where}: ${text}, ${text.length} characters`)).toEqual([]);
  });
});

test('what makes names unique is in them: two environments share none', () => {
  const one = new Set(namesIn(everything, longest).map(({ property, text }) => `${property} ${text}`));
  const other = namesIn(everything, 'q12345678').map(({ property, text }) => `${property} ${text}`);
  expect(other.filter((text) => one.has(text))).toEqual([]);
});
