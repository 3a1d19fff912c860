import { routes } from '../../../app/src/contract';
import { exporters } from '../../../constructs/observability/exporters';
import { controllers } from '../../../constructs/platform/names';
import { blocks, kubernetesStacks, named, objectsOf, valuesOf } from '../../support/kubernetes';
import { big, delegated, deployment, environmentStacks, small, statements } from '../aws-fixture';

const observed = (environment: Parameters<typeof deployment>[0]) =>
  kubernetesStacks(deployment(environment)).observability;
const released = (stack: ReturnType<typeof observed>) =>
  blocks('helm_release', stack).map((release) => release.name as string);
const withName = observed(delegated);
const production = observed(big);

describe('the exporter of CloudWatch’s metrics', () => {
  const values = valuesOf('cloudwatch-exporter', production);
  const config = JSON.parse(values.config);

  test('asks about each instance and each node of the environment, by the names that the data stack gives them', () => {
    const { data } = environmentStacks(big);
    const alarms = Object.values(data.all('aws_cloudwatch_metric_alarm'));
    const nodes = new Set(alarms.map(({ dimensions }) => dimensions.CacheClusterId).filter(Boolean));
    const instances = Object.values(data.all('aws_db_instance')).map(({ identifier }) => identifier);
    const asked = (namespace: string) =>
      config.static
        .filter((job: { namespace: string }) => job.namespace === namespace)
        .map((job: { dimensions: { value: string }[] }) => job.dimensions[0]?.value);
    expect(asked('AWS/RDS').sort()).toEqual(instances.sort());
    expect(asked('AWS/ElastiCache').sort()).toEqual([...nodes].sort());
    expect(instances).toHaveLength(3);
  });

  test('asks for exactly what alerts and dashboards may name', () => {
    const jobs = JSON.parse(valuesOf('cloudwatch-exporter', withName).config);
    const snake = (text: string) =>
      text
        .replace('%', '_percent')
        .replace(/(?<=[a-z\d])(?=[A-Z])/g, '_')
        .toLowerCase();
    const names = [
      ...jobs.static,
      ...jobs.discovery.jobs.map((job: { type: string }) => ({ ...job, namespace: job.type })),
    ].flatMap(({ namespace, metrics }) =>
      metrics.map(
        ({ name, statistics }: { name: string; statistics: string[] }) =>
          `${namespace.replace('/', '_').toLowerCase()}_${snake(name)}_${statistics[0]?.toLowerCase()}`,
      ),
    );
    expect([...new Set(names)].sort()).toEqual(
      Object.keys(exporters['yet-another-cloudwatch-exporter'].metrics).sort(),
    );
  });

  test('looks for load balancers only where there is a name, and only the cluster’s own', () => {
    expect(config).not.toHaveProperty('discovery');
    const [job] = JSON.parse(valuesOf('cloudwatch-exporter', withName).config).discovery.jobs;
    expect(job.searchTags).toEqual([{ key: 'elbv2.k8s.aws/cluster', value: '^holdfast-delegated$' }]);
  });

  test('meets the standard “restricted”, and its chart finds nothing that it would take for a template', () => {
    expect(values.securityContext).toMatchObject({
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(values.serviceAccount.automountServiceAccountToken).toBe(false);
    expect(Object.keys(values.resources.limits)).toEqual(['memory']);
    expect(values.config).not.toContain('{{');
  });

  test('has a role that reads metrics and finds load balancers, and does nothing else', () => {
    const { cluster } = environmentStacks(big);
    const [policy] = Object.entries(cluster.all('aws_iam_role_policy'))
      .filter(([id]) => id.startsWith('cloudwatch-exporter'))
      .map(([, one]) => statements(one.policy));
    expect(policy?.flatMap(({ Action }) => Action)).toEqual([
      'cloudwatch:GetMetricData',
      'cloudwatch:GetMetricStatistics',
      'cloudwatch:ListMetrics',
      'tag:GetResources',
    ]);
    expect(values.serviceAccount.name).toBe(controllers.cloudWatchExporter.serviceAccount);
    expect(named('helm_release', 'cloudwatch-exporter', production).namespace).toBe(
      controllers.cloudWatchExporter.namespace,
    );
  });

  test('can be switched off, together with its role and its alerts', () => {
    const without = { ...small, observability: { cloudWatch: false } };
    expect(released(observed(without))).not.toContain('cloudwatch-exporter');
    expect(released(observed(without))).not.toContain('edge-alerts');
    const { cluster } = environmentStacks(without);
    expect(JSON.stringify(cluster.all('aws_iam_role'))).not.toContain('cloudwatch-exporter');
  });
});

describe('the probe of the public route', () => {
  test('asks each public name for what the gateway answers, over TLS alone', () => {
    const [probe] = objectsOf('public-probe', withName);
    const { name, alternativeNames = [] } = delegated.domain ?? { name: '' };
    expect(probe).toMatchObject({ kind: 'Probe', metadata: { namespace: 'monitoring' } });
    expect(probe.spec.targets.staticConfig.static).toEqual(
      [name, ...alternativeNames].map((host) => `https://${host}${routes.queryAggregates.path}`),
    );
    const values = valuesOf('blackbox-exporter', withName);
    expect(values.config.modules[probe.spec.module].http).toMatchObject({
      fail_if_not_ssl: true,
      follow_redirects: false,
    });
    expect(probe.spec.prober.url).toBe(
      `${values.fullnameOverride}.${named('helm_release', 'blackbox-exporter', withName).namespace}.svc:${values.service.port}`,
    );
    expect(values.automountServiceAccountToken).toBe(false);
    expect(values.securityContext).toMatchObject({ runAsNonRoot: true, readOnlyRootFilesystem: true });
  });

  test('is there only where the world knows the name', () => {
    expect(released(production)).not.toContain('blackbox-exporter');
    const waiting = { ...delegated, domain: delegated.domain && { ...delegated.domain, delegated: false } };
    expect(released(observed(waiting))).not.toContain('public-probe');
    const alertsOf = (stack: typeof withName) => JSON.stringify(objectsOf('edge-alerts', stack));
    expect(alertsOf(withName)).toContain('PublicRouteDown');
    expect(alertsOf(production)).not.toContain('PublicRouteDown');
  });
});
