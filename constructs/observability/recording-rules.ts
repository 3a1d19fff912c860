import {
  type ErrorDefinition,
  errors,
  type Slo,
  type SloName,
  severities,
  slos,
} from '../../app/src/contract';
import { ConfigurationError } from '../core/errors';
import type { KubernetesObject } from '../kubernetes/raw-objects';
import {
  complement,
  countRate,
  type Matchers,
  observationRate,
  observationRateUpTo,
  orZero,
  type PromQl,
  shareOf,
  type Window,
} from './promql';

type RecordingRule = {
  readonly record: string;
  readonly expr: PromQl;
  readonly labels: Readonly<Record<string, string>>;
};
type RuleGroup = { readonly name: string; readonly rules: readonly RecordingRule[] };

/** What multi-window burn-rate alerts compare: each pair of them, and a month's start. */
const windows: readonly Window[] = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'];

/** Series that records the share over a window; its label `slo` tells which SLO's. */
export const sloErrorRatio = (window: Window): `slo:sli_error:ratio_rate${Window}` =>
  `slo:sli_error:ratio_rate${window}`;

/** Share of an SLO's events that were bad, over each window. */
export const sloRules = (name: SloName, slo: Slo): RuleGroup => ({
  name: `holdfast-slo-${name.replaceAll('_', '-')}`,
  rules: windows.map((window) => ({
    record: sloErrorRatio(window),
    expr: errorRatio(name, slo, window),
    labels: { slo: name },
  })),
});

function errorRatio(name: SloName, { indicator }: Slo, window: Window): PromQl {
  if (indicator.kind === 'ratio') {
    const total: Matchers<string> = indicator.total;
    const bad = countRate(indicator.metric, { ...total, ...indicator.bad }, window);
    return shareOf(bad, countRate(indicator.metric, total, window));
  }
  const { metric, total, thresholdSeconds } = indicator;
  try {
    const good = observationRateUpTo(metric, thresholdSeconds, total, window);
    return complement(shareOf(good, observationRate(metric, total, window)));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(
      error.problems.map((problem) => `slos.${name}: thresholdSeconds ${problem}`),
    );
  }
}

/** Series that records the errors a second; its label `severity` tells how bad. */
export const errorRate = 'severity:holdfast_errors:rate5m';

/** Errors a second by how bad they are; which code is how bad is the contract's to say. */
export const errorRules = (definitions: Readonly<Record<string, ErrorDefinition>>): RuleGroup => ({
  name: 'holdfast-errors',
  rules: severities.flatMap((severity) => {
    const codes = Object.entries(definitions).flatMap(([code, error]) =>
      error.severity === severity ? [code] : [],
    );
    if (codes.length === 0) return [];
    return [
      {
        record: errorRate,
        expr: orZero(countRate('holdfast_errors_total', { code: codes.join('|') }, '5m')),
        labels: { severity },
      },
    ];
  }),
});

/** All recording rules, generated from the contract. Alerts on them come with their runbooks. */
export const recordingRules = (namespace: string, labels: Record<string, string>): KubernetesObject => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'holdfast-recording-rules', namespace, labels },
  spec: {
    groups: [
      ...(Object.entries(slos) as [SloName, Slo][]).map(([name, slo]) => sloRules(name, slo)),
      errorRules(errors),
    ],
  },
});
