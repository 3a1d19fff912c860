import { existsSync, readFileSync } from 'node:fs';
import { metrics, type Slo, serviceRoleNames, slos } from '../../../app/src/contract';
import { veleroAlerts } from '../../../constructs/backup/velero/alerts';
import { type Alert, alertObject } from '../../../constructs/observability/alert';
import { clusterAlerts } from '../../../constructs/observability/cluster-alerts';
import { dashboards } from '../../../constructs/observability/dashboards';
import { dashboardQueries } from '../../../constructs/observability/dashboards/dashboard';
import { everyAlert } from '../../../constructs/observability/every-alert';
import { ofExporter, ofService, query } from '../../../constructs/observability/query';
import { serviceAlerts } from '../../../constructs/observability/service-alerts';
import { burnRates, sloAlerts } from '../../../constructs/observability/slo-alerts';
import { storeAlerts } from '../../../constructs/observability/store-alerts';
import { traceAlerts } from '../../../constructs/observability/traces/trace-alerts';
import { kubernetesStacks, objectsOf } from '../../support/kubernetes';
import { documented, foreignSeries, seriesIn } from '../../support/series';

const alerts: readonly Alert[] = everyAlert.flatMap((group) => group.alerts);

describe('expressions', () => {
  test.each(
    alerts.map(
      (alert) =>
        [`${alert.name} ${alert.labels?.slo ?? ''} ${alert.labels?.window ?? ''}`.trim(), alert] as const,
    ),
  )('%s names only what somebody exports', (_, { name, expr }) => {
    const named = seriesIn(expr);
    if (name !== 'Watchdog') expect(named).not.toEqual([]);
    expect(foreignSeries(expr)).toEqual([]);
  });

  test('a name that slipped in is found', () => {
    expect(
      seriesIn('sum by (pod) (rate(a_total{b="c"}[5m])) / count(up == bool 0) > 1 or vector(0)'),
    ).toEqual(['a_total', 'up']);
  });

  test('series are the contract’s or an exporter’s, with labels that they have', () => {
    expect(ofService('holdfast_component_up', { component: 'database', pod: 'a.*' })).toBe(
      'holdfast_component_up{component="database",pod=~"a.*"}',
    );
    expect(query`max(${ofExporter('up', { job: 'holdfast' })}) > ${2}`).toBe('max(up{job="holdfast"}) > 2');
    // @ts-expect-error: there is no such metric
    ofService('holdfast_component_upp');
    // @ts-expect-error: the metric has no such label
    ofService('holdfast_component_up', { status: '5..' });
    // @ts-expect-error: a histogram has no series of its name
    ofService('holdfast_http_request_duration_seconds');
    // @ts-expect-error: no exporter documents it
    ofExporter('kube_pod_status_phases');
    // @ts-expect-error: the metric has no such label
    ofExporter('kube_pod_status_phase', { node: 'a' });
    // @ts-expect-error: text that nobody checked
    query`max(${'whatever'})`;
  });

  test('no exporter is listed for nothing', () => {
    const text = [...alerts.map((alert) => alert.expr), ...dashboards.flatMap(dashboardQueries)].join('\n');
    expect([...documented].filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });
});

describe('alerts', () => {
  test('say which, what happens then, and whom to ask', () => {
    for (const alert of alerts) {
      expect(alert.name).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(alert.summary).toMatch(/\S.{8,}/);
      expect(alert.description).toMatch(/^[A-Z].*\.$/);
      expect(alert.for).toMatch(/^\d+[smh]$/);
    }
    expect(alerts.filter(({ severity }) => severity === 'none').map(({ name }) => name)).toEqual([
      'Watchdog',
    ]);
  });

  test('name a runbook that names them, and every runbook names only alerts that there are', () => {
    for (const { name, runbook } of alerts) {
      const file = `runbooks/${runbook}.md`;
      expect([file, existsSync(file)]).toEqual([file, true]);
      const symptom = readFileSync(file, 'utf8').split('\n## ')[1] ?? '';
      expect(symptom).toContain(`\`${name}\``);
    }
    const names = new Set(alerts.map(({ name }) => name));
    for (const runbook of new Set(alerts.map((alert) => alert.runbook))) {
      const symptom = readFileSync(`runbooks/${runbook}.md`, 'utf8').split('\n## ')[1] ?? '';
      const claimed = [...symptom.matchAll(/`([A-Z][a-z]+[A-Z][A-Za-z]+)`/g)].map(
        (match) => match[1] as string,
      );
      expect(claimed.filter((name) => !names.has(name))).toEqual([]);
    }
  });

  test('a role that is new is watched', () => {
    const absent = alerts.find(({ name }) => name === 'RoleAbsent')?.expr ?? '';
    for (const role of serviceRoleNames) expect(absent).toContain(`app_kubernetes_io_component="${role}"`);
  });

  test('arrive in the stacks as they stand here, with their owner', () => {
    const { app, backup, observability } = kubernetesStacks();
    const owner = 'Team Rocket <rocket@example.com>';
    const spec = (groups: typeof serviceAlerts) =>
      alertObject({ name: '', namespace: '', labels: {}, owner, groups }).spec;
    const [ofService] = objectsOf('holdfast-alerts', app);
    const [ofCluster] = objectsOf('cluster-alerts', observability);
    const [ofTraces] = objectsOf('trace-alerts', observability);
    expect(ofTraces.spec).toEqual(spec(traceAlerts));
    const [ofVelero] = objectsOf('velero-alerts', backup);
    expect(ofVelero.spec).toEqual(spec(veleroAlerts));
    const [, ofStores] = objectsOf('holdfast-stores', app);
    expect(ofStores.spec).toEqual(spec(storeAlerts));
    expect(ofService.spec).toEqual(spec(serviceAlerts));
    expect(ofCluster.spec).toEqual(spec(clusterAlerts));
    expect(ofService.metadata.namespace).toBe('holdfast');
    expect(ofCluster.metadata.namespace).toBe('monitoring');
    expect(ofService.spec.groups[0].rules[0].labels).toEqual({ severity: 'critical', owner });
  });
});

describe('burn rates', () => {
  const slo: Slo = { ...slos.query_availability, objective: 0.999 };

  test('each SLO has all of them, on windows that are recorded', () => {
    const { alerts: all } = sloAlerts(slos);
    expect(all).toHaveLength(Object.keys(slos).length * 4);
    expect(sloAlerts({ query_availability: slo }).alerts[0]).toMatchObject({
      severity: 'critical',
      for: '2m',
      expr: 'slo:sli_error:ratio_rate1h{slo="query_availability"} > 0.0144 and slo:sli_error:ratio_rate5m{slo="query_availability"} > 0.0144',
      labels: { slo: 'query_availability', window: '1h' },
    });
    const kinds = Object.keys(metrics);
    expect(kinds).toContain(slo.indicator.metric);
  });

  test('spend what they say before they fire', () => {
    const hours = { '1h': 1, '6h': 6, '1d': 24, '3d': 72 } as Record<string, number>;
    const spent = burnRates.map(({ pace, long }) => (pace * (hours[long] ?? 0)) / (30 * 24));
    expect(spent.map((part) => Number(part.toFixed(3)))).toEqual([0.02, 0.05, 0.1, 0.1]);
  });
});
