import { receiverFolder } from '../../../constructs/observability/alertmanager';
import { monitoringValues } from '../../../constructs/observability/monitoring-values';
import type { AwsEnvironmentInput } from '../../../environments/schema';
import { environmentStacks, small } from '../../constructs/aws-fixture';
import { stacksOf } from '../../support/every-stack';
import {
  awsDeployment,
  blocks,
  kubernetesStacks,
  named,
  objectsOf,
  valuesOf,
} from '../../support/kubernetes';

const { observability } = kubernetesStacks();
const values = valuesOf('monitoring', observability);
const told = kubernetesStacks({
  ...awsDeployment,
  environment: {
    ...awsDeployment.environment,
    observability: {
      ...awsDeployment.environment.observability,
      receivers: {
        slack: { channel: '#alerts', severities: ['critical', 'warning'] },
        pagerDuty: { severities: ['critical'] },
        deadMansSwitch: true,
      },
    },
  },
}).observability;

describe('Prometheus', () => {
  const spec = values.prometheus.prometheusSpec;

  test('is two, apart, each with a volume that never fills', () => {
    expect(spec).toMatchObject({
      replicas: 2,
      podAntiAffinity: 'hard',
      retention: '15d',
      retentionSize: '40GiB',
    });
    expect(spec.storageSpec.volumeClaimTemplate.spec).toEqual({
      storageClassName: 'holdfast-gp3',
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '50Gi' } },
    });
    expect(values.prometheus.podDisruptionBudget).toMatchObject({ enabled: true, minAvailable: 1 });
    expect(named('kubernetes_storage_class_v1', 'holdfast-gp3', observability)).toMatchObject({
      storage_provisioner: 'ebs.csi.aws.com',
      parameters: { type: 'gp3', encrypted: 'true' },
      volume_binding_mode: 'WaitForFirstConsumer',
    });
  });

  test('sees what every stack describes, not only what came with it', () => {
    for (const kind of ['rule', 'serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig']) {
      expect([kind, spec[`${kind}SelectorNilUsesHelmValues`]]).toEqual([kind, false]);
    }
  });

  test('asks nothing of what EKS runs itself, and takes no alert without a runbook', () => {
    for (const part of ['kubeControllerManager', 'kubeScheduler', 'kubeEtcd', 'kubeProxy', 'crds']) {
      expect([part, values[part]]).toEqual([part, { enabled: false }]);
    }
    const { rules } = values.defaultRules;
    for (const group of [
      'etcd',
      'general',
      'kubernetesApps',
      'nodeExporterAlerting',
      'prometheus',
      'kubeProxy',
    ]) {
      expect([group, rules[group]]).toEqual([group, false]);
    }
    expect(rules.node).toBe(true);
  });

  test('alone is no budget’s, which would keep it on its node for ever', () => {
    const alone = monitoringValues({
      ...awsDeployment.environment.observability,
      replicas: 1,
      environment: 'one',
      compute: 'auto',
    });
    expect(alone.prometheus.podDisruptionBudget).toEqual({ enabled: false });
    expect(alone.alertmanager.podDisruptionBudget).toEqual({ enabled: false });
    expect(alone.coreDns).toEqual({ enabled: false });
  });
});

test('everything says what it needs, and how important it is', () => {
  for (const part of [
    values.prometheus.prometheusSpec,
    values.alertmanager.alertmanagerSpec,
    values.prometheusOperator,
    values['kube-state-metrics'],
    values['prometheus-node-exporter'],
    values.grafana,
  ]) {
    expect(part.resources).toMatchObject({
      requests: { cpu: expect.any(String), memory: expect.any(String) },
      limits: { memory: expect.any(String) },
    });
    expect(part.priorityClassName).toMatch(/^(holdfast-serving|system-node-critical)$/);
  }
});

test('only agents of the nodes may be privileged', () => {
  const enforced = Object.fromEntries(
    blocks('kubernetes_namespace_v1', observability).map(({ metadata }) => [
      metadata.name,
      metadata.labels['pod-security.kubernetes.io/enforce'],
    ]),
  );
  expect(enforced).toMatchObject({
    monitoring: 'restricted',
    tracing: 'restricted',
    'node-exporter': 'privileged',
  });
  const privileged = Object.keys(enforced).filter((name) => enforced[name] !== 'restricted');
  expect(privileged.toSorted()).toEqual(['log-collectors', 'node-exporter']);
  expect(values['prometheus-node-exporter'].namespaceOverride).toBe('node-exporter');
});

describe('secrets', () => {
  test('Grafana’s password comes from Secrets Manager, and nothing of it stands in the values', () => {
    expect(values.grafana.admin).toEqual({
      existingSecret: 'grafana-admin',
      userKey: 'admin-user',
      passwordKey: 'admin-password',
    });
    const [secret, ...others] = objectsOf('monitoring-secrets', observability);
    expect(others).toEqual([]);
    expect(secret.spec.data).toEqual([
      {
        secretKey: 'password',
        remoteRef: {
          key: '<data.terraform_remote_state.data.outputs.grafana_secret_name>',
          property: 'password',
        },
      },
    ]);
    expect(secret.spec.target.template.data).toEqual({
      'admin-user': 'admin',
      'admin-password': '{{ .password }}',
    });
  });

  test('the data stack makes the password by a rotation, and leaves the receivers’ to people', () => {
    const { data } = environmentStacks(small as AwsEnvironmentInput);
    const rotations = Object.values(data.all('aws_lambda_function')).map(({ function_name, environment }) => [
      function_name,
      environment.variables.MEMBERS,
    ]);
    expect(rotations).toContainEqual([`holdfast-${small.name}-grafana-rotation`, 'password']);
    const names = Object.values(data.all('aws_secretsmanager_secret')).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([`holdfast/${small.name}/grafana`, `holdfast/${small.name}/alerting`]),
    );
    expect(data.all('aws_secretsmanager_secret_version')).toEqual({});
  });

  test('receivers read files, which Alertmanager starts without', () => {
    const { alertmanager } = valuesOf('monitoring', told);
    expect(JSON.stringify(alertmanager.config)).toContain(
      `"api_url_file":"${receiverFolder}/slack-webhook-url"`,
    );
    expect(JSON.stringify(alertmanager.config)).not.toMatch(/"(api_url|routing_key|auth_password|url)":/);
    expect(alertmanager.alertmanagerSpec.volumes).toEqual([
      { name: 'receivers', secret: { secretName: 'alertmanager-receivers', optional: true } },
    ]);
    const secret = objectsOf('monitoring-secrets', told).find(
      ({ metadata }) => metadata.name === 'alertmanager-receivers',
    );
    expect(secret.spec.data.map((entry: { secretKey: string }) => entry.secretKey)).toEqual([
      'slack-webhook-url',
      'pagerduty-routing-key',
      'dead-mans-switch-url',
    ]);
    expect(values.alertmanager.alertmanagerSpec).not.toHaveProperty('volumes');
  });

  test('neither Grafana nor kube-state-metrics can read Secrets of the cluster', () => {
    expect(values.grafana.rbac).toEqual({
      create: true,
      namespaced: true,
      useExistingRole: 'grafana-config-maps',
    });
    expect(named('kubernetes_role_v1', 'grafana-config-maps', observability).rule).toEqual([
      { api_groups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] },
    ]);
    for (const sidecar of ['dashboards', 'datasources']) {
      expect(values.grafana.sidecar[sidecar]).toMatchObject({
        searchNamespace: 'monitoring',
        resource: 'configmap',
      });
    }
    expect(values['kube-state-metrics'].collectors).not.toContain('secrets');
    expect(values['kube-state-metrics'].collectors).toContain('pods');
  });
});

test('cert-manager is asked, or nobody would hear of its certificates', () => {
  const [monitor] = objectsOf('controller-monitors', observability);
  expect(monitor).toMatchObject({
    kind: 'PodMonitor',
    spec: {
      namespaceSelector: { matchNames: ['cert-manager'] },
      // The label `namespace` must stay the certificate's.
      podMetricsEndpoints: [{ port: 'http-metrics', honorLabels: true }],
    },
  });
});

test('only its own namespace, the API’s webhook call and the autoscaler get in', () => {
  const { spec } = named('kubernetes_network_policy_v1', 'monitoring', observability);
  expect(spec.policy_types).toEqual(['Ingress']);
  expect(spec.ingress.map((rule: { ports?: { port: string }[] }) => rule.ports?.[0]?.port)).toEqual([
    undefined,
    '10250',
    '9090',
  ]);
});

test('an environment may do without, and then has no such stack', () => {
  const names = (enabled: boolean) =>
    stacksOf([{ ...small, observability: { enabled } } as AwsEnvironmentInput]).map(({ name }) => name);
  expect(names(true)).toContain(`${small.name}-observability`);
  expect(names(false)).not.toContain(`${small.name}-observability`);
  expect(names(false)).toContain(`${small.name}-app`);
});
