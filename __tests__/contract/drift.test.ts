/**
 * What the two halves share can't drift apart: what exists on one side only does not compile (the `@ts-expect-error`
 * lines fail the type check as soon as the error under them is gone), and what nobody uses is found.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type ErrorDefinition,
  errors,
  exporterMetrics,
  type FlagOverrides,
  flagKeys,
  flags,
  type MetricLabel,
  type MetricName,
  metrics,
  type PlainSettingsInput,
  type ProbeName,
  probes,
  renderFlagFile,
  settingKeys,
  slos,
} from '../../app/src/contract';

describe('does not compile', () => {
  test('a flag that the contract does not define, or with a value of another type', () => {
    // @ts-expect-error no such flag
    const unknownFlag: FlagOverrides = { cachin: true };
    // @ts-expect-error caching is a boolean
    const wrongType: FlagOverrides = { caching: 'yes' };
    expect([unknownFlag, wrongType]).toHaveLength(2);
  });

  test('a metric or a label that the service does not export', () => {
    // @ts-expect-error no such metric
    const metric: MetricName = 'holdfast_requests_total';
    // @ts-expect-error no such label
    const label: MetricLabel<'holdfast_http_requests_total'> = 'path';
    expect([metric, label]).toHaveLength(2);
  });

  test('a probe on one side only', () => {
    // @ts-expect-error readiness is missing
    const incomplete: Record<ProbeName, string> = { startup: '', liveness: '' };
    // @ts-expect-error no such probe
    const path = probes.health;
    expect([incomplete, path]).toHaveLength(2);
  });

  test('a plain setting that the infrastructure forgets, invents, or mistakes for a secret', () => {
    // @ts-expect-error everything without a default is missing
    const missing: PlainSettingsInput = { HOLDFAST_ENVIRONMENT: 'dev' };
    const given = {} as PlainSettingsInput;
    // @ts-expect-error no such setting
    given.HOLDFAST_LOGLEVEL;
    // @ts-expect-error a secret never goes into a ConfigMap
    given.HOLDFAST_SIGNING_KEY;
    expect(missing).toBeDefined();
  });
});

/** All text of the service outside the contract. */
const service = sources(resolve('app/src')).join('\n');
const mentions = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(service);
function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'contract' ? [] : sources(path);
    return entry.name.endsWith('.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

test.each(flagKeys.filter((key) => 'wiredTo' in flags[key]))('the service asks for the flag %s', (flag) => {
  expect(mentions(flag)).toBe(true);
});

test.each([...Object.keys(metrics), ...Object.keys(exporterMetrics)])(
  'the service records the metric %s',
  (metric) => {
    expect(mentions(metric)).toBe(true);
  },
);

test.each(Object.entries(errors as Record<string, ErrorDefinition>))(
  'the service raises %s, or keeps it for a capability to come',
  (code, error) => {
    expect(mentions(code) || error.reservedFor !== undefined).toBe(true);
  },
);

test.each(settingKeys)('the service reads the setting %s', (setting) => {
  expect(mentions(setting)).toBe(true);
});

test('latency objectives can be measured: their threshold is a bucket of the histogram', () => {
  for (const { indicator } of Object.values(slos)) {
    if (indicator.kind !== 'latency') continue;
    expect(metrics[indicator.metric].buckets).toContain(indicator.thresholdSeconds);
  }
});

test('the flag file holds every flag, with the environment’s values instead of the defaults', () => {
  const { flags: rendered } = renderFlagFile({ caching: false, aggregation_batch_limit: 7 });
  expect(Object.keys(rendered)).toEqual(Object.keys(flags));
  expect(rendered.caching).toMatchObject({ state: 'ENABLED', defaultVariant: 'off' });
  expect(rendered.aggregation_batch_limit).toMatchObject({
    defaultVariant: 'on',
    variants: { on: 7, off: 100 },
  });
  expect(rendered.ingestion).toMatchObject({ defaultVariant: 'on' });
});
