import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { karpenterNames } from '../../../constructs/cluster/karpenter-names';
import { nodeImageType, releases } from '../../../constructs/cluster/versions';
import { controllers } from '../../../constructs/platform/names';
import { synthesise } from '../../../tools/lib/synthesise';
import {
  account,
  big,
  deployment,
  environmentStacks,
  type Json,
  list,
  network,
  optional,
  type PolicyStatement,
  type Synthesised,
  small,
  statements,
} from '../aws-fixture';

const development = environmentStacks(small).cluster;
const production = environmentStacks(big).cluster;
const everything = environmentStacks(optional).cluster;

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

describe('roles that get into the cluster', () => {
  const arn = (role: string) => `arn:aws:iam::123456789012:role/${role}`;
  /** Access by role: kind of entry, groups, and AWS's policy over the whole cluster. */
  const access = (stack: Synthesised) =>
    Object.fromEntries(
      Object.entries(stack.all('aws_eks_access_entry')).map(([id, entry]: [string, Json]) => {
        const [association] = Object.values(stack.all('aws_eks_access_policy_association')).filter(
          (one: Json) => one.principal_arn === entry.principal_arn,
        ) as Json[];
        if (association) {
          expect(association.access_scope).toEqual({ type: 'cluster' });
          expect(association.depends_on).toEqual([`aws_eks_access_entry.${id}`]);
        }
        const policy = association?.policy_arn.replace('arn:aws:eks::aws:cluster-access-policy/', '');
        return [entry.principal_arn, [entry.type, entry.kubernetes_groups, policy]];
      }),
    );

  test('administer as the one that deploys and those listed, each with one entry and its groups', () => {
    expect(development.all('aws_eks_access_entry')).toEqual({});
    expect(big.cluster.adminRoles).toContain(big.deployRole);
    const [deployer = '', administrator = ''] = big.cluster.adminRoles;
    const admin = 'AmazonEKSClusterAdminPolicy';
    expect(access(production)).toEqual({
      [arn(deployer)]: ['STANDARD', ['holdfast:administrators', 'holdfast:deployers'], admin],
      [arn(administrator)]: ['STANDARD', ['holdfast:administrators'], admin],
    });
  });

  test('look without seeing Secrets', () => {
    const view = 'AmazonEKSViewPolicy';
    expect(access(everything)).toMatchObject({
      [arn('platform-admin')]: ['STANDARD', ['holdfast:administrators'], 'AmazonEKSClusterAdminPolicy'],
      [arn('auditor')]: ['STANDARD', ['holdfast:readers'], view],
      [arn('teams/support')]: ['STANDARD', ['holdfast:readers'], view],
    });
  });
});

describe('nodes', () => {
  const group = production.only('aws_eks_node_group');

  test('are pinned to a release of their architecture’s image', () => {
    expect(group).toMatchObject({
      ami_type: 'AL2023_ARM_64_STANDARD',
      version: '1.36',
      release_version: releases['1.36'].nodeImages.al2023,
      capacity_type: 'ON_DEMAND',
    });
    expect(development.only('aws_eks_node_group')).toMatchObject({
      ami_type: 'AL2023_x86_64_STANDARD',
      version: '1.35',
      capacity_type: 'SPOT',
    });
  });

  test('have an image for each architecture, and its disks', () => {
    for (const byArchitecture of Object.values(nodeImageType)) {
      for (const [architecture, type] of Object.entries(byArchitecture)) {
        expect(type.toLowerCase()).toContain(architecture.replace('arm64', 'arm_64'));
      }
    }
    expect(everything.only('aws_eks_node_group')).toMatchObject({
      ami_type: 'BOTTLEROCKET_x86_64',
      version: '1.35',
      release_version: releases['1.35'].nodeImages.bottlerocket,
    });
    const disks = (stack: Synthesised) =>
      stack
        .only('aws_launch_template')
        .block_device_mappings.map((one: Json) => [one.device_name, one.ebs.volume_size]);
    expect(disks(development)).toEqual([['/dev/xvda', 20]]);
    // The system's is as large as the image; what grows is on the other.
    expect(disks(everything)).toEqual([
      ['/dev/xvda', undefined],
      ['/dev/xvdb', 20],
    ]);
  });

  test('whose image is not pinned are refused, with the command that says the release', () => {
    const unpinned = {
      ...optional,
      cluster: { ...optional.cluster, version: '1.36' as const },
    };
    expect(releases['1.36'].nodeImages.bottlerocket).toBeUndefined();
    expect(() =>
      synthesise(
        { accounts: [account], deployments: [deployment(unpinned)] },
        { outdir: join(tmpdir(), 'holdfast-unpinned') },
      ),
    ).toThrow(
      'everything-cluster/nodes: bottlerocket for Kubernetes 1.36 is not pinned: write what `aws ssm get-parameter --name /aws/service/bottlerocket/aws-k8s-1.36/x86_64/latest/image_version` says into constructs/cluster/versions.ts',
    );
  });

  test('are replaced before they go, and their number belongs to the autoscaler', () => {
    expect(group.node_group_name).toBeUndefined();
    expect(group.lifecycle).toEqual({
      create_before_destroy: true,
      ignore_changes: ['scaling_config[0].desired_size'],
    });
  });

  test('hide their credentials from pods', () => {
    for (const stack of [development, production, everything]) {
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
        ...[controllers.externalSecrets, controllers.loadBalancerController].map((one) => [
          one.namespace,
          one.serviceAccount,
        ]),
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
