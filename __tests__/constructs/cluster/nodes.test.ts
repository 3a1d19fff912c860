import { nodeImageType, releases } from '../../../constructs/cluster/versions';
import { big, environmentStacks, type Json, optional, type Synthesised, small } from '../aws-fixture';
import { waitsFor } from './order';

const development = environmentStacks(small).cluster;
const production = environmentStacks(big).cluster;
const everything = environmentStacks(optional).cluster;
const addOn = (stack: Synthesised, name: string): Json =>
  Object.values(stack.all('aws_eks_addon')).find((one: Json) => one.addon_name === name);

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
    for (const stack of [development, production, everything]) {
      for (const { ebs } of stack.only('aws_launch_template').block_device_mappings) {
        expect(ebs).toMatchObject({ volume_type: 'gp3', encrypted: 'true', delete_on_termination: 'true' });
      }
    }
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
