/**
 * What Prometheus is asked about the service, the service says: it is started, used a little and scraped, and every metric
 * that a rule, an alert, a dashboard or an autoscaler names is there, with the labels that they match by.
 */
import { metrics as contract, exporterMetrics, managementPaths, routes } from '../app/src/contract';
import type { Service } from '../app/src/kernel/kernel';
import { startService } from '../app/src/roles';
import { prepareDirectory } from '../app/test/support/database';
import { type TestEnvironment, testEnvironment } from '../app/test/support/environment';
import { logSink } from '../app/test/support/kernel';
import { eventually } from '../app/test/support/service-process';
import { clusterAlerts } from '../constructs/observability/cluster-alerts';
import { dashboards } from '../constructs/observability/dashboards';
import { dashboardQueries } from '../constructs/observability/dashboards/dashboard';
import { roleLabel } from '../constructs/observability/names';
import { sumOfRole } from '../constructs/observability/promql';
import { recordingRules } from '../constructs/observability/recording-rules';
import { serviceAlerts } from '../constructs/observability/service-alerts';

const rules = recordingRules('holdfast', {}).spec.groups as unknown as { rules: { expr: string }[] }[];
const asked: Readonly<Record<string, readonly string[]>> = {
  'a recording rule': rules.flatMap((group) => group.rules.map(({ expr }) => expr)),
  'an alert': [...serviceAlerts, ...clusterAlerts].flatMap(({ alerts }) => alerts.map(({ expr }) => expr)),
  'a dashboard': dashboards.flatMap(dashboardQueries),
  'the worker’s autoscaler': [sumOfRole('holdfast_aggregation_lag_seconds', 'worker')],
};

/** The service's own series in an expression, not those that rules record, and the labels that they are matched by. */
const selectors = (expr: string) =>
  [...expr.matchAll(/(?<![:\w])(holdfast_[a-z0-9_]+)(?![\w:])(?:\{([^}]*)\})?/g)]
    // What the exporter says, on real servers: app/test/exporter.full.test.ts.
    .filter(([, series = '']) => !(series in exporterMetrics))
    .map(([, series = '', matchers = '']) => ({
      series,
      labels: [...matchers.matchAll(/([a-z_][a-z0-9_]*)=~?"/gi)].map(([, label]) => label as string),
    }));

let environment: TestEnvironment;
let service: Service;
/** Labels by series. */
const exported = new Map<string, Set<string>>();
let types: Set<string>;

beforeAll(async () => {
  environment = testEnvironment();
  prepareDirectory(environment.env.HOLDFAST_DATABASE_DIRECTORY as string);
  const ports = { public: 0, management: 0 };
  service = await startService('all', environment.env, {
    ports,
    logDestination: logSink().stream,
    pollMs: 50,
  });
  const address = `http://127.0.0.1:${service.ports.public}`;
  const scrape = async () =>
    (await fetch(`http://127.0.0.1:${service.ports.management}${managementPaths.metrics}`)).text();

  const events = { events: [{ name: 'one', value: 1 }, { nam: 'bad' }] };
  await fetch(`${address}${routes.ingestEvents.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  });
  await fetch(`${address}${routes.queryAggregates.path}`);
  await fetch(`${address}/v1/nothing`);
  const text = await eventually(
    scrape,
    (page) =>
      /^holdfast_aggregation_events_total [1-9]/m.test(page) &&
      page.includes('holdfast_flag_evaluations_total{'),
  );
  types = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name as string));
  for (const [, series = '', labels = ''] of text.matchAll(/^(holdfast_[a-z0-9_]+)(?:\{(.*)\})? /gm)) {
    const known = exported.get(series) ?? new Set();
    for (const [, label] of labels.matchAll(/([a-z_][a-z0-9_]*)="/gi)) known.add(label as string);
    exported.set(series, known);
  }
});
afterAll(async () => {
  await service.shutdown();
  environment.remove();
});

test('every metric of the contract is exported', () => {
  expect(Object.keys(contract).filter((name) => !types.has(name))).toEqual([]);
});

test.each(Object.entries(asked))('the service says what %s asks for', (_, expressions) => {
  const wanted = expressions.flatMap(selectors);
  expect(wanted.length).toBeGreaterThan(0);
  const missing = wanted.filter(({ series }) => !exported.has(series)).map(({ series }) => series);
  expect([...new Set(missing)]).toEqual([]);
  // What Prometheus adds of its own.
  const target = ['namespace', 'pod', roleLabel];
  const unknown = wanted.flatMap(({ series, labels }) =>
    labels
      .filter((label) => exported.has(series) && !exported.get(series)?.has(label) && !target.includes(label))
      .map((label) => `${series}: ${label}`),
  );
  expect([...new Set(unknown)]).toEqual([]);
});
