/** A second service, as docs/second-service.md shows it: the same file, synthesised. */
import { readFileSync } from 'node:fs';
import { Testing } from 'cdktf';
import { HoldfastStack } from '../../../constructs/core/stack';
import type { AwsEnvironmentInput } from '../../../environments/schema';
import { ReportsStack } from '../../examples/reports';
import { blocks, type Json, kubernetesStacks, named, objectsOf, synthesised } from '../../support/kubernetes';
import { delegated, deployment } from '../aws-fixture';

function reports(environment: AwsEnvironmentInput) {
  const app = Testing.app();
  const of = deployment(environment);
  const stub = (component: string) =>
    new HoldfastStack(app, {
      environment: environment.name,
      component,
      state: { kind: 'local' },
      tags: {},
    });
  const stack = new ReportsStack(app, of, { network: stub('network'), cluster: stub('cluster') });
  stack.prepareStack();
  return synthesised(stack);
}
const stack = reports(delegated);
const pods = named('kubernetes_deployment_v1', 'reports', stack);
const pod = pods.spec.template.spec;
const [container] = pod.container;

test('the document shows the example as it is', () => {
  const example = readFileSync('__tests__/examples/reports.ts', 'utf8')
    .replaceAll("'../../stacks/", "'./")
    .replaceAll("'../../", "'../");
  const shown = /```ts\n\/\/ stacks\/reports\.ts\n([\s\S]*?)```/.exec(
    readFileSync('docs/second-service.md', 'utf8'),
  )?.[1];
  expect(shown).toBe(example);
});

test('its pods have no more privileges than Holdfast’s own, and drain as long', () => {
  const ours = named(
    'kubernetes_deployment_v1',
    'holdfast-gateway',
    kubernetesStacks(deployment(delegated)).app,
  ).spec.template.spec;
  expect(pod.security_context).toEqual(ours.security_context);
  expect(container.security_context).toEqual(ours.container[0].security_context);
  expect(Object.keys(container.resources.limits)).toEqual(Object.keys(ours.container[0].resources.limits));
  expect(pod.automount_service_account_token).toBe(false);
  expect(pod.enable_service_links).toBe(false);
  expect(pod.termination_grace_period_seconds).toBe(ours.termination_grace_period_seconds);
  expect(pod.volume).toEqual([{ name: 'temporary', empty_dir: { size_limit: '64Mi' } }]);
  const selector = pods.spec.selector.match_labels;
  expect(pods.spec.template.metadata.labels).toMatchObject(selector);
  expect(pod.topology_spread_constraint.map((one: Json) => one.label_selector[0].match_labels)).toEqual([
    selector,
    selector,
  ]);
  expect(container.image).toMatch(/@sha256:[0-9a-f]{64}$/);
  for (const name of ['startup', 'liveness', 'readiness']) {
    expect(container[`${name}_probe`].http_get.port).toBe('8081');
  }
  expect(named('kubernetes_namespace_v1', 'reports', stack).metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
    'holdfast/public-routes': 'allowed',
    'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled',
  });
});

test('its network is closed in both directions but for names, its namespace and the load balancer', () => {
  expect(named('kubernetes_network_policy_v1', 'default-deny', stack).spec).toEqual({
    pod_selector: {},
    policy_types: ['Ingress', 'Egress'],
  });
  const { ingress, egress, dynamic } = named('kubernetes_network_policy_v1', 'reports', stack).spec;
  expect(ingress).toEqual([{ from: [{ pod_selector: {} }], ports: [{ port: '8080', protocol: 'TCP' }] }]);
  expect(egress).toHaveLength(1);
  expect(egress[0].ports.map((port: Json) => port.port)).toEqual(['53', '53']);
  expect(dynamic.ingress.content.ports.map((port: Json) => port.port)).toEqual(['8080', '8081']);
});

test('the gateway leads to it under its own name, by its own readiness', () => {
  const [target, route] = objectsOf('reports-routes', stack);
  expect(route).toMatchObject({
    kind: 'HTTPRoute',
    metadata: { name: 'reports', namespace: 'reports' },
    spec: {
      hostnames: ['reports.app.example.com'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/v1' } }],
          backendRefs: [expect.objectContaining({ name: 'reports', port: 8080 })],
        },
      ],
    },
  });
  expect(target.spec.defaultConfiguration.healthCheckConfig).toMatchObject({
    healthCheckPath: '/readyz',
    healthCheckPort: '8081',
  });
  const address = Object.entries<Json>(stack.json.resource.helm_release).find(
    ([, block]) => block.name === 'reports-routes',
  )?.[0];
  expect(pods.depends_on).toContain(`helm_release.${address}`);
});

test('it scales, and drains one at a time', () => {
  expect(blocks('kubernetes_horizontal_pod_autoscaler_v2', stack)[0].spec).toMatchObject({
    min_replicas: 3,
    max_replicas: 6,
  });
  expect(objectsOf('reports-disruption-budget', stack)[0].spec).toMatchObject({
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
});

test('without a delegated name nothing leads to it', () => {
  const without = reports({ ...delegated, domain: undefined });
  expect(without.text).not.toContain('HTTPRoute');
  expect(named('kubernetes_network_policy_v1', 'reports', without).spec).not.toHaveProperty('dynamic');
  expect(named('kubernetes_namespace_v1', 'reports', without).metadata.labels).not.toHaveProperty(
    'holdfast/public-routes',
  );
});
