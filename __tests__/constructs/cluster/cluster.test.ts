import { releases } from '../../../constructs/cluster/versions';
import { controllers } from '../../../constructs/platform/names';
import {
  big,
  environmentStacks,
  type Json,
  list,
  type PolicyStatement,
  type Synthesised,
  small,
  statements,
} from '../aws-fixture';

const development = environmentStacks(small).cluster;
const production = environmentStacks(big).cluster;

/** Ids of the resources that one waits for, directly or through others. */
function waitsFor(stack: Synthesised, resource: Json): Set<string> {
  const found = new Set<string>();
  const everything: Record<string, Json> = Object.fromEntries(
    Object.entries<Record<string, Json>>(stack.json.resource).flatMap(([type, members]) =>
      Object.entries(members).map(([id, member]) => [`${type}.${id}`, member]),
    ),
  );
  const visit = (text: string): void => {
    for (const [address] of text.matchAll(/aws_[a-z0-9_]+\.[a-z0-9-]+_[a-zA-Z0-9_-]+/g)) {
      const target = Object.keys(everything).find((known) => address.startsWith(known));
      if (!target || found.has(target)) continue;
      found.add(target);
      visit(JSON.stringify({ ...everything[target], '//': undefined }));
    }
  };
  visit(JSON.stringify({ ...resource, '//': undefined }));
  return found;
}
const addOn = (stack: Synthesised, name: string): Json =>
  Object.values(stack.all('aws_eks_addon')).find((one: Json) => one.addon_name === name);

describe('the control plane', () => {
  test('lets in whom its entries name, and not who happened to make it', () => {
    for (const stack of [development, production]) {
      expect(stack.only('aws_eks_cluster')).toMatchObject({
        access_config: { authentication_mode: 'API', bootstrap_cluster_creator_admin_permissions: false },
        bootstrap_self_managed_addons: false,
        upgrade_policy: { support_type: 'STANDARD' },
        enabled_cluster_log_types: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'],
      });
    }
  });

  test('is always reached from inside, from outside only by the ranges that are named', () => {
    expect(development.only('aws_eks_cluster').vpc_config).toMatchObject({
      endpoint_private_access: true,
      endpoint_public_access: true,
      public_access_cidrs: ['203.0.113.0/24'],
    });
    expect(production.only('aws_eks_cluster').vpc_config).toMatchObject({
      endpoint_private_access: true,
      endpoint_public_access: false,
    });
    expect(production.only('aws_eks_cluster').vpc_config.public_access_cidrs).toBeUndefined();
  });

  test('logs into a group that is there before it', () => {
    const group = production.only('aws_cloudwatch_log_group');
    expect(group.name).toBe(`/aws/eks/${production.only('aws_eks_cluster').name}/cluster`);
    expect([...waitsFor(production, production.only('aws_eks_cluster'))]).toContainEqual(
      expect.stringContaining('aws_cloudwatch_log_group.'),
    );
  });

  test('is protected in production only', () => {
    expect(production.only('aws_eks_cluster')).toMatchObject({
      deletion_protection: true,
      lifecycle: { prevent_destroy: true },
    });
    expect(development.only('aws_eks_cluster').deletion_protection).toBe(false);
    expect(development.only('aws_eks_cluster').lifecycle.prevent_destroy).toBeUndefined();
  });
});

test('administrators are the deploying role and those listed, each once', () => {
  expect(development.all('aws_eks_access_entry')).toEqual({});
  const principals = (type: string) =>
    Object.values(production.all(type))
      .map((entry: Json) => entry.principal_arn)
      .sort();
  const expected = [...big.cluster.adminRoles].map((role) => `arn:aws:iam::123456789012:role/${role}`).sort();
  expect(big.cluster.adminRoles).toContain(big.deployRole);
  expect(principals('aws_eks_access_entry')).toEqual(expected);
  expect(principals('aws_eks_access_policy_association')).toEqual(expected);
});

describe('nodes', () => {
  const group = production.only('aws_eks_node_group');

  test('are pinned to a release of their architecture’s image', () => {
    expect(group).toMatchObject({
      ami_type: 'AL2023_ARM_64_STANDARD',
      version: '1.36',
      release_version: releases['1.36'].nodeImage,
      capacity_type: 'ON_DEMAND',
    });
    expect(development.only('aws_eks_node_group')).toMatchObject({
      ami_type: 'AL2023_x86_64_STANDARD',
      version: '1.35',
      capacity_type: 'SPOT',
    });
  });

  test('are replaced before they go, and their number belongs to the autoscaler', () => {
    expect(group.node_group_name).toBeUndefined();
    expect(group.lifecycle).toEqual({
      create_before_destroy: true,
      ignore_changes: ['scaling_config[0].desired_size'],
    });
  });

  test('hide their credentials from pods', () => {
    for (const stack of [development, production]) {
      expect(stack.only('aws_launch_template').metadata_options).toEqual({
        http_endpoint: 'enabled',
        http_tokens: 'required',
        http_put_response_hop_limit: 1,
      });
      const attached = Object.values(stack.all('aws_iam_role_policy_attachment'))
        .filter((one: Json) => one.role.includes('aws_iam_role.nodes_'))
        .map((one: Json) => one.policy_arn.replace('arn:aws:iam::aws:policy/', ''));
      expect(attached.sort()).toEqual(['AmazonEC2ContainerRegistryPullOnly', 'AmazonEKSWorkerNodePolicy']);
    }
  });

  test('carry the stack’s tags, disks and interfaces too', () => {
    const [provider] = production.json.provider.aws;
    for (const { tags } of production.only('aws_launch_template').tag_specifications) {
      expect(tags).toMatchObject(provider.default_tags[0].tags);
    }
  });
});

describe('add-ons', () => {
  test('are pinned, all of them', () => {
    for (const [stack, version] of [
      [development, '1.35'],
      [production, '1.36'],
    ] as const) {
      const installed = Object.fromEntries(
        Object.values(stack.all('aws_eks_addon')).map((one: Json) => [one.addon_name, one.addon_version]),
      );
      expect(installed).toEqual(releases[version].addOns);
      for (const one of Object.values(stack.all('aws_eks_addon')) as Json[]) {
        expect(one).toMatchObject({
          resolve_conflicts_on_create: 'OVERWRITE',
          resolve_conflicts_on_update: 'OVERWRITE',
        });
      }
    }
  });

  test('that nodes need come first, those that need nodes after', () => {
    const group = [...Object.keys(production.all('aws_eks_node_group'))][0];
    const before = waitsFor(production, production.only('aws_eks_node_group'));
    for (const name of ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent']) {
      expect([...before]).toContainEqual(expect.stringMatching(`^aws_eks_addon\\..*${name}`));
      expect(waitsFor(production, addOn(production, name))).not.toContain(`aws_eks_node_group.${group}`);
    }
    for (const name of ['coredns', 'aws-ebs-csi-driver', 'metrics-server']) {
      expect(waitsFor(production, addOn(production, name))).toContain(`aws_eks_node_group.${group}`);
    }
  });

  test('enforce network policies, and give nodes addresses by prefix', () => {
    expect(JSON.parse(addOn(production, 'vpc-cni').configuration_values)).toMatchObject({
      enableNetworkPolicy: 'true',
      env: { ENABLE_PREFIX_DELEGATION: 'true' },
    });
  });
});

describe('roles of pods', () => {
  const trusts = (stack: Synthesised) =>
    Object.values(stack.all('aws_iam_role'))
      .flatMap((role: Json) => statements(role.assume_role_policy))
      .filter((trust) => trust.Principal.Service === 'pods.eks.amazonaws.com');

  test('trust one service account of one cluster', () => {
    const cluster = 'arn:aws:eks:eu-west-1:123456789012:cluster/holdfast-big';
    const accounts = trusts(production).map((trust) => {
      expect(trust.Action).toEqual(['sts:AssumeRole', 'sts:TagSession']);
      const tags = trust.Condition.StringEquals;
      expect(tags['aws:RequestTag/eks-cluster-arn']).toBe(cluster);
      return [tags['aws:RequestTag/kubernetes-namespace'], tags['aws:RequestTag/kubernetes-service-account']];
    });
    expect(accounts).toEqual(
      expect.arrayContaining([
        ['kube-system', 'aws-node'],
        ['kube-system', 'ebs-csi-controller-sa'],
        ...Object.values(controllers).map((one) => [one.namespace, one.serviceAccount]),
      ]),
    );
    expect(accounts).toHaveLength(4);
  });

  test('of external-secrets reaches the environment’s own secrets', () => {
    const [policy] = Object.entries(production.all('aws_iam_role_policy'))
      .filter(([id]) => id.startsWith('external-secrets'))
      .map(([, one]: [string, Json]) => statements(one.policy));
    expect(policy).toEqual([
      {
        Sid: 'ReadSecretsOfTheEnvironment',
        Effect: 'Allow',
        Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
        Resource: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:holdfast/big/*',
      },
    ]);
  });

  test('of the load balancer controller deletes and changes only what carries the cluster’s name', () => {
    const [policy = []] = Object.entries(production.all('aws_iam_role_policy'))
      .filter(([id]) => id.startsWith('load-balancer'))
      .map(([, one]: [string, Json]) => statements(one.policy));
    const allowing = (action: string): PolicyStatement[] =>
      policy.filter((statement) => list(statement.Action).includes(action));
    for (const action of [
      'ec2:DeleteSecurityGroup',
      'elasticloadbalancing:DeleteLoadBalancer',
      'elasticloadbalancing:DeleteTargetGroup',
      'elasticloadbalancing:SetSecurityGroups',
    ]) {
      expect(allowing(action)).toHaveLength(1);
      expect(allowing(action)[0]?.Condition.StringEquals['aws:ResourceTag/elbv2.k8s.aws/cluster']).toBe(
        'holdfast-big',
      );
    }
    for (const statement of allowing('ec2:AuthorizeSecurityGroupIngress')) {
      expect(Object.keys(statement.Condition.ArnEquals)).toEqual(['ec2:Vpc']);
    }
    // IAM's limit for the inline policies of a role, without white space.
    expect(JSON.stringify(policy).length).toBeLessThan(10_000);
  });
});
