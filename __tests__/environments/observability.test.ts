import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironments } from '../../environments/load';
import { observabilitySchema } from '../../environments/observability-schema';
import { accounts, dev, prod } from '../support/environments';

/** What is said about an environment whose `observability` is that. */
function problems(environment: typeof dev | typeof prod, observability: unknown): readonly string[] {
  const { name } = environment;
  const imagesFolder = mkdtempSync(join(tmpdir(), 'holdfast-environments-'));
  mkdirSync(join(imagesFolder, name));
  writeFileSync(
    join(imagesFolder, name, 'images.json'),
    JSON.stringify({ service: `sha256:${'a'.repeat(64)}` }),
  );
  const environments = { [name]: { ...environment, observability } };
  const result = loadEnvironments({ accounts, environments, imagesFolder, today: '2026-11-21' });
  return result.ok ? [] : result.problems;
}

test('by default everything runs twice, and tells nobody', () => {
  expect(observabilitySchema.parse({})).toEqual({
    enabled: true,
    cloudWatch: true,
    replicas: 2,
    retentionDays: 15,
    storageGiB: 50,
    memoryMiB: 2_048,
    receivers: { deadMansSwitch: false },
    maintenance: [],
    logs: {
      kind: 'elastic',
      nodes: 3,
      storageGiB: 50,
      memoryMiB: 2_048,
      retentionDays: 14,
      rollover: { days: 1, GiB: 20 },
    },
    traces: {
      enabled: true,
      recordedShare: 1,
      keptPercentage: 10,
      retentionDays: 7,
      replicas: 2,
      memoryMiB: 1_024,
    },
    integrations: { sentry: false },
  });
});

test('who is called is called for what is critical; others hear of both', () => {
  const { receivers } = observabilitySchema.parse({
    receivers: { pagerDuty: {}, slack: { channel: '#alerts' } },
  });
  expect(receivers.pagerDuty?.severities).toEqual(['critical']);
  expect(receivers.slack?.severities).toEqual(['critical', 'warning']);
});

test('production is watched, and twice', () => {
  expect(problems(prod, { enabled: false, replicas: 1 })).toEqual([
    'environments/prod.ts: observability.enabled must be true when tier is "production"',
    'environments/prod.ts: observability.replicas must be 2 when tier is "production"',
  ]);
  expect(problems(prod, {})).toEqual([]);
  expect(problems(dev, { enabled: false, replicas: 1 })).toEqual([]);
});

test('logs of production have a second copy; elsewhere there may be none', () => {
  for (const kind of ['none', 'loki'])
    expect(problems(prod, { logs: { kind } })).toEqual([
      'environments/prod.ts: observability.logs.kind must be "elastic" when tier is "production": the others have no second copy of a line',
    ]);
  expect(problems(prod, { logs: { kind: 'elastic', nodes: 1 } })).toEqual([
    'environments/prod.ts: observability.logs.nodes must be 3 or more when tier is "production"',
  ]);
  expect(problems(prod, { logs: { kind: 'elastic', retentionDays: 60 } })).toEqual([]);
  expect(problems(dev, { logs: { kind: 'none' } })).toEqual([]);
});

test('each kind of logs has settings of its own', () => {
  expect(observabilitySchema.parse({ logs: { kind: 'loki' } }).logs).toEqual({
    kind: 'loki',
    storageGiB: 20,
    memoryMiB: 1_024,
    retentionDays: 7,
  });
  expect(problems(dev, { logs: { kind: 'loki', nodes: 3 } })).toEqual([
    expect.stringContaining('observability.logs'),
  ]);
  expect(problems(dev, { logs: { kind: 'splunk' } })).toEqual([
    'environments/dev.ts: observability.logs.kind must be "elastic", "loki" or "none"',
  ]);
  // Two can't elect a leader when one is away.
  expect(problems(dev, { logs: { kind: 'elastic', nodes: 2 } })).toEqual([
    expect.stringContaining('observability.logs.nodes'),
  ]);
});

test('a maintenance window lies within a day and has a name of its own', () => {
  const window = { name: 'patching', weekdays: ['sunday'], from: '23:00', to: '02:00' };
  expect(problems(dev, { maintenance: [window, { ...window, from: '01:00' }] })).toEqual([
    'environments/dev.ts: observability.maintenance[0].to must be later than from, which is 23:00: a window over midnight is two',
    'environments/dev.ts: observability.maintenance[1].name "patching" is taken by another window',
  ]);
  expect(problems(dev, { maintenance: [{ ...window, from: '22:00', to: '24:00' }] })).toEqual([]);
});

test('receivers that lead nowhere are refused, all at once', () => {
  const found = problems(dev, {
    receivers: {
      slack: { channel: 'alerts' },
      pagerDuty: { severities: [] },
      email: { to: ['team'], from: 'alerts@example.com', server: 'smtp.example.com', username: 'alerts' },
    },
  });
  expect(found).toEqual([
    expect.stringContaining('observability.receivers.slack.channel must be a channel such as #alerts'),
    expect.stringContaining('observability.receivers.pagerDuty.severities must have at least 1 entries'),
    expect.stringContaining('observability.receivers.email.to[0] must be an e-mail address'),
    expect.stringContaining('observability.receivers.email.server must be a host and a port'),
  ]);
});

test('what has nothing to deliver, or no way to do so, is refused, all at once', () => {
  const integrations = {
    sentry: true,
    datadog: { site: 'datadoghq.com' },
    jaeger: { endpoint: 'jaeger.example.com:4317' },
    managedPrometheus: {},
  };
  expect(problems(dev, { integrations })).toEqual([]);
  expect(problems(dev, { traces: { enabled: false }, integrations })).toEqual([
    expect.stringMatching(/integrations\.datadog must be left out unless .*traces\.enabled are true/),
    expect.stringMatching(/integrations\.jaeger must be left out unless .*traces\.enabled are true/),
  ]);
  expect(problems(dev, { enabled: false, integrations })).toEqual([
    expect.stringContaining('integrations.datadog must be left out'),
    expect.stringContaining('integrations.jaeger must be left out'),
    expect.stringContaining('integrations.managedPrometheus must be left out'),
  ]);
  const alone = { ...dev, network: { ...dev.network, nat: 'none' as 'single' } };
  expect(problems(alone, { integrations }).filter((text) => text.includes('integrations'))).toEqual([
    expect.stringMatching(/integrations\.sentry must be left out when network\.nat is "none"/),
    expect.stringMatching(/integrations\.datadog must be left out/),
    expect.stringMatching(/integrations\.managedPrometheus must be left out/),
  ]);
  expect(problems(prod, { traces: { replicas: 1 } })).toEqual([
    'environments/prod.ts: observability.traces.replicas must be at least 2 when tier is "production"',
  ]);
});

test('options of traces and integrations that mean nothing are refused', () => {
  const found = problems(dev, {
    traces: { recordedShare: 2, keptPercentage: -1, memoryMiB: 10 },
    integrations: {
      datadog: { site: 'datadog.com' },
      jaeger: { endpoint: 'https://jaeger.example.com' },
      managedPrometheus: { workspaceId: 'holdfast' },
    },
  });
  expect(found.map((text) => /observability\.[\w.]+/.exec(text)?.[0])).toEqual([
    'observability.traces.recordedShare',
    'observability.traces.keptPercentage',
    'observability.traces.memoryMiB',
    'observability.integrations.datadog.site',
    'observability.integrations.jaeger.endpoint',
    'observability.integrations.managedPrometheus.workspaceId',
  ]);
});
