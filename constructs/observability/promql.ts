import { type MetricLabel, type MetricsOfType, metrics, type ServiceRoleName } from '../../app/src/contract';
import { ConfigurationError } from '../core/errors';
import { roleLabel } from './names';

/** An expression that this file made, so that every metric and label in it is the contract's. */
export type PromQl = string & { readonly promQl: true };
/** How far back a rate looks. */
export type Window = `${number}${'s' | 'm' | 'h' | 'd'}`;
/** Label values as regular expressions, which have to match the whole value. */
export type Matchers<Label extends string> = { readonly [L in Label]?: string };

type Counter = MetricsOfType<'counter'>;
type Histogram = MetricsOfType<'histogram'>;
type Gauge = MetricsOfType<'gauge'>;

/** Events a second, all pods together. */
export const countRate = <M extends Counter>(metric: M, match: Matchers<MetricLabel<M>>, window: Window) =>
  sumOfRates(metric, matchers(match), window);

/** What the pods of a role show now, added up; nothing at all while none of them is seen. */
export const sumOfRole = (metric: Gauge, role: ServiceRoleName): PromQl =>
  promQl(`sum(${metric}{${roleLabel}="${role}"})`);

/** Observations a second, all pods together. */
export const observationRate = <M extends Histogram>(
  metric: M,
  match: Matchers<MetricLabel<M>>,
  window: Window,
) => sumOfRates(`${metric}_count`, matchers(match), window);

/**
 * Observations a second that were at most `bound`, in the metric's unit.
 *
 * @throws ConfigurationError where `bound` is no bucket bound: what lies between two bounds can't be told apart
 */
export function observationRateUpTo<M extends Histogram>(
  metric: M,
  bound: number,
  match: Matchers<MetricLabel<M>>,
  window: Window,
): PromQl {
  const bounds: readonly number[] = metrics[metric].buckets;
  if (!bounds.includes(bound)) {
    throw new ConfigurationError([
      `${bound} must be one of the bucket bounds of ${metric} (${bounds.join(', ')}) to be measurable`,
    ]);
  }
  return sumOfRates(`${metric}_bucket`, [...matchers(match), `le="${boundLabel(bound)}"`], window);
}

/** `part` of `whole`, 0 where there is no `part` yet; nothing at all while `whole` stands still, rather than NaN. */
export const shareOf = (part: PromQl, whole: PromQl): PromQl => promQl(`(${orZero(part)}) / (${whole} > 0)`);

export const orZero = (expression: PromQl): PromQl => promQl(`${expression} or vector(0)`);

export const complement = (share: PromQl): PromQl => promQl(`1 - (${share})`);

const sumOfRates = (series: string, match: readonly string[], window: Window): PromQl =>
  promQl(`sum(rate(${series}${match.length > 0 ? `{${match.join(',')}}` : ''}[${window}]))`);

/** JSON's escapes are PromQL's too. */
const matchers = (match: Matchers<string>): string[] =>
  Object.entries(match).flatMap(([label, value]) =>
    value === undefined ? [] : [`${label}=~${JSON.stringify(value)}`],
  );

/** Prometheus 3 stores whole bounds as `1.0`. */
const boundLabel = (bound: number): string => (Number.isInteger(bound) ? `${bound}.0` : String(bound));

const promQl = (text: string): PromQl => text as PromQl;
