import { charts } from '../../../constructs/platform/charts';
import { controllers, secretStoreName } from '../../../constructs/platform/names';
import { type Json, kubernetesStacks, named, objectsOf, valuesOf } from '../../support/kubernetes';
import { lokiStacks } from '../../support/logs';
import { externalDnsStack, fullStacks, releases } from '../../support/platform';
import { delegated, deployment } from '../aws-fixture';

const { platform } = kubernetesStacks();
/** Of an environment with a public name, which is probed. */
const { observability, backup } = kubernetesStacks(deployment(delegated));
const full = fullStacks();
const logReleases = releases(lokiStacks().observability).filter(({ name }) => /^loki/.test(name));
const release = (name: string) => named('helm_release', name, platform);
const address = (name: string) => {
  const releases = Object.entries<Json>(platform.json.resource.helm_release);
  return `helm_release.${releases.find(([, block]) => block.name === name)?.[0]}`;
};

/** Of charts that are released more than once. */
const releasesOf: Readonly<Record<string, number>> = {
  // Two tiers for traces: one brings them together, one decides on them. And one that reads logs for Loki.
  openTelemetryCollector: 3,
};
describe.each(Object.entries(charts))('%s', (name, chart) => {
  test('is released as often as it is meant, at an exact version, from its own repository', () => {
    const found = [
      ...releases(full.platform, externalDnsStack(), observability, backup),
      ...logReleases,
    ].filter((block) => block.chart === chart.chart);
    expect(found).toHaveLength(releasesOf[name] ?? 1);
    for (const block of found) {
      expect(block).toMatchObject({ repository: chart.repository, version: chart.version });
    }
    expect(chart.version).toMatch(/^v?\d+\.\d+\.\d+$/);
    expect(chart.repository).toMatch(/^(https|oci):\/\//);
    expect(Number.isNaN(Date.parse(chart.asOf))).toBe(false);
  });
});

test('every release is taken back when it doesn’t become ready', () => {
  for (const block of releases(full.platform, full.app, externalDnsStack(), observability, backup)) {
    expect(block).toMatchObject({ atomic: true, cleanup_on_fail: true, wait: true, max_history: 5 });
    expect(block.timeout).toBeGreaterThanOrEqual(300);
    expect(block).not.toHaveProperty('set_sensitive');
  }
});

test('kinds come first, the store after the controller that owns its kind', () => {
  expect(release('prometheus-operator-crds').depends_on).toBeUndefined();
  expect(release('gateway-api-crds').depends_on).toBeUndefined();
  for (const name of ['external-secrets', 'aws-load-balancer-controller']) {
    expect(release(name).depends_on).toContain(address('prometheus-operator-crds'));
  }
  expect(release('secret-stores').depends_on).toEqual([address('external-secrets')]);
});

test('kinds outlive their release', () => {
  for (const name of ['prometheus-operator-crds', 'external-secrets']) {
    expect(valuesOf(name, platform).crds).toEqual({ annotations: { 'helm.sh/resource-policy': 'keep' } });
  }
});

describe('external-secrets', () => {
  const values = valuesOf('external-secrets', platform);

  test('runs as the account that has the IAM role, in a namespace that admits restricted pods', () => {
    const { namespace, serviceAccount } = controllers.externalSecrets;
    expect(values.serviceAccount).toEqual({ create: true, name: serviceAccount });
    expect(release('external-secrets').namespace).toBe(namespace);
    expect(named('kubernetes_namespace_v1', namespace, platform).metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
  });

  test.each([
    ['the controller', values],
    ['the webhook', values.webhook],
    ['the certificate controller', values.certController],
  ])('%s survives the loss of a node and has no privileges', (_, component) => {
    expect(component).toMatchObject({
      replicaCount: 2,
      podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
      priorityClassName: 'system-cluster-critical',
      podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      securityContext: {
        runAsNonRoot: true,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    expect(component.resources).toMatchObject({
      requests: { cpu: expect.any(String), memory: expect.any(String) },
      limits: { memory: expect.any(String) },
    });
  });

  test('one of two replicas leads', () => expect(values.leaderElect).toBe(true));
});

test('the store reads Secrets Manager with the controller’s own identity', () => {
  const [store, ...others] = objectsOf('secret-stores', platform);
  expect(others).toEqual([]);
  expect(store).toMatchObject({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ClusterSecretStore',
    metadata: { name: secretStoreName },
    spec: { provider: { aws: { service: 'SecretsManager', region: 'eu-central-1' } } },
  });
  expect(JSON.stringify(store)).not.toContain('auth');
  expect(platform.json.output.secret_store.value).toBe(secretStoreName);
});

test('the load balancer controller knows its cluster and VPC, and blocks no Service', () => {
  expect(valuesOf('aws-load-balancer-controller', platform)).toMatchObject({
    clusterName: '<data.terraform_remote_state.cluster.outputs.cluster_name>',
    vpcId: '<data.terraform_remote_state.network.outputs.vpc_id>',
    region: 'eu-central-1',
    defaultTargetType: 'ip',
    enableServiceMutatorWebhook: false,
    keepTLSSecret: true,
    replicaCount: 2,
    serviceAccount: { create: true, name: controllers.loadBalancerController.serviceAccount },
    securityContext: { runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
  });
});

test('the stack needs no AWS provider', () => {
  expect(Object.keys(platform.json.provider).sort()).toEqual(['helm', 'kubernetes']);
});
