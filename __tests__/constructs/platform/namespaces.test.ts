import { privilegedNamespaces } from '../../../constructs/platform/names';
import { blocks, type Json } from '../../support/kubernetes';
import { externalDnsStack, fullStacks } from '../../support/platform';

const { platform, app } = fullStacks();
const dns = externalDnsStack();

describe('namespaces', () => {
  const namespaces = [...blocks('kubernetes_namespace_v1', platform, app, dns)];
  const policies = blocks('kubernetes_network_policy_v1', platform, app, dns);

  test.each(namespaces.map((block) => [block.metadata.name, block]))(
    '%s keeps a Pod Security standard',
    (name, block) => {
      const standard = privilegedNamespaces.includes(name) ? 'privileged' : 'restricted';
      for (const mode of ['enforce', 'audit', 'warn']) {
        expect(block.metadata.labels[`pod-security.kubernetes.io/${mode}`]).toBe(standard);
        expect(block.metadata.labels[`pod-security.kubernetes.io/${mode}-version`]).toBe('v1.36');
      }
    },
  );

  test.each(namespaces.map((block) => [block.metadata.name]))(
    '%s is closed in both directions first',
    (name) => {
      const closed = policies.find(
        (policy) => policy.metadata.namespace === name && policy.metadata.name === 'default-deny',
      );
      expect(closed.spec).toEqual({ pod_selector: {}, policy_types: ['Ingress', 'Egress'] });
    },
  );

  test('no rule opens everything: each says from or to where, and on which ports unless it is the namespace itself', () => {
    const itself = (peers: Json[]) =>
      peers.every(
        (peer) =>
          peer.pod_selector && Object.keys(peer.pod_selector).length === 0 && !peer.namespace_selector,
      );
    const probes = (peers: Json[]) => peers.every((peer) => peer.ip_block?.cidr === '169.254.7.127/32');
    for (const { metadata, spec } of policies) {
      for (const [rules, side] of [
        [spec.ingress ?? [], 'from'],
        [spec.egress ?? [], 'to'],
      ] as const) {
        for (const rule of rules) {
          const peers = rule[side] ?? [];
          const narrow = peers.length > 0 && (rule.ports?.length > 0 || itself(peers) || probes(peers));
          expect([metadata, rule, narrow]).toEqual([metadata, rule, true]);
        }
      }
    }
  });

  test('the node’s metadata is out of reach of controllers', () => {
    const egress = policies
      .filter((policy) => policy.metadata.name === 'controller')
      .flatMap((policy) => policy.spec.egress.flatMap((rule: Json) => rule.to));
    const everywhere = egress.filter((peer: Json) => peer.ip_block?.cidr === '0.0.0.0/0');
    expect(everywhere.length).toBeGreaterThan(3);
    for (const peer of everywhere) expect(peer.ip_block.except).toEqual(['169.254.169.254/32']);
  });
});

test('no role of people reads Secrets, or everything, or may make itself more', () => {
  for (const { metadata, rule: rules } of blocks('kubernetes_cluster_role_v1', platform)) {
    for (const rule of rules) {
      const [groups, resources, verbs] = [rule.api_groups, rule.resources, rule.verbs] as string[][];
      expect([metadata.name, resources]).not.toEqual([metadata.name, expect.arrayContaining(['secrets'])]);
      expect([metadata.name, groups, resources, verbs].flat()).not.toContain('*');
      expect([metadata.name, groups]).not.toEqual([
        metadata.name,
        expect.arrayContaining(['rbac.authorization.k8s.io']),
      ]);
    }
  }
});
