import { releases as images } from '../../../constructs/cluster/versions';
import { imageAlias } from '../../../constructs/platform/node-pools';
import { type Json, kubernetesStacks, objectsOf, valuesOf } from '../../support/kubernetes';
import { fullDeployment, fullStacks, releases } from '../../support/platform';

const { platform } = fullStacks();
const [nodeClass, ...pools] = objectsOf('node-pools', platform) as [Json, ...Json[]];
const pool = (name: string, from: Json[] = pools): Json => from.find((one) => one.metadata.name === name);
const requirement = (of: Json, key: string) =>
  of.spec.template.spec.requirements.find((one: Json) => one.key === key);

test('without cluster.karpenter there is neither a controller nor a pool', () => {
  const names = releases(kubernetesStacks().platform).map((release) => release.name);
  expect(names.filter((name) => /karpenter|node-pools/.test(name))).toEqual([]);
});

test('the controller knows its cluster and queue, and runs twice as the account that has the IAM role', () => {
  expect(valuesOf('karpenter', platform)).toMatchObject({
    replicas: 2,
    serviceAccount: { name: 'karpenter' },
    settings: {
      clusterName: 'holdfast-fixture',
      interruptionQueue: 'holdfast-fixture-karpenter',
      isolatedVPC: false,
    },
  });
});

test('nodes have the pinned image, encrypted disks, and keep their credentials from pods', () => {
  expect(nodeClass).toMatchObject({
    apiVersion: 'karpenter.k8s.aws/v1',
    spec: {
      amiSelectorTerms: [{ alias: expect.stringMatching(/^al2023@v\d{8}$/) }],
      instanceProfile: 'holdfast-fixture-karpenter-node',
      subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'holdfast-fixture' } }],
      metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      tags: { environment: 'fixture', 'managed-by': 'terraform' },
    },
  });
  for (const { ebs } of nodeClass.spec.blockDeviceMappings) {
    expect(ebs).toMatchObject({ encrypted: true, volumeType: 'gp3' });
  }
});

test('every pool has a bound, an age, and gives way a tenth at a time', () => {
  expect(pools.map((one) => one.metadata.name)).toEqual(['spot', 'x86']);
  for (const { spec } of pools) {
    expect(spec.limits).toEqual({
      cpu: expect.stringMatching(/^\d+$/),
      memory: expect.stringMatching(/^\d+Gi$/),
    });
    expect(spec.template.spec.expireAfter).toMatch(/^\d+h$/);
    expect(spec.disruption.budgets).toEqual([
      { nodes: '10%' },
      { nodes: '0', reasons: ['Underutilized', 'Drifted'], schedule: '0 7 * * mon-fri', duration: '11h' },
    ]);
  }
  expect(pool('spot').spec.template.spec.expireAfter).toBe('336h');
  expect(requirement(pool('spot'), 'karpenter.sh/capacity-type').values).toEqual(['spot', 'on-demand']);
});

test('only pods that say so run on another architecture than the images are built for', () => {
  expect(requirement(pool('x86'), 'kubernetes.io/arch').values).toEqual(['amd64']);
  expect(pool('x86').spec.template.spec.taints).toEqual([
    { key: 'kubernetes.io/arch', value: 'amd64', effect: 'NoSchedule' },
  ]);
  expect(pool('spot').spec.template.spec.taints).toBeUndefined();
});

test('without a list there is one pool, of the first nodes’ architecture and capacity', () => {
  const { environment, ...deployment } = fullDeployment();
  const { nodes } = environment.cluster;
  if (!nodes) throw new Error('the fixture has a group of nodes');
  const plain = (capacity: 'spot' | 'on-demand') =>
    objectsOf(
      'node-pools',
      kubernetesStacks({
        ...deployment,
        environment: {
          ...environment,
          platform: { ...environment.platform, karpenter: {} },
          cluster: { ...environment.cluster, nodes: { ...nodes, capacity } },
        },
      }).platform,
    ).slice(1);
  const [spot, ...others] = plain('spot');
  expect(others).toEqual([]);
  expect(requirement(spot, 'karpenter.sh/capacity-type').values).toEqual(['spot', 'on-demand']);
  expect(requirement(spot, 'kubernetes.io/arch').values).toEqual(['arm64']);
  expect(spot.spec.disruption.budgets).toEqual([{ nodes: '10%' }]);
  expect(requirement(plain('on-demand')[0], 'karpenter.sh/capacity-type').values).toEqual(['on-demand']);
});

test('its nodes run the release that managed nodes run', () => {
  const release = (version: '1.35' | '1.36') => images[version].nodeImages;
  expect(imageAlias('1.36', 'al2023')).toBe(`al2023@v${release('1.36').al2023.split('-')[1]}`);
  expect(imageAlias('1.35', 'bottlerocket')).toBe(
    `bottlerocket@v${release('1.35').bottlerocket.split('-')[0]}`,
  );
});
