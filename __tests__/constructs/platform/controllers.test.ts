import { externalDnsPolicy } from '../../../constructs/platform/external-dns';
import { containerSecurity } from '../../../constructs/platform/hardening';
import { blocks, type Json, kubernetesStacks, named, objectsOf, valuesOf } from '../../support/kubernetes';
import { externalDnsStack, fullStacks, releases } from '../../support/platform';

const { platform, app } = fullStacks();
const plain = kubernetesStacks();
const dns = externalDnsStack();
const namesOf = (stack: typeof platform) => releases(stack).map((release) => release.name);

test('what is switched off is not there', () => {
  for (const name of ['argocd', 'service-teams', 'istiod', 'ztunnel', 'external-dns']) {
    expect(namesOf(plain.platform)).not.toContain(name);
  }
  for (const name of ['keda', 'cert-manager', 'external-secrets'])
    expect(namesOf(plain.platform)).toContain(name);
});

describe('KEDA', () => {
  const values = valuesOf('keda', platform);

  test('runs twice, each part with a budget, memory limits and no privileges', () => {
    expect([values.operator, values.metricsServer, values.webhooks].map((part) => part.replicaCount)).toEqual(
      [2, 2, 2],
    );
    for (const part of ['operator', 'metricServer', 'webhooks']) {
      expect(values.podDisruptionBudget[part]).toEqual({ maxUnavailable: 1 });
      expect(values.securityContext[part]).toEqual(containerSecurity);
      expect(values.resources[part].limits.memory).toMatch(/Mi$/);
    }
  });

  test('reads no Secrets of other namespaces, and nothing waits for its webhook', () => {
    expect(values.permissions.operator.restrict.secret).toBe(true);
    expect(values.webhooks.failurePolicy).toBe('Ignore');
  });

  test('may ask Prometheus only where the worker is scaled by its queue', () => {
    const ports = (stack: typeof platform) =>
      blocks('kubernetes_network_policy_v1', stack)
        .find((policy) => policy.metadata.namespace === 'keda' && policy.metadata.name === 'controller')
        .spec.egress.flatMap((rule: Json) => (rule.ports ?? []).map((port: Json) => port.port));
    expect(ports(platform)).toContain('9090');
    expect(ports(plain.platform)).not.toContain('9090');
  });
});

describe('the worker', () => {
  const scaling = (stack: typeof app) => objectsOf('holdfast-worker-scaling', stack);

  test('has one autoscaler: KEDA’s, and the others have their own', () => {
    for (const stack of [app, plain.app]) {
      const own = blocks('kubernetes_horizontal_pod_autoscaler_v2', stack).map(
        (block) => block.metadata.name,
      );
      expect(own.sort()).toEqual(['holdfast-collector', 'holdfast-gateway']);
      expect(scaling(stack).map((one) => [one.kind, one.spec.scaleTargetRef.name])).toEqual([
        ['ScaledObject', 'holdfast-worker'],
      ]);
    }
  });

  test('is scaled by CPU alone while there is no Prometheus: a trigger that nobody answers would hold it still', () => {
    const [{ spec }] = scaling(plain.app) as [Json];
    expect(spec.triggers.map((trigger: Json) => trigger.type)).toEqual(['cpu']);
    expect(spec.fallback).toBeUndefined();
    expect(spec).toMatchObject({ minReplicaCount: 3, maxReplicaCount: 9 });
  });

  test('is scaled by its lag too where there is, and keeps its replicas while nobody answers', () => {
    const [{ spec }] = scaling(app) as [Json];
    expect(spec.triggers[1]).toEqual({
      type: 'prometheus',
      metricType: 'AverageValue',
      metadata: {
        serverAddress: 'http://prometheus-operated.monitoring.svc:9090',
        query: 'sum(holdfast_aggregation_lag_seconds{app_kubernetes_io_component="worker"})',
        threshold: '2',
        ignoreNullValues: 'false',
      },
    });
    expect(spec.fallback).toEqual({ failureThreshold: 4, replicas: 3, behavior: 'currentReplicasIfHigher' });
  });
});

test('cert-manager: its webhook three times, the rest twice, without privileges, kinds kept', () => {
  const values = valuesOf('cert-manager', platform);
  expect([values.replicaCount, values.webhook.replicaCount, values.cainjector.replicaCount]).toEqual([
    2, 3, 2,
  ]);
  for (const part of [values, values.webhook, values.cainjector]) {
    expect(part.podDisruptionBudget).toEqual({ enabled: true, maxUnavailable: 1 });
    expect(part.containerSecurityContext).toEqual(containerSecurity);
  }
  expect(values.global.leaderElection.namespace).toBe('cert-manager');
});

describe('external-dns', () => {
  test('touches one zone, one name, and only what carries its mark', () => {
    expect(valuesOf('external-dns', dns)).toMatchObject({
      policy: 'sync',
      registry: 'txt',
      txtOwnerId: 'holdfast-fixture',
      txtPrefix: '%{record_type}-owner.',
      domainFilters: ['fixture.example.com'],
      extraArgs: expect.arrayContaining(['--zone-id-filter=Z0123456789ABCDEFGHIJ']),
      serviceAccount: { create: true, name: 'external-dns' },
    });
    expect(valuesOf('external-dns', externalDnsStack(false)).policy).toBe('upsert-only');
  });

  test('may change that name and what lies below it, its own marks included', () => {
    const [change] = externalDnsPolicy('Z1', 'dev.example.com');
    expect(change).toMatchObject({
      resources: 'arn:aws:route53:::hostedzone/Z1',
      conditions: {
        'ForAllValues:StringLike': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['dev.example.com', '*.dev.example.com'],
        },
      },
    });
  });
});

describe('Argo CD', () => {
  const values = valuesOf('argocd', platform);

  test('knows no account of its own; people come by single sign-on, whose secret is only referred to', () => {
    expect(values.configs.cm).toMatchObject({ 'admin.enabled': false, 'users.anonymous.enabled': false });
    expect(JSON.parse(values.configs.cm['oidc.config'])).toMatchObject({
      issuer: 'https://login.example.com',
      clientSecret: '$argocd-sign-on:clientSecret',
    });
    expect(values.configs.rbac).toMatchObject({
      'policy.default': '',
      'policy.csv': 'g, platform-admins, role:admin',
    });
    const [secret] = objectsOf('argocd-sign-on', platform) as [Json];
    expect(secret.spec).toMatchObject({
      target: {
        name: 'argocd-sign-on',
        template: { metadata: { labels: { 'app.kubernetes.io/part-of': 'argocd' } } },
      },
      data: [
        {
          secretKey: 'clientSecret',
          remoteRef: { key: 'holdfast/fixture/argocd', property: 'clientSecret' },
        },
      ],
    });
  });

  test('a team deploys from its repositories into its namespaces, and changes nothing of the cluster', () => {
    const [project, applications] = objectsOf('service-teams', platform) as [Json, Json];
    expect(project.spec).toMatchObject({
      sourceRepos: ['https://example.com/billing.git'],
      destinations: [{ server: 'https://kubernetes.default.svc', namespace: 'billing-*' }],
      clusterResourceWhitelist: [],
    });
    expect(project.spec.namespaceResourceBlacklist.map((one: Json) => one.kind)).toEqual(
      expect.arrayContaining(['NetworkPolicy', 'ResourceQuota', 'RoleBinding']),
    );
    expect(applications.spec.template.spec).toMatchObject({
      project: 'billing',
      destination: { namespace: 'billing-{{.path.basenameNormalized}}' },
    });
  });

  test('highly available or not', () => {
    const single = valuesOf('argocd', fullStacks({ argoCd: { host: 'argocd.example.com' } }).platform);
    expect([values.server.replicas, values['redis-ha'].enabled, values.redis.enabled]).toEqual([
      2,
      true,
      false,
    ]);
    expect([single.server.replicas, single['redis-ha'].enabled, single.redis.enabled]).toEqual([
      1,
      false,
      true,
    ]);
    // One that may never go would hold the drain of its node up.
    expect([values.server.pdb.enabled, single.server.pdb.enabled]).toEqual([true, false]);
    expect(single.configs.cm).not.toHaveProperty('oidc.config');
  });
});

describe('Istio', () => {
  test('the service’s namespace is in the mesh only where it is switched on', () => {
    const labels = (stack: typeof app) => named('kubernetes_namespace_v1', 'holdfast', stack).metadata.labels;
    expect(labels(app)['istio.io/dataplane-mode']).toBe('ambient');
    expect(labels(plain.app)).not.toHaveProperty('istio.io/dataplane-mode');
  });

  test('its tunnel and the kubelet’s probes pass the closed namespace', () => {
    const { spec } = named('kubernetes_network_policy_v1', 'mesh', app);
    expect(spec.ingress[0].ports).toEqual([{ protocol: 'TCP', port: '15008' }]);
    expect(spec.ingress[1].from).toEqual([{ ip_block: { cidr: '169.254.7.127/32' } }]);
    expect(blocks('kubernetes_network_policy_v1', plain.app).map((one) => one.metadata.name)).not.toContain(
      'mesh',
    );
  });
});
