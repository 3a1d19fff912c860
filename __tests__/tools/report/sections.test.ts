import { everyAlert } from '../../../constructs/observability/every-alert';
import { frameworks } from '../../../gates';
import { usd } from '../../../tools/lib/cost/report';
import type { GateResult, ReportData, Section } from '../../../tools/lib/report/data';
import { gatesOfSynthesis } from '../../../tools/lib/report/gates-of-synthesis';
import { markupOf } from '../../../tools/lib/report/html';
import { inlined } from '../../../tools/lib/report/picture';
import { alarms, alerts } from '../../../tools/lib/report/sections/alerts';
import { attention } from '../../../tools/lib/report/sections/attention';
import { contracts } from '../../../tools/lib/report/sections/contracts';
import { cost } from '../../../tools/lib/report/sections/cost';
import { environments } from '../../../tools/lib/report/sections/environments';
import { gates } from '../../../tools/lib/report/sections/gates';
import { nameOf } from '../../../tools/lib/report/sections/resources';
import { runbooks } from '../../../tools/lib/report/sections/runbooks';
import { service } from '../../../tools/lib/report/sections/service';
import { stacks } from '../../../tools/lib/report/sections/stacks';
import { pinned, versions } from '../../../tools/lib/report/sections/versions';
import { table } from '../../../tools/lib/report/table';
import type { StackJson } from '../../../tools/lib/stack-json';
import { shippedData, someGates } from './fixture';

const data = shippedData();
/** What a reader sees, without markup and line breaks. */
const textOf = (section: Section | undefined): string =>
  markupOf(section?.body)
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const rowOf = (section: Section, start: string): string =>
  markupOf(section.body)
    .split('<tr')
    .map((row) => row.replace(/^[^>]*>/, '').replaceAll(/<[^>]+>/g, '|'))
    .find((row) => row.replace(/^\|+/, '').startsWith(start)) ?? '';

test('environments: what each is and costs, and every difference with its reason', () => {
  const prod = data.estimates.find(({ estimate }) => estimate.name === 'prod');
  expect(rowOf(environments(data), 'prod')).toContain(usd(prod?.estimate.usd ?? 0));
  expect(rowOf(environments(data), 'local')).toContain('embedded');
  expect(textOf(environments(data))).toContain('A standby in a second zone, twice the price.');
});

test('stacks read what stands in their references', () => {
  expect(rowOf(stacks(data), 'prod-cluster')).toContain('|network|');
  expect(rowOf(stacks(data), 'prod-network')).toContain('|nothing|');
  expect(textOf(contracts(data))).toContain('prod-cluster prod-network private_subnet_ids , vpc_id');
});

test('pictures show what an environment has: without pods, no flows between them', () => {
  const text = markupOf(
    contracts({ ...data, stacks: data.stacks.filter(({ name }) => name !== 'dev-app') }).body,
  );
  expect(text).toContain('id="prod-flows-title"');
  expect(text).toContain('id="dev-network-title"');
  expect(text).not.toContain('id="dev-flows-title"');
});

test('a picture keeps its links to itself under other ids, and leaves its style to the page', () => {
  const svg =
    '<svg aria-labelledby="title description"><title id="title">T</title><desc id="description">D</desc><style>text { fill: red }</style><marker id="head"/><path marker-end="url(#head)"/></svg>';
  const made = markupOf(inlined(svg, 'x'));
  expect(made).toContain('aria-labelledby="x-title x-description"');
  expect(made).toContain('<marker id="x-head"/><path marker-end="url(#x-head)"/>');
  expect(made).not.toContain('<style>');
});

test('the contract of the service: ports, probes, settings, flags and metrics, with flags that are over', () => {
  const text = textOf(service(data));
  for (const part of [
    'public 8080',
    '/health/ready',
    'HOLDFAST_ENVIRONMENT',
    'holdfast_build_info',
    '99.99 %',
  ])
    expect(text).toContain(part);
  expect(rowOf(service(data), 'compression')).toContain('|2027-09-30|');
  expect(rowOf(service(data), 'compression')).not.toContain('stale');
  expect(rowOf(service({ today: '2027-10-01' }), 'compression')).toContain('stale');
});

test('cost: sums, budgets, and what is not counted', () => {
  const [dev] = data.estimates;
  if (!dev) throw new Error('nothing is estimated');
  expect(rowOf(cost(data), dev.estimate.name)).toContain('% of the budget');
  const over = { ...data, estimates: [{ ...dev, budgetUsd: 1 }] };
  expect(rowOf(cost(over), dev.estimate.name)).toContain('above the budget of 1.00');
  expect(textOf(attention(over))).toContain(`${dev.estimate.name} is above the budget of 1.00`);
  expect(textOf(cost(data))).not.toContain('Not counted');
  const unknown = [{ stack: 'dev-data', address: 'aws_odd.one', why: 'no pricer knows aws_odd' }];
  const uncounted = { ...data, estimates: [{ ...dev, estimate: { ...dev.estimate, unknown } }] };
  expect(textOf(cost(uncounted))).toContain('aws_odd.one dev-data no pricer knows aws_odd');
  expect(textOf(attention(uncounted))).toContain('1 resource has no price');
});

test('gates are asked of every environment, for every framework', () => {
  const environments = data.deployments.map(({ environment }) => environment.name);
  expect(data.gates.map(({ environment }) => environment)).toEqual(
    environments.flatMap((name) => frameworks.map(() => name)),
  );
  expect(data.gates.filter(({ environment, pass }) => environment !== 'local' && pass === 0)).toEqual([]);
});

test('a database that is not encrypted is a failing gate, with its address and what to do', () => {
  const stacks = data.stacks.map((stack) =>
    stack.name === 'prod-data' ? { ...stack, json: unencrypted(stack.json) } : stack,
  );
  const before = failingOf(data.gates);
  const failing = failingOf(gatesOfSynthesis(data.deployments, stacks, data.today)).filter(
    (one) => !before.some(({ gate, environment }) => gate === one.gate && environment === one.environment),
  );
  expect(new Set(failing.map(({ environment }) => environment))).toEqual(new Set(['prod']));
  for (const { resources, remedy } of failing) {
    expect(resources.join()).toContain('prod-data/aws_db_instance.');
    expect(remedy).not.toBe('');
  }
});

const failingOf = (results: readonly GateResult[]) =>
  results.flatMap(({ failing, environment }) => failing.map((gate) => ({ ...gate, environment })));

const unencrypted = (json: StackJson): StackJson => {
  const instances = Object.entries(json.resource?.['aws_db_instance'] ?? {}).map(([name, values]) => [
    name,
    { ...values, storage_encrypted: false },
  ]);
  return { ...json, resource: { ...json.resource, aws_db_instance: Object.fromEntries(instances) } };
};

test('gates: counts by framework, and what fails with its remedy', () => {
  const text = textOf(gates({ gates: someGates }));
  expect(text).toContain('SOC 2 (2017) prod 9 11 1 2 3');
  expect(text).toContain('set storageEncrypted prod-data/aws_db_instance.&lt;postgres&gt;');
  expect(textOf(attention({ ...data, gates: someGates }))).toContain('1 gate fails');
});

test('every alert and alarm leads to a runbook that is in the report', () => {
  const known = new Set(data.runbooks.map(({ name }) => name));
  const found = alarms(data);
  expect(found.length).toBeGreaterThan(20);
  expect(found.filter(({ runbook }) => !runbook || !known.has(runbook))).toEqual([]);
  expect(found.filter(({ meaning }) => String(meaning).includes('Runbook'))).toEqual([]);
  const text = textOf(alerts(data));
  for (const { name } of everyAlert.flatMap((group) => group.alerts)) expect(text).toContain(name);
});

test('runbooks: the worst first, who sends people there, and when they were drilled', () => {
  const made = runbooks(data);
  const severities = [...markupOf(made.body).matchAll(/<b class="bad">(high)<|<td>(medium|low)<\/td><td>/g)];
  expect(severities[0]?.[1]).toBe('high');
  expect(rowOf(made, 'database-unreachable')).toContain('ComponentUnhealthy');
  expect(rowOf(made, 'security-finding')).toContain('AWS in bootstrap');
  expect(rowOf(made, 'region-lost')).toContain('people');
  const [one] = data.runbooks;
  if (!one) throw new Error('there is no runbook');
  const never: ReportData = { ...data, runbooks: [{ ...one, lastDrill: 'never', drill: 'local' }] };
  expect(textOf(attention(never))).toContain('1 runbook was never drilled');
});

test('versions are measured against the day that is given', () => {
  expect(rowOf(versions(data), 'Kubernetes')).toContain('supported');
  expect(rowOf(versions({ ...data, today: '2027-07-03' }), 'Kubernetes')).toMatch(
    /\|30\|.*act.*30 days left/,
  );
  expect(rowOf(versions({ ...data, today: '2027-08-03' }), 'Kubernetes')).toMatch(/\|-1\|.*expired/);
});

test('other versions are those of the synthesis', () => {
  expect(pinned(data)).toContainEqual(
    expect.objectContaining({ kind: 'engine', what: 'valkey', where: new Set(['dev', 'staging', 'prod']) }),
  );
  expect(new Set(pinned(data).map(({ kind }) => kind))).toContain('Terraform provider');
});

test('names of resources hide accounts and references', () => {
  expect(nameOf({ values: { bucket: 'holdfast-state-111122223333-eu-west-1' } })).toBe(
    'holdfast-state-<account>-eu-west-1',
  );
  expect(nameOf({ values: { name: '${aws_vpc.v.id}', identifier: 'holdfast-prod' } })).toBe('holdfast-prod');
  expect(nameOf({ values: { metadata: { name: 'gateway' } } })).toBe('gateway');
});

test('nothing wants attention where nothing does; a table without rows is none', () => {
  const calm = attention({ ...data, runbooks: [], gates: [] });
  expect([calm.body, String(calm.lead)]).toEqual([undefined, expect.stringContaining('Nothing')]);
  expect(textOf(attention({ ...data, warnings: ['prod/x: look'] }))).toContain('prod/x: look');
  expect(table({ caption: 'c', columns: ['a'], rows: [] })).toBeUndefined();
});
