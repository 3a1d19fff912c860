import { exporter, exporterMetrics, ports, serviceRoleNames } from '../../../app/src/contract';
import { managementServiceLabel } from '../../../constructs/workload/role-services';
import { awsDeployment, blocks, kubernetesStacks, named, objectsOf } from '../../support/kubernetes';

const { app, local } = kubernetesStacks();
const deployment = named('kubernetes_deployment_v1', 'holdfast-exporter', app);
const service = named('kubernetes_service_v1', 'holdfast-exporter-management', app);

test('is one pod of the service’s image, after the migration that makes its login, and with its settings alone', () => {
  expect(deployment.spec.replicas).toBe('1');
  // Two at once would report everything twice.
  expect(deployment.spec.strategy).toMatchObject({ type: 'Recreate' });
  const [container] = deployment.spec.template.spec.container;
  expect(container.image).toBe(
    named('kubernetes_deployment_v1', 'holdfast-gateway', app).spec.template.spec.container[0].image,
  );
  expect(container.args).toEqual(['exporter']);
  expect(deployment.spec.template.spec.volume.filter((volume: object) => 'secret' in volume)).toEqual([]);
  expect(deployment.depends_on.join()).toContain('kubernetes_job_v1.migration');
});

test('is found by a monitor of its own, and by no other', () => {
  const [own] = objectsOf('holdfast-stores', app);
  const [ofRoles] = objectsOf('holdfast-monitors', app);
  const matches = (labels: Record<string, string>) =>
    Object.entries(labels).every(([key, value]) => service.metadata.labels[key] === value);
  expect(own.kind).toBe('ServiceMonitor');
  expect(matches(own.spec.selector.matchLabels)).toBe(true);
  expect(matches(ofRoles.spec.selector.matchLabels)).toBe(false);
  expect(service.metadata.labels).not.toMatchObject(managementServiceLabel);
  for (const role of serviceRoleNames) {
    const other = named('kubernetes_service_v1', `holdfast-${role}-management`, app).metadata.labels;
    expect(other).not.toMatchObject(own.spec.selector.matchLabels);
  }
  expect(own.spec.endpoints[0]).toMatchObject({ port: 'management', path: '/metrics' });
  // It gives up on a server before Prometheus gives up on it.
  expect(exporter.serverSeconds).toBeLessThan(Number.parseInt(own.spec.endpoints[0].scrapeTimeout, 10));
  expect(service.spec.port).toEqual([expect.objectContaining({ port: ports.management })]);
});

test('is reached by the monitoring alone, and reaches names, the database, the cache and its credentials', () => {
  const { spec } = named('kubernetes_network_policy_v1', 'holdfast-exporter', app);
  expect(spec.ingress).toEqual([
    {
      from: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
      ports: [{ protocol: 'TCP', port: String(ports.management) }],
    },
  ]);
  expect(spec.egress).toHaveLength(4);
});

test('is counted in the quota, and comes only with a Prometheus', () => {
  const { environment } = awsDeployment;
  const without = kubernetesStacks({
    ...awsDeployment,
    environment: { ...environment, observability: { ...environment.observability, enabled: false } },
  }).app;
  const names = blocks('kubernetes_deployment_v1', without, local).map((block) => block.metadata.name);
  expect(names).not.toContain('holdfast-exporter');
  const pods = (stack: typeof app) => Number(blocks('kubernetes_resource_quota_v1', stack)[0].spec.hard.pods);
  expect(pods(app)).toBeGreaterThan(pods(without));
  const releases = blocks('helm_release', without).map((release) => release.name);
  expect(releases).not.toContain('holdfast-stores');
});

test('keeps to labels with few values', () => {
  const labels = Object.values(exporterMetrics).flatMap((metric) => metric.labels);
  expect([...new Set<string>(labels)].sort()).toEqual([
    'login',
    'node',
    'outcome',
    'replica',
    'result',
    'server',
    'slot',
    'source',
    'state',
    'statement',
    'table',
  ]);
});
