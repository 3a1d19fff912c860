/**
 * Prometheus' own tools read every rule: promtool checks and lints them and tests each alert, amtool the configuration of
 * Alertmanager and whom each alert reaches.
 */
import { type Slo, slos } from '../app/src/contract';
import { type Alert, ruleGroup } from '../constructs/observability/alert';
import { alertmanagerConfig, type Receivers } from '../constructs/observability/alertmanager';
import { dashboards } from '../constructs/observability/dashboards';
import { costDashboard } from '../constructs/observability/dashboards/cost';
import { dashboardQueries } from '../constructs/observability/dashboards/dashboard';
import { everyAlert } from '../constructs/observability/every-alert';
import { bundled } from '../constructs/observability/monitoring-values';
import { recordingRules } from '../constructs/observability/recording-rules';
import { burnRates } from '../constructs/observability/slo-alerts';
import { alertCases } from './support/alert-cases';
import { pipelineAlertCases } from './support/pipeline-alert-cases';
import { built, hasPrometheusTools, runTool } from './support/prometheus-tools';
import { storeAlertCases } from './support/store-alert-cases';

const describeWithTools = hasPrometheusTools ? describe : describe.skip;
if (!hasPrometheusTools) console.warn('skipped: no promtool at hand (bash .ci/prometheus.sh builds it)');

const owner = 'platform';
const cases = [...alertCases, ...pipelineAlertCases, ...storeAlertCases];
const alerts: readonly Alert[] = everyAlert.flatMap((group) => group.alerts);
const rules = {
  groups: [
    ...(recordingRules('holdfast', {}).spec.groups as unknown as object[]),
    ...everyAlert.map((group) => ruleGroup(group, owner)),
  ],
};

test('the tools are of the versions that the chart deploys', () => {
  // Prometheus 3.14.0 is version 0.314.0 of its Go module.
  const [major, minor, patch] = bundled.prometheus.split('.');
  expect(built).toEqual({
    prometheus: `v0.${major}${minor?.padStart(2, '0')}.${patch}`,
    alertmanager: `v${bundled.alertmanager}`,
  });
});

test('each alert has a case in which it fires, and one in which it does not', () => {
  const names = new Set(alerts.map((alert) => alert.name));
  names.delete('ErrorBudgetBurning');
  const tested = (firing: boolean) =>
    new Set(cases.filter(({ fires }) => fires.length > 0 === firing).map(({ alert }) => alert));
  expect([...tested(true)].sort()).toEqual([...names].sort());
  // Watchdog always fires.
  expect([...tested(false), 'Watchdog'].sort()).toEqual([...names].sort());
});

describeWithTools('promtool', () => {
  test('finds nothing to complain about', () => {
    const { status, output } = runTool(
      'promtool',
      { 'rules.json': rules },
      'check',
      'rules',
      '--lint=all',
      '--lint-fatal',
      'rules.json',
    );
    expect(output).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  test('reads every query of the dashboards', () => {
    const queries = dashboards.flatMap((dashboard) =>
      dashboardQueries(dashboard).map((expr) => ({ uid: dashboard.uid, expr })),
    );
    const asRules = queries.map(({ uid, expr }, index) => ({
      record: `${uid.replaceAll('-', '_')}:query${index}`,
      expr,
    }));
    const file = { groups: [{ name: 'dashboards', rules: asRules }] };
    const { status, output } = runTool('promtool', { 'rules.json': file }, 'check', 'rules', 'rules.json');
    expect(output).toContain(`SUCCESS: ${queries.length} rules found`);
    expect(status).toBe(0);
  });

  test('the dashboard of costs adds up: what is paid for, kept, used, and for volumes', () => {
    const [paid, kept, used, volumes] = dashboardQueries(costDashboard);
    const container = 'namespace="a",pod="p",container="c"';
    const done = 'namespace="a",pod="done",container="c"';
    const phase = (pod: string) => `kube_pod_status_phase{namespace="a",pod="${pod}",phase="Running"}`;
    const gib = 2 ** 30;
    const tests = [
      {
        interval: '1m',
        input_series: [
          ['kube_node_status_capacity{node="n",resource="cpu",unit="core"}', '2x10'],
          ['kube_node_status_capacity{node="n",resource="memory",unit="byte"}', `${8 * gib}x10`],
          [`kube_pod_container_resource_requests{${container},resource="cpu"}`, '1x10'],
          [`kube_pod_container_resource_requests{${container},resource="memory"}`, `${4 * gib}x10`],
          // A job that is done keeps nothing any more.
          [`kube_pod_container_resource_requests{${done},resource="cpu"}`, '50x10'],
          [phase('p'), '1x10'],
          [phase('done'), '0x10'],
          [`container_cpu_usage_seconds_total{${container}}`, '0+30x10'],
          [`container_memory_working_set_bytes{${container}}`, `${2 * gib}x10`],
          // The whole pod's, which would count everything twice.
          ['container_memory_working_set_bytes{namespace="a",pod="p"}', `${9 * gib}x10`],
          ['kube_persistentvolume_capacity_bytes{persistentvolume="v"}', `${100 * gib}x10`],
        ].map(([series, values]) => ({ series, values })),
        promql_expr_test: (
          [
            [paid, (2 * 0.0316 + 8 * 0.00424) * 730],
            [kept, (1 * 0.0316 + 4 * 0.00424) * 730],
            [used, (0.5 * 0.0316 + 2 * 0.00424) * 730],
            [volumes, 100 * 0.088],
          ] as const
        ).map(([expr, value]) => ({
          // Rounded: the last digits are those of binary fractions.
          expr: `round(${expr}, 0.001)`,
          eval_time: '10m',
          exp_samples: [{ labels: '{}', value: Math.round(value * 1000) / 1000 }],
        })),
      },
    ];
    const { status, output } = runTool(
      'promtool',
      { 'test.json': { rule_files: [], evaluation_interval: '1m', tests } },
      'test',
      'rules',
      'test.json',
    );
    expect(status === 0 ? '' : output).toBe('');
  });

  const named = (name: string): Alert => {
    const alert = alerts.find((one) => one.name === name);
    if (!alert) throw new Error(`there is no alert ${name}`);
    return alert;
  };
  const expected = (alert: Alert, labels: Readonly<Record<string, string>>, summary: string) => ({
    exp_labels: { severity: alert.severity, owner, ...alert.labels, ...labels },
    exp_annotations: { summary, description: alert.description, runbook: `runbooks/${alert.runbook}.md` },
  });
  const unit = (tests: readonly object[]) =>
    runTool(
      'promtool',
      { 'rules.json': rules, 'test.json': { rule_files: ['rules.json'], evaluation_interval: '1m', tests } },
      'test',
      'rules',
      'test.json',
    );
  const passes = (tests: readonly object[]) => {
    const { status, output } = unit(tests);
    expect(status === 0 ? '' : output).toBe('');
  };
  const input = (series: Readonly<Record<string, string>>) =>
    Object.entries(series).map(([name, values]) => ({ series: name, values }));

  test.each(
    cases.map((one) => [`${one.alert} ${one.fires.length > 0 ? 'fires' : 'is quiet'}`, one] as const),
  )('%s', (_, { alert, at, series, fires }) => {
    passes([
      {
        interval: '1m',
        input_series: input(series),
        alert_rule_test: [
          {
            eval_time: `${at}m`,
            alertname: alert,
            exp_alerts: fires.map(({ labels, summary }) => {
              // Of several with a name the one with the label, or the one without any.
              const rules = alerts.filter((one) => one.name === alert);
              const own = rules.find((one) => one.labels?.component === labels.component);
              return expected(own ?? rules.find((one) => !one.labels) ?? named(alert), labels, summary);
            }),
          },
        ],
      },
    ]);
  });

  /** Requests of an SLO of which a share is bad: a million a minute, so that hundredths of a per cent are whole. */
  const traffic = (slo: Slo, badShare: number, minutes: number, then = ''): Record<string, string> => {
    const { indicator } = slo;
    const million = 1_000_000;
    const bad = Math.round(badShare * million);
    const labels = (more: Readonly<Record<string, string>>) =>
      Object.entries({ ...indicator.total, ...more })
        .map(([label, value]) => `${label}="${value}"`)
        .join(',');
    const steps = (each: number) => `0+${each}x${minutes}${then && ` ${then}`}`;
    return indicator.kind === 'ratio'
      ? {
          [`${indicator.metric}{${labels({ status: '202' })}}`]: steps(million - bad),
          [`${indicator.metric}{${labels({ status: '503' })}}`]: steps(bad),
        }
      : {
          [`${indicator.metric}_bucket{${labels({ le: String(indicator.thresholdSeconds) })}}`]: steps(
            million - bad,
          ),
          [`${indicator.metric}_count{${labels({})}}`]: steps(million),
        };
  };
  const burning = (name: string, pace: number): Alert[] =>
    alerts.filter(
      (alert) =>
        alert.name === 'ErrorBudgetBurning' &&
        alert.labels?.slo === name &&
        burnRates.some((rate) => rate.pace < pace && rate.long === alert.labels?.window),
    );

  // Five hours: longer than any of them has to hold.
  test.each(
    Object.entries(slos).flatMap(([name, slo]) =>
      [20, 10, 4, 2, 0.5].map((pace) => [name, pace, slo] as const),
    ),
  )('%s at %d times the pace fires what is below it', (name, pace, slo) => {
    passes([
      {
        interval: '1m',
        input_series: input(traffic(slo, pace * (1 - slo.objective), 300)),
        alert_rule_test: [
          {
            eval_time: '300m',
            alertname: 'ErrorBudgetBurning',
            exp_alerts: burning(name, pace).map((alert) => expected(alert, {}, alert.summary)),
          },
        ],
      },
    ]);
  });

  test('what is over fires no more, although the long window still holds it', () => {
    const slo = slos.query_availability;
    // Ten minutes without a bad answer, after an hour in which everything failed.
    const good = 'holdfast_http_requests_total{route="/v1/aggregates",status="200"}';
    const bad = 'holdfast_http_requests_total{route="/v1/aggregates",status="503"}';
    const look = (minute: number, fires: readonly Alert[]) => ({
      eval_time: `${minute}m`,
      alertname: 'ErrorBudgetBurning',
      exp_alerts: fires.map((alert) => expected(alert, {}, alert.summary)),
    });
    const all = burning('query_availability', 20);
    const within = (...windows: string[]) =>
      all.filter((alert) => windows.includes(`${alert.labels?.window}`));
    expect(slo.objective).toBe(0.999);
    passes([
      {
        interval: '1m',
        input_series: input({ [good]: '0x60 0+1000x20', [bad]: '0+1000x60 60000x20' }),
        alert_rule_test: [look(55, within('1h', '6h')), look(75, within('6h', '1d'))],
      },
    ]);
  });
});

const everyone: Receivers = {
  slack: { channel: '#alerts', severities: ['critical', 'warning'] },
  pagerDuty: { severities: ['critical'] },
  email: {
    to: ['team@example.com'],
    from: 'alerts@example.com',
    server: 'smtp.example.com:587',
    username: 'alerts',
    severities: ['warning'],
  },
  deadMansSwitch: true,
};
const nobody: Receivers = { deadMansSwitch: false };
const window = {
  name: 'patching',
  weekdays: ['sunday'],
  from: '02:00',
  to: '04:00',
  severities: ['warning'],
} as const;

describeWithTools('amtool', () => {
  test.each([
    ['everyone', alertmanagerConfig(everyone, [window])],
    ['nobody', alertmanagerConfig(nobody, [])],
  ])('takes the configuration that tells %s', (_, config) => {
    const { status, output } = runTool('amtool', { 'config.json': config }, 'check-config', 'config.json');
    expect(output).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  const told = (receivers: Receivers, alert: Alert): string => {
    const { output } = runTool(
      'amtool',
      { 'config.json': alertmanagerConfig(receivers, [window]) },
      'config',
      'routes',
      'test',
      '--config.file=config.json',
      `alertname=${alert.name}`,
      `severity=${alert.severity}`,
      'environment=prod',
    );
    return output.trim();
  };
  const different = alerts.filter(
    (alert, index) =>
      alerts.findIndex((other) => other.name === alert.name && other.severity === alert.severity) === index,
  );

  test.each(different.map((alert) => [alert.name, alert.severity, alert] as const))(
    '%s (%s) reaches whom its severity asks for',
    (_, severity, alert) => {
      const to = { critical: 'pagerduty,slack', warning: 'slack,email', none: 'dead-mans-switch' };
      expect(told(everyone, alert)).toBe(to[severity]);
      expect(told(nobody, alert)).toBe('null');
    },
  );

  test('breaks on what is wrong', () => {
    const config = alertmanagerConfig(everyone, [window]);
    const broken = { ...config, receivers: config.receivers.filter(({ name }) => name !== 'slack') };
    const { status, output } = runTool('amtool', { 'config.json': broken }, 'check-config', 'config.json');
    expect(status).toBe(1);
    expect(output).toContain('undefined receiver "slack"');
  });
});
