import { karpenterNames } from '../../../constructs/cluster/karpenter-names';
import {
  big,
  environmentStacks,
  type Json,
  list,
  network,
  optional,
  type PolicyStatement,
  small,
  statements,
} from '../aws-fixture';

const development = environmentStacks(small).cluster;
const production = environmentStacks(big).cluster;
const everything = environmentStacks(optional).cluster;

describe('Karpenter', () => {
  const name = 'holdfast-everything';
  const names = karpenterNames(name);
  const queueArn = `arn:aws:sqs:eu-west-1:123456789012:${names.queue}`;
  const [policy = []] = Object.entries(everything.all('aws_iam_role_policy'))
    .filter(([id]) => id.startsWith('karpenter'))
    .map(([, one]: [string, Json]) => statements(one.policy));
  const allowing = (action: string): PolicyStatement[] =>
    policy.filter((statement) => list(statement.Action).includes(action));

  test('leaves nothing where it is off', () => {
    for (const stack of [development, production]) {
      expect(JSON.stringify(stack.json.resource)).not.toContain('karpenter');
    }
    expect(JSON.stringify(network(big).json.resource)).not.toContain('karpenter');
  });

  test('hears what happens to instances, from its own rules, over TLS alone', () => {
    expect(everything.only('aws_sqs_queue')).toMatchObject({
      name: names.queue,
      message_retention_seconds: 300,
      sqs_managed_sse_enabled: true,
    });
    const [tls, rules, ...others] = statements(everything.only('aws_sqs_queue_policy').policy);
    expect(others).toEqual([]);
    expect(tls).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Action: 'sqs:*',
      Resource: queueArn,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    const made = Object.values(everything.all('aws_cloudwatch_event_rule')) as Json[];
    expect(rules).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: {
        ArnEquals: {
          'aws:SourceArn': expect.arrayContaining(
            made.map((rule) => `arn:aws:events:eu-west-1:123456789012:rule/${rule.name}`),
          ),
        },
      },
    });
    expect(rules?.Condition.ArnEquals['aws:SourceArn']).toHaveLength(made.length);
    expect(made.map((rule) => JSON.parse(rule.event_pattern)['detail-type'][0]).sort()).toEqual([
      'AWS Health Event',
      'EC2 Capacity Reservation Instance Interruption Warning',
      'EC2 Instance Rebalance Recommendation',
      'EC2 Instance State-change Notification',
      'EC2 Spot Instance Interruption Warning',
    ]);
    const targets = Object.values(everything.all('aws_cloudwatch_event_target')) as Json[];
    expect(targets.map((target) => target.rule.split('.')[1]).sort()).toEqual(
      Object.keys(everything.all('aws_cloudwatch_event_rule')).sort(),
    );
    for (const target of targets) expect(target.arn).toMatch(/^\$\{aws_sqs_queue\..*\.arn\}$/);
  });

  test('has nodes that may join and pull images, and no more', () => {
    const [entry] = Object.values(everything.all('aws_eks_access_entry')).filter(
      (one: Json) => one.type === 'EC2_LINUX',
    ) as Json[];
    expect(entry.principal_arn).toMatch(/^\$\{aws_iam_role\.karpenter_node-role/);
    expect(entry.kubernetes_groups).toBeUndefined();
    const attached = Object.values(everything.all('aws_iam_role_policy_attachment'))
      .filter((one: Json) => one.role.includes('aws_iam_role.karpenter_node-role'))
      .map((one: Json) => one.policy_arn.replace('arn:aws:iam::aws:policy/', ''));
    expect(attached.sort()).toEqual(['AmazonEC2ContainerRegistryPullOnly', 'AmazonEKSWorkerNodePolicy']);
    expect(everything.only('aws_iam_instance_profile')).toMatchObject({ name: names.node });
  });

  test('finds subnets and security group by its tag', () => {
    expect(everything.only('aws_ec2_tag')).toMatchObject({ key: 'karpenter.sh/discovery', value: name });
    const tagged = Object.values(network(optional).all('aws_subnet'))
      .filter((subnet: Json) => subnet.tags['karpenter.sh/discovery'] === name)
      .map((subnet: Json) => subnet.tags.Name);
    expect(tagged).toEqual([`${name}-private-a`, `${name}-private-b`]);
  });

  test('starts and ends only what carries the cluster’s name', () => {
    const mark = `kubernetes.io/cluster/${name}`;
    for (const action of ['ec2:TerminateInstances', 'ec2:DeleteLaunchTemplate']) {
      expect(allowing(action)).toHaveLength(1);
      expect(allowing(action)[0]?.Condition.StringEquals[`aws:ResourceTag/${mark}`]).toBe('owned');
    }
    for (const statement of [...allowing('ec2:RunInstances'), ...allowing('ec2:CreateTags')]) {
      const makes = list(statement.Resource).some((resource) => resource.endsWith(':instance/*'));
      const marks = Object.keys(statement.Condition?.StringEquals ?? {}).filter((key) => key.endsWith(mark));
      expect([statement.Sid, !makes || marks.length === 1]).toEqual([statement.Sid, true]);
    }
    // Whatever is not AWS's own lies in this account and region.
    for (const resource of policy.flatMap((one) => list(one.Resource)).filter((one) => one !== '*')) {
      expect(resource).toMatch(
        /^(arn:aws:(ec2|eks|sqs):eu-west-1:123456789012:|arn:aws:(ec2|ssm):eu-west-1::(image|snapshot|parameter\/aws\/service)\/\*|<)/,
      );
    }
  });

  test('gives its nodes one role, to EC2, and changes nothing in IAM', () => {
    const iam = policy.flatMap((one) => list(one.Action ?? [])).filter((action) => action.startsWith('iam:'));
    expect(iam.sort()).toEqual(['iam:GetInstanceProfile', 'iam:ListInstanceProfiles', 'iam:PassRole']);
    expect(allowing('iam:PassRole')).toEqual([
      expect.objectContaining({
        Resource: expect.stringMatching(/^<aws_iam_role\.karpenter_node-role.*\.arn>$/),
        Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      }),
    ]);
    expect(JSON.stringify(policy).length).toBeLessThan(10_000);
  });

  test('has its endpoints where there are any', () => {
    const services = Object.values(network(optional).all('aws_vpc_endpoint')).map((one: Json) =>
      one.service_name.replace('com.amazonaws.eu-west-1.', ''),
    );
    expect(services).toEqual(expect.arrayContaining(['sqs', 'ssm', 'sts']));
  });
});
