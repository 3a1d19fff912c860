import { awsDeployment, kubernetesStacks, named } from '../../support/kubernetes';
import {
  automatic,
  bootstrap,
  deployment,
  environmentStacks,
  type Json,
  list,
  type Synthesised,
  small,
  statements,
} from '../aws-fixture';

const auto = environmentStacks(automatic).cluster;
const managed = environmentStacks(small).cluster;
const awsPolicies = (stack: Synthesised, role: string): string[] =>
  Object.values(stack.all('aws_iam_role_policy_attachment'))
    .filter((one: Json) => one.role.includes(`aws_iam_role.${role}`))
    .map((one: Json) => one.policy_arn.replace('arn:aws:iam::aws:policy/', ''))
    .sort();

describe('EKS Auto Mode', () => {
  test('has all three switches on, or all three off, and never unmentioned', () => {
    const switches = (stack: Synthesised) => {
      const { compute_config, kubernetes_network_config, storage_config } = stack.only('aws_eks_cluster');
      return [
        compute_config.enabled,
        kubernetes_network_config.elastic_load_balancing.enabled,
        storage_config.block_storage.enabled,
      ];
    };
    expect(switches(auto)).toEqual([true, true, true]);
    expect(switches(managed)).toEqual([false, false, false]);
    expect(managed.only('aws_eks_cluster').compute_config).toEqual({ enabled: false });
  });

  test('uses EKS’s own pools, with nodes that may join and pull images', () => {
    expect(auto.only('aws_eks_cluster').compute_config).toMatchObject({
      node_pools: ['general-purpose', 'system'],
      node_role_arn: expect.stringMatching(/^\$\{aws_iam_role\.control-plane_auto-nodes_role_.*\.arn\}$/),
    });
    expect(awsPolicies(auto, 'control-plane_auto-nodes')).toEqual([
      'AmazonEC2ContainerRegistryPullOnly',
      'AmazonEKSWorkerNodeMinimalPolicy',
    ]);
    // They are there before the cluster starts its first node.
    expect(auto.only('aws_eks_cluster').depends_on).toEqual(
      expect.arrayContaining([expect.stringContaining('control-plane_auto-nodes_role_managed-')]),
    );
  });

  test('gives the cluster the rights that it needs, and the right to tag its sessions', () => {
    expect(awsPolicies(auto, 'control-plane_role')).toEqual([
      'AmazonEKSBlockStoragePolicy',
      'AmazonEKSClusterPolicy',
      'AmazonEKSComputePolicy',
      'AmazonEKSLoadBalancingPolicy',
      'AmazonEKSNetworkingPolicy',
    ]);
    expect(awsPolicies(managed, 'control-plane_role')).toEqual(['AmazonEKSClusterPolicy']);
    const actions = (stack: Synthesised) =>
      Object.values(stack.all('aws_iam_role'))
        .flatMap((role: Json) => statements(role.assume_role_policy))
        .filter((trust) => trust.Principal.Service === 'eks.amazonaws.com')
        .flatMap((trust) => list(trust.Action ?? []));
    expect(actions(auto)).toEqual(['sts:AssumeRole', 'sts:TagSession']);
    expect(actions(managed)).toEqual(['sts:AssumeRole']);
  });

  test('installs nothing that it has of its own, and starts no nodes beside it', () => {
    expect(Object.values(auto.all('aws_eks_addon')).map((one: Json) => one.addon_name)).toEqual([
      'metrics-server',
      'snapshot-controller',
    ]);
    expect(auto.only('aws_eks_cluster').bootstrap_self_managed_addons).toBe(false);
    expect(auto.all('aws_eks_node_group')).toEqual({});
    expect(auto.all('aws_launch_template')).toEqual({});
    // No role for an add-on that isn't there.
    expect(JSON.stringify(auto.json.resource)).not.toMatch(/vpc-cni|ebs-csi/);
  });

  test('is switched on and off without replacing the cluster', () => {
    // What forces a new cluster is what both have alike, or what Terraform is told to ignore.
    const forcing = ({ name, version, role_arn, encryption_config, access_config }: Json) => [
      version,
      name.replace(/^holdfast-.*$/, 'name'),
      role_arn,
      encryption_config,
      access_config,
    ];
    expect(forcing(auto.only('aws_eks_cluster'))).toEqual(forcing(managed.only('aws_eks_cluster')));
    expect(auto.only('aws_eks_cluster').lifecycle.ignore_changes).toContain('bootstrap_self_managed_addons');
    // Its address stays, so that it isn't taken away and installed again.
    expect(Object.keys(managed.all('aws_eks_addon'))).toEqual(
      expect.arrayContaining(Object.keys(auto.all('aws_eks_addon'))),
    );
  });

  test('may make instance profiles under the boundary of roles that GitHub deploys', () => {
    const account = bootstrap({
      github: {
        repository: 'acme/platform',
        provider: 'managed',
        sessionHours: 2,
        branch: 'main',
        clusterPlans: false,
      },
    });
    const [boundary] = Object.values(account.all('aws_iam_policy')).filter((one: Json) =>
      one.name.includes(small.name),
    ) as Json[];
    const profiles = statements(boundary.policy).filter((one) =>
      list(one.Action ?? []).includes('iam:CreateInstanceProfile'),
    );
    expect(profiles.flatMap((one) => list(one.Resource))).toContain(
      'arn:aws:iam::123456789012:instance-profile/eks-*',
    );
  });
});

describe('what runs on Auto Mode', () => {
  const { environment } = awsDeployment;
  const onAuto = kubernetesStacks({
    ...awsDeployment,
    environment: { ...environment, cluster: deployment(automatic).environment.cluster },
  });
  const onManaged = kubernetesStacks();

  test('is held to its network policies', () => {
    expect(named('kubernetes_config_map_v1', 'amazon-vpc-cni', onAuto.platform)).toMatchObject({
      metadata: { namespace: 'kube-system' },
      data: { 'enable-network-policy-controller': 'true' },
    });
    // The add-on owns a map of that name.
    expect(onManaged.platform.text).not.toContain('amazon-vpc-cni');
  });

  test('resolves names where they are resolved: on the node', () => {
    const egress = (stacks: typeof onAuto, name: string): Json[] =>
      named('kubernetes_network_policy_v1', name, stacks.app).spec.egress.filter((rule: Json) =>
        rule.ports.some((port: Json) => port.port === '53'),
      );
    for (const name of ['holdfast-gateway', 'holdfast-migrate']) {
      const [rule, ...others] = egress(onAuto, name);
      expect(others).toEqual([]);
      expect(rule.ports.map((port: Json) => port.protocol).sort()).toEqual(['TCP', 'UDP']);
      expect(rule.to.map((peer: Json) => peer.ip_block.cidr)).toEqual(['172.20.0.10/32', '10.100.0.10/32']);
      expect(egress(onManaged, name)[0].to[0].pod_selector.match_labels).toEqual({ 'k8s-app': 'kube-dns' });
    }
  });

  test('gets load balancers for Gateways from the same controller', () => {
    expect(named('helm_release', 'aws-load-balancer-controller', onAuto.platform)).toEqual(
      named('helm_release', 'aws-load-balancer-controller', onManaged.platform),
    );
  });
});
