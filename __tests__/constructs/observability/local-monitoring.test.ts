import { Testing } from 'cdktf';
import { dashboards } from '../../../constructs/observability/dashboards';
import { LocalObservabilityStack } from '../../../stacks/local-observability';
import {
  blocks,
  type Json,
  kubernetesStacks,
  localDeployment,
  named,
  objectsOf,
  synthesised,
  valuesOf,
} from '../../support/kubernetes';
import { dependencies, releaseAddress, waitsFor } from '../../support/platform';

const stack = new LocalObservabilityStack(Testing.app(), localDeployment);
// Testing.synth leaves it out.
stack.prepareStack();
const local = synthesised(stack);
const { local: service } = kubernetesStacks();
const values = valuesOf('monitoring', local);
const objects = objectsOf('holdfast-watch', local);
const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);

test('both providers talk to the cluster of the environment’s context, and nothing needs AWS', () => {
  const cluster = { config_path: '~/.kube/config', config_context: 'kind-holdfast' };
  expect(local.json.provider).toEqual({ kubernetes: [cluster], helm: [{ kubernetes: cluster }] });
  expect(JSON.stringify(values)).not.toMatch(/aws_|data\.terraform_remote_state/);
});

test('the password is made in the cluster: none is in a value, and none in a state', () => {
  expect(values.grafana).not.toHaveProperty('admin');
  expect(local.text).not.toMatch(/adminPassword|"password"/i);
  expect(blocks('kubernetes_secret_v1', local)).toEqual([]);
  expect(objects.filter(({ kind }) => kind === 'ExternalSecret')).toEqual([]);
});

test('it runs where nothing was prepared: no class, no priority, no volume, no receiver', () => {
  expect(JSON.stringify(values)).not.toMatch(/priorityClassName|storageClassName|volumeClaimTemplate/);
  expect(values.alertmanager).toEqual({ enabled: false });
  expect(values.nodeExporter).toEqual({ enabled: false });
  expect(values.prometheus.prometheusSpec).toMatchObject({
    replicas: 1,
    serviceMonitorSelectorNilUsesHelmValues: false,
    ruleSelectorNilUsesHelmValues: false,
    resources: { limits: { memory: '512Mi' } },
  });
  expect(named('kubernetes_namespace_v1', 'monitoring', local).metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
  });
});

test('the kinds come first, then the operator, then what it reads', () => {
  const graph = dependencies(local);
  const [kinds, chart, watch] = ['prometheus-operator-crds', 'monitoring', 'holdfast-watch'].map((name) =>
    releaseAddress(local, name),
  ) as [string, string, string];
  expect(waitsFor(graph, chart, kinds)).toBe(true);
  expect(waitsFor(graph, watch, chart)).toBe(true);
});

test('Prometheus finds the service, which goes without it', () => {
  const [{ metadata, spec }] = ofKind('ServiceMonitor') as [Json];
  const found = blocks('kubernetes_service_v1', service).filter((one) =>
    Object.entries(spec.selector.matchLabels).every(([key, value]) => one.metadata.labels[key] === value),
  );
  expect(found.map((one) => one.metadata.name)).toEqual(['holdfast-all-management']);
  expect(spec.namespaceSelector).toEqual({ matchNames: [found[0].metadata.namespace] });
  expect(found[0].spec.port.map(({ name }: Json) => name)).toContain(spec.endpoints[0].port);
  // The pod lets in who asks from there.
  expect(JSON.stringify(blocks('kubernetes_network_policy_v1', service))).toContain(
    `"kubernetes.io/metadata.name":"${metadata.namespace}"`,
  );
  expect(service.text).not.toContain('monitoring.coreos.com');
});

test('every dashboard, the recording rules and the alerts are there, but for roles that are not', () => {
  expect(
    blocks('kubernetes_config_map_v1', local)
      .map(({ metadata }) => metadata.name)
      .sort(),
  ).toEqual(dashboards.map(({ uid }) => `${uid}-dashboard`).sort());
  const rules = ofKind('PrometheusRule').flatMap(({ spec }) =>
    spec.groups.flatMap((group: Json) => group.rules),
  );
  const alerts = rules.flatMap(({ alert }: Json) => alert ?? []);
  expect(alerts).toContain('QueueLagging');
  expect(alerts).toContain('ErrorBudgetBurning');
  expect(alerts).not.toContain('RoleAbsent');
  expect(rules.flatMap(({ record }: Json) => record ?? [])).toContain('slo:sli_error:ratio_rate1h');
});
