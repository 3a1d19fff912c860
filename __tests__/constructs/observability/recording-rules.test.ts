import { errors, type Slo, severities, slos } from '../../../app/src/contract';
import {
  complement,
  countRate,
  observationRate,
  observationRateUpTo,
  orZero,
  shareOf,
} from '../../../constructs/observability/promql';
import { errorRules, recordingRules, sloRules } from '../../../constructs/observability/recording-rules';
import { blocks, kubernetesStacks, objectsOf } from '../../support/kubernetes';

describe('PromQL', () => {
  test('takes metrics and labels of the contract only', () => {
    expect(countRate('holdfast_errors_total', { code: 'A|B' }, '5m')).toBe(
      'sum(rate(holdfast_errors_total{code=~"A|B"}[5m]))',
    );
    // @ts-expect-error: there is no such metric
    countRate('holdfast_http_request_total', {}, '5m');
    // @ts-expect-error: the metric has no such label
    countRate('holdfast_errors_total', { status: '5..' }, '5m');
    // @ts-expect-error: a gauge has no rate
    countRate('holdfast_aggregation_lag_seconds', {}, '5m');
    // @ts-expect-error: a counter has no buckets
    observationRate('holdfast_errors_total', {}, '5m');
    // @ts-expect-error: no duration
    countRate('holdfast_errors_total', {}, '5 minutes');
    // @ts-expect-error: an expression that nobody checked
    orZero('sum(rate(whatever[5m]))');
  });

  test('without labels has no braces', () => {
    expect(observationRate('holdfast_aggregation_duration_seconds', {}, '1h')).toBe(
      'sum(rate(holdfast_aggregation_duration_seconds_count[1h]))',
    );
  });

  test('quotes what PromQL would read otherwise', () => {
    expect(countRate('holdfast_http_requests_total', { route: 'a"b\\.c' }, '5m')).toBe(
      'sum(rate(holdfast_http_requests_total{route=~"a\\"b\\\\.c"}[5m]))',
    );
  });

  test('writes bucket bounds as Prometheus 3 stores them', () => {
    const upTo = (bound: number) =>
      observationRateUpTo('holdfast_http_request_duration_seconds', bound, {}, '5m');
    expect(upTo(0.005)).toContain('{le="0.005"}');
    expect(upTo(1)).toContain('{le="1.0"}');
  });

  test('refuses a threshold between two bounds, and names those there are', () => {
    expect(() => observationRateUpTo('holdfast_http_request_duration_seconds', 0.3, {}, '5m')).toThrow(
      '0.3 must be one of the bucket bounds of holdfast_http_request_duration_seconds (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5) to be measurable',
    );
  });

  test('a share is nothing while nothing happens, and 0 while nothing bad does', () => {
    const rate = (code: string) => countRate('holdfast_errors_total', { code }, '5m');
    expect(complement(shareOf(rate('A'), rate('.*')))).toBe(
      '1 - ((sum(rate(holdfast_errors_total{code=~"A"}[5m])) or vector(0)) / (sum(rate(holdfast_errors_total{code=~".*"}[5m])) > 0))',
    );
  });
});

describe('recording rules', () => {
  test('an SLO by ratio', () => {
    expect(sloRules('query_availability', slos.query_availability)).toEqual({
      name: 'holdfast-slo-query-availability',
      rules: ['5m', '30m', '1h', '2h', '6h', '1d', '3d'].map((window) => ({
        record: `slo:sli_error:ratio_rate${window}`,
        expr: `(sum(rate(holdfast_http_requests_total{route=~"/v1/aggregates",status=~"5.."}[${window}])) or vector(0)) / (sum(rate(holdfast_http_requests_total{route=~"/v1/aggregates"}[${window}])) > 0)`,
        labels: { slo: 'query_availability' },
      })),
    });
  });

  test('an SLO by latency', () => {
    expect(sloRules('query_latency', slos.query_latency).rules[0]).toEqual({
      record: 'slo:sli_error:ratio_rate5m',
      expr: '1 - ((sum(rate(holdfast_http_request_duration_seconds_bucket{route=~"/v1/aggregates",le="0.25"}[5m])) or vector(0)) / (sum(rate(holdfast_http_request_duration_seconds_count{route=~"/v1/aggregates"}[5m])) > 0))',
      labels: { slo: 'query_latency' },
    });
  });

  test('an SLO whose threshold can’t be measured is refused by name', () => {
    const slo: Slo = {
      ...slos.query_latency,
      indicator: { ...slos.query_latency.indicator, thresholdSeconds: 0.2 },
    };
    expect(() => sloRules('query_latency', slo)).toThrow(
      /^slos\.query_latency: thresholdSeconds 0\.2 must be one of the bucket bounds/,
    );
  });

  test('every error code counts towards exactly one severity', () => {
    const { rules } = errorRules(errors);
    const codes = rules.flatMap(({ expr }) => /code=~"([^"]+)"/.exec(expr)?.[1]?.split('|') ?? []);
    expect(codes.sort()).toEqual(Object.keys(errors).sort());
    for (const { labels } of rules) expect(severities).toContain(labels.severity);
    expect(rules.find(({ labels }) => labels.severity === 'critical')).toEqual({
      record: 'severity:holdfast_errors:rate5m',
      expr: 'sum(rate(holdfast_errors_total{code=~"EXT_DATABASE_UNAVAILABLE|SYS_INTERNAL"}[5m])) or vector(0)',
      labels: { severity: 'critical' },
    });
  });

  test('no two rules record the same series', () => {
    const groups = recordingRules('holdfast', {}).spec.groups as unknown as {
      rules: { record: string; labels: object }[];
    }[];
    const series = groups.flatMap(({ rules }) => rules.map((r) => r.record + JSON.stringify(r.labels)));
    const used = new Set(Object.values(errors).map(({ severity }) => severity));
    expect(series.length).toBe(Object.keys(slos).length * 7 + used.size);
    expect(new Set(series).size).toBe(series.length);
  });
});

describe('in the stack', () => {
  const { app } = kubernetesStacks();

  test('the monitor finds the management Service of every role, and no other', () => {
    const [monitor] = objectsOf('holdfast-monitors', app);
    expect(monitor).toMatchObject({ apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' });
    expect(monitor.spec.endpoints).toEqual([
      { port: 'management', path: '/metrics', interval: '30s', scrapeTimeout: '10s' },
    ]);
    const selected = blocks('kubernetes_service_v1', app).filter((service) =>
      Object.entries(monitor.spec.selector.matchLabels).every(
        ([key, value]) => service.metadata.labels[key] === value,
      ),
    );
    expect(selected.map((service) => service.metadata.name).sort()).toEqual([
      'holdfast-collector-management',
      'holdfast-gateway-management',
      'holdfast-worker-management',
    ]);
    for (const service of selected) expect(service.spec.port[0].name).toBe('management');
  });

  test('rules arrive through the raw chart as they were generated', () => {
    const [rules] = objectsOf('holdfast-recording-rules', app);
    const { labels: _, ...metadata } = rules.metadata;
    expect({ ...rules, metadata: { ...metadata, labels: {} } }).toEqual(recordingRules('holdfast', {}));
  });
});
