/** What stands around the workloads: namespace, Services, scaling, secrets, and the laptop's variant of it all. */
import { ports, type RoleName, roles, serviceRoleNames } from '../../../app/src/contract';
import { serviceAccountName, serviceNamespace } from '../../../constructs/workload/names';
import { roleScaling } from '../../../constructs/workload/scaling';
import { containerOf } from '../../../tools/lib/local-pod';
import {
  awsDeployment,
  blocks,
  type Json,
  kubernetesStacks,
  localDeployment,
  named,
  objectsOf,
} from '../../support/kubernetes';

const stacks = kubernetesStacks();
const { app, local } = stacks;
const withPublicPort = serviceRoleNames.filter((role) =>
  (roles[role].ports as readonly string[]).includes('public'),
);

describe('namespace', () => {
  test('admits restricted pods only, as the cluster’s version defines them', () => {
    expect(named('kubernetes_namespace_v1', serviceNamespace, app).metadata.labels).toEqual({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'v1.36',
      'pod-security.kubernetes.io/audit': 'restricted',
      'pod-security.kubernetes.io/audit-version': 'v1.36',
      'pod-security.kubernetes.io/warn': 'restricted',
      'pod-security.kubernetes.io/warn-version': 'v1.36',
      'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled',
    });
    expect(named('kubernetes_namespace_v1', serviceNamespace, local).metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'latest',
    });
  });

  test('is made before everything in it, which says so by name and not by reference', () => {
    for (const stack of [app, local]) {
      const [id] = Object.keys(stack.json.resource.kubernetes_namespace_v1);
      const address = `kubernetes_namespace_v1.${id}`;
      const made: Json[] = Object.values(stack.json.resource).flatMap((type) => Object.values(type as Json));
      const inside = made.filter(
        (block) => (block.metadata?.namespace ?? block.namespace) === serviceNamespace,
      );
      expect(inside.length).toBeGreaterThan(6);
      for (const block of inside) expect(block.depends_on).toContain(address);
      expect(stack.text).not.toContain(`\${${address}`);
    }
  });
});

describe('services', () => {
  test('the public port has one where a role has it; the same number inside and out', () => {
    const found = blocks('kubernetes_service_v1', app).filter((s) => s.spec.port[0].name === 'public');
    expect(found.map((s) => s.metadata.name).sort()).toEqual(
      withPublicPort.map((role) => `holdfast-${role}`).sort(),
    );
    for (const { spec } of found) {
      expect(spec.port).toEqual([
        { name: 'public', port: ports.public, target_port: String(ports.public), protocol: 'TCP' },
      ]);
    }
  });

  test('none that a route may name offers the management port', () => {
    for (const service of blocks('kubernetes_service_v1', app, local)) {
      if (!service.spec.port.some((port: Json) => port.port === ports.management)) continue;
      expect(service.metadata.name).toMatch(/-management$/);
      expect(service.spec.cluster_ip).toBe('None');
    }
  });

  test('each selects the pods of exactly one workload', () => {
    for (const stack of [app, local]) {
      for (const service of blocks('kubernetes_service_v1', stack)) {
        const selected = blocks('kubernetes_deployment_v1', stack).filter((deployment) =>
          Object.entries(service.spec.selector).every(
            ([key, value]) => deployment.spec.template.metadata.labels[key] === value,
          ),
        );
        expect(selected).toHaveLength(1);
      }
    }
  });
});

describe.each(serviceRoleNames)('%s', (role) => {
  test('is scaled between the environment’s bounds, by one autoscaler', () => {
    const scalers = blocks('kubernetes_horizontal_pod_autoscaler_v2', app).filter(
      (block) => block.spec.scale_target_ref.name === `holdfast-${role}`,
    );
    const { scaler } = roleScaling[role];
    // KEDA makes the worker's, from an object of its own kind (controllers.test.ts).
    const expected = scaler.kind === 'hpa' ? 1 : 0;
    expect([role, scalers.length]).toEqual([role, expected]);
    if (expected === 0) return;
    const { min, max } = awsDeployment.environment.service.roles[role].replicas;
    expect(scalers.map((block) => block.spec)).toEqual([
      {
        min_replicas: min,
        max_replicas: max,
        scale_target_ref: { api_version: 'apps/v1', kind: 'Deployment', name: `holdfast-${role}` },
        metric: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', average_utilization: 70 } },
          },
        ],
      },
    ]);
  });

  test('loses one pod at a time to drained nodes, and broken ones without asking', () => {
    const budget = objectsOf('holdfast-disruption-budgets', app).find(
      (object) => object.metadata.name === `holdfast-${role}`,
    );
    expect(budget).toMatchObject({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' });
    expect(budget.spec).toEqual({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: {
        matchLabels: { 'app.kubernetes.io/name': 'holdfast', 'app.kubernetes.io/component': role },
      },
    });
  });
});

describe('secrets', () => {
  const secrets = objectsOf('holdfast-secrets', app);

  test('are copied from Secrets Manager; Terraform sees where they lie and nothing else', () => {
    expect(secrets.map((secret) => [secret.apiVersion, secret.kind])).toEqual([
      ['external-secrets.io/v1', 'ExternalSecret'],
      ['external-secrets.io/v1', 'ExternalSecret'],
    ]);
    for (const { spec } of secrets) {
      expect(spec.secretStoreRef).toEqual({
        kind: 'ClusterSecretStore',
        name: '<data.terraform_remote_state.platform.outputs.secret_store>',
      });
    }
    expect(secrets.map(({ spec }) => spec.data)).toEqual([
      [
        ...['HOLDFAST_SIGNING_KEY', 'HOLDFAST_MANAGEMENT_TOKEN'].map((name) => ({
          secretKey: name,
          remoteRef: {
            key: '<data.terraform_remote_state.data.outputs.service_secret_name>',
            property: name,
          },
        })),
      ],
      [
        {
          secretKey: 'HOLDFAST_DATABASE_PASSWORD',
          remoteRef: {
            key: '<data.terraform_remote_state.data.outputs.database_owner_secret_arn>',
            property: 'password',
          },
        },
      ],
    ]);
    expect(app.json.resource).not.toHaveProperty('kubernetes_secret_v1');
  });

  test('the owner’s password is mounted by the migration alone', () => {
    const mounting = ['kubernetes_deployment_v1', 'kubernetes_job_v1'].flatMap((type) =>
      blocks(type, app).filter((w) => JSON.stringify(w.spec).includes('holdfast-database-owner')),
    );
    expect(mounting.map((w) => w.metadata.name)).toEqual(['holdfast-migrate-0123456789ab']);
  });
});

test('every service account is one that the data stack knows by name', () => {
  const known = [...serviceRoleNames, 'migrate' as const, 'exporter' as const].map(
    (who: RoleName | 'migrate' | 'exporter') => serviceAccountName(who),
  );
  const made = blocks('kubernetes_service_account_v1', app).map((block) => block.metadata.name);
  expect(made.sort()).toEqual(known.sort());
});

describe('on a laptop', () => {
  test('nothing needs AWS, a chart or a secret', () => {
    expect(Object.keys(local.json.provider)).toEqual(['kubernetes']);
    expect(local.json.provider.kubernetes).toEqual([
      { config_path: '~/.kube/config', config_context: 'kind-holdfast' },
    ]);
    for (const type of ['helm_release', 'kubernetes_horizontal_pod_autoscaler_v2', 'kubernetes_secret_v1']) {
      expect(local.json.resource).not.toHaveProperty(type);
    }
  });

  test('the pod can be understood, and started without a cluster, from the synthesised file alone', () => {
    const container = containerOf(local.json, 'holdfast-all');
    expect([...container.command, ...container.args]).toEqual(['node', 'dist/main.js', 'serve', 'all']);
    expect(container.env).toEqual({
      HOLDFAST_ENVIRONMENT: localDeployment.environment.name,
      HOLDFAST_TIER: 'local',
      HOLDFAST_LOG_LEVEL: 'info',
      HOLDFAST_FLAGS_DIRECTORY: '/etc/holdfast/flags',
      HOLDFAST_DRAIN_DELAY_SECONDS: '1',
      HOLDFAST_DATABASE_ENGINE: 'pglite',
      HOLDFAST_DATABASE_DIRECTORY: '/var/lib/holdfast/database',
      HOLDFAST_CACHE_ENGINE: 'memory',
    });
    const mount = (path: string) => container.mounts.find((candidate) => candidate.path === path);
    expect(mount('/var/lib/holdfast')).toMatchObject({ kind: 'folder', claimName: 'holdfast-database' });
    expect(mount('/etc/holdfast/flags')).toMatchObject({ kind: 'files' });
    expect(Object.keys(container.probes)).toEqual(['startup', 'liveness', 'readiness']);
  });

  test('the volume for the database is made without waiting for a pod that comes later', () => {
    const claim = named('kubernetes_persistent_volume_claim_v1', 'holdfast-database', local);
    expect(claim.wait_until_bound).toBe(false);
    expect(claim.spec).toMatchObject({
      access_modes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
    });
  });
});
