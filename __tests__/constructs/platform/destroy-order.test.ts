/**
 * Terraform destroys in reverse: whatever waits for something goes before it. Asserted over everything that the platform
 * and app stacks wait for, with all switches on.
 */
import { charts } from '../../../constructs/platform/charts';
import { named, type Synthesised } from '../../support/kubernetes';
import {
  dependencies,
  externalDnsStack,
  fullStacks,
  releaseAddress,
  releases,
  waitsFor,
} from '../../support/platform';

const { platform, app } = fullStacks();
const goesBefore = (stack: Synthesised, first: string, then: string) =>
  waitsFor(dependencies(stack), releaseAddress(stack, first), releaseAddress(stack, then));

test.each([
  ['node-pools', 'karpenter'],
  ['karpenter', 'karpenter-crd'],
  ['service-teams', 'argocd'],
  ['argocd', 'argocd-sign-on'],
  ['argocd-sign-on', 'secret-stores'],
  ['secret-stores', 'external-secrets'],
  ['ztunnel', 'istio-cni'],
  ['istio-cni', 'istiod'],
  ['istiod', 'istio-base'],
  ['keda', 'prometheus-operator-crds'],
  ['cert-manager', 'prometheus-operator-crds'],
])('%s goes before %s', (first, then) => {
  expect(goesBefore(platform, first, then)).toBe(true);
  expect(goesBefore(platform, then, first)).toBe(false);
});

test('nothing waits in a circle', () => {
  for (const stack of [platform, app]) {
    const graph = dependencies(stack);
    const visiting = new Set<string>();
    const done = new Set<string>();
    const visit = (address: string): void => {
      if (done.has(address)) return;
      expect(visiting.has(address)).toBe(false);
      visiting.add(address);
      for (const next of graph.get(address) ?? []) visit(next);
      visiting.delete(address);
      done.add(address);
    };
    for (const address of graph.keys()) visit(address);
    expect(done.size).toBe(graph.size);
  }
});

test('what runs in a namespace that the same stack makes goes before the namespace, and before its policies', () => {
  for (const stack of [platform, app, externalDnsStack()]) {
    const graph = dependencies(stack);
    const homes = Object.entries<{ metadata: { name: string } }>(stack.json.resource.kubernetes_namespace_v1);
    expect(homes.length).toBeGreaterThan(0);
    for (const [id, { metadata }] of homes) {
      const home = `kubernetes_namespace_v1.${id}`;
      const policies = Object.entries<{ metadata: { name: string; namespace: string } }>(
        stack.json.resource.kubernetes_network_policy_v1,
      ).filter(([, policy]) => policy.metadata.namespace === metadata.name);
      const closed = policies.find(([, policy]) => policy.metadata.name === 'default-deny');
      expect([metadata.name, closed !== undefined]).toEqual([metadata.name, true]);
      for (const release of releases(stack).filter((block) => block.namespace === metadata.name)) {
        const address = releaseAddress(stack, release.name);
        expect([release.name, waitsFor(graph, address, home)]).toEqual([release.name, true]);
      }
      for (const chart of releases(stack).filter(
        (block) => block.namespace === metadata.name && !block.chart.startsWith('./'),
      )) {
        const policy = `kubernetes_network_policy_v1.${closed?.[0]}`;
        expect([chart.name, waitsFor(graph, releaseAddress(stack, chart.name), policy)]).toEqual([
          chart.name,
          true,
        ]);
      }
    }
  }
});

test('what takes AWS resources or others’ work down with it gets half an hour', () => {
  for (const name of ['node-pools', 'service-teams']) {
    expect(named('helm_release', name, platform).timeout).toBeGreaterThanOrEqual(1_800);
  }
});

test('a pod that refuses to move is ended before destroy gives up on its node', () => {
  const [, pool] = JSON.parse(named('helm_release', 'node-pools', platform).values[0]).objects;
  const minutes = Number(/^(\d+)m$/.exec(pool.spec.template.spec.terminationGracePeriod)?.[1]);
  expect(minutes * 60).toBeLessThan(named('helm_release', 'node-pools', platform).timeout);
});

test('kinds stay when their release goes: with them would go every object of theirs', () => {
  const kept = 'helm.sh/resource-policy';
  const value = (name: string) => JSON.parse(named('helm_release', name, platform).values[0]);
  expect(value('karpenter-crd').additionalAnnotations[kept]).toBe('keep');
  expect(value('keda').crds.additionalAnnotations[kept]).toBe('keep');
  expect(value('cert-manager').crds.keep).toBe(true);
  expect(value('argocd').crds.keep).toBe(true);
  expect(named('helm_release', 'karpenter', platform)).toMatchObject({
    skip_crds: true,
    version: charts.karpenterCrds.version,
  });
});
