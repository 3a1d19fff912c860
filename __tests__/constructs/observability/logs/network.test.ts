import { blocks, type Json, type Synthesised } from '../../../support/kubernetes';
import { stacksWithLogs } from '../../../support/logs';

const elastic = stacksWithLogs({ kind: 'elastic' }).observability;
const loki = stacksWithLogs({ kind: 'loki' }).observability;

const policies = (stack: Synthesised, namespace: string): Json[] =>
  blocks('kubernetes_network_policy_v1', stack).filter(({ metadata }) => metadata.namespace === namespace);
const policy = (stack: Synthesised, namespace: string, name: string): Json =>
  policies(stack, namespace).find(({ metadata }) => metadata.name === name)?.spec;
const from = (peers: Json[]): string[] =>
  peers.map((peer) => peer.namespace_selector?.match_labels['kubernetes.io/metadata.name'] ?? 'itself');

describe.each([
  ['elastic', elastic, ['elastic-system', 'log-collectors', 'logging']],
  ['loki', loki, ['log-collectors', 'logging']],
])('%s', (_, stack, namespaces) => {
  test.each(namespaces)('%s is closed in both directions first', (namespace) => {
    expect(policy(stack, namespace, 'default-deny')).toEqual({
      pod_selector: {},
      policy_types: ['Ingress', 'Egress'],
    });
  });

  test('nobody asks the collectors', () => {
    expect(policies(stack, 'log-collectors').flatMap(({ spec }) => spec.ingress ?? [])).toEqual([]);
  });

  test('what keeps logs reaches nothing outside its namespace but the name service', () => {
    const egress = policies(stack, 'logging').flatMap(({ spec }) => spec.egress ?? []);
    const outside = egress.filter(({ to }) => from(to).some((name) => name !== 'itself'));
    expect(outside.map(({ ports }) => ports.map(({ port }: Json) => port))).toEqual([['53', '53']]);
    expect(JSON.stringify(egress)).not.toContain('0.0.0.0/0');
  });

  test('agents of nodes are privileged in a namespace of their own, what keeps logs is restricted', () => {
    const standard = (name: string) =>
      blocks('kubernetes_namespace_v1', stack).find(({ metadata }) => metadata.name === name)?.metadata
        .labels['pod-security.kubernetes.io/enforce'];
    expect(namespaces.map(standard)).toEqual(
      namespaces.map((name) => (name === 'log-collectors' ? 'privileged' : 'restricted')),
    );
  });
});

test('Elasticsearch is asked by its operator from outside, Logstash by Filebeat, Kibana by nobody', () => {
  const opened = policies(elastic, 'logging')
    .filter(({ metadata }) => !['default-deny', 'inside'].includes(metadata.name))
    .map(({ spec }) => [
      spec.pod_selector.match_labels['common.k8s.elastic.co/type'],
      from(spec.ingress[0].from),
      spec.ingress[0].ports[0].port,
    ]);
  expect(opened).toEqual([
    ['elasticsearch', ['elastic-system'], '9200'],
    ['logstash', ['log-collectors'], '5044'],
  ]);
});

test('Loki is asked by the collectors and by Grafana', () => {
  expect(from(policy(loki, 'logging', 'loki').ingress[0].from)).toEqual(['log-collectors', 'monitoring']);
});

test('Filebeat asks the API which pod a file is of, but never the node for its credentials; the other one neither', () => {
  const https = (stack: Synthesised) =>
    policy(stack, 'log-collectors', 'collectors').egress.filter(({ ports }: Json) => ports[0].port === '443');
  expect(https(elastic)).toHaveLength(1);
  expect(https(elastic)[0].to[0].ip_block.except).toEqual(['169.254.169.254/32']);
  expect(https(loki)).toEqual([]);
});

test('an environment may do without', () => {
  const { observability } = stacksWithLogs({ kind: 'none' });
  expect(blocks('kubernetes_namespace_v1', observability).map(({ metadata }) => metadata.name)).toEqual([
    'monitoring',
    'node-exporter',
    'tracing',
  ]);
});

test('another kind makes nothing of a name that is still there: what both have keeps its address', () => {
  const kubernetesNames = (stack: Synthesised) =>
    Object.entries<Json>(stack.json.resource).flatMap(([type, found]) =>
      Object.entries<Json>(found).map(([id, { metadata, name, namespace }]) => ({
        address: `${type}.${id}`,
        name: [type, metadata?.namespace ?? namespace, metadata?.name ?? name].join(' '),
      })),
    );
  const before = new Map(kubernetesNames(elastic).map(({ name, address }) => [name, address]));
  const moved = kubernetesNames(loki).filter(
    ({ name, address }) => before.has(name) && before.get(name) !== address,
  );
  expect(moved).toEqual([]);
});
