import type { Slo } from '../../app/src/contract';
import type { Alert, AlertGroup, AlertSeverity } from './alert';
import type { PromQl, Window } from './promql';
import { ofRule, query } from './query';
import { sloErrorRatio } from './recording-rules';

interface BurnRate {
  readonly severity: AlertSeverity;
  /** Multiple of the pace at which the budget would just last its window. */
  readonly pace: number;
  readonly long: Window;
  readonly short: Window;
  readonly for: Window;
}

/**
 * How fast a month's error budget may burn, and for how long, before somebody is told. The long window keeps a spike from
 * being an alert, the short one ends the alert when its cause does. Of a budget of 30 days the first row leaves 98 % when
 * it fires, the others 95 %, 90 % and 90 %.
 */
export const burnRates: readonly BurnRate[] = [
  { severity: 'critical', pace: 14.4, long: '1h', short: '5m', for: '2m' },
  { severity: 'critical', pace: 6, long: '6h', short: '30m', for: '15m' },
  { severity: 'warning', pace: 3, long: '1d', short: '2h', for: '1h' },
  { severity: 'warning', pace: 1, long: '3d', short: '6h', for: '3h' },
];

/** Alerts on how fast each SLO's budget burns. */
export const sloAlerts = (slos: Readonly<Record<string, Slo>>): AlertGroup => ({
  name: 'holdfast-slo-alerts',
  alerts: Object.entries(slos).flatMap(([name, slo]) => burnRates.map((rate) => burning(name, slo, rate))),
});

const burning = (name: string, slo: Slo, { severity, pace, long, short, for: hold }: BurnRate): Alert => ({
  name: 'ErrorBudgetBurning',
  expr: query`${above(name, slo, pace, long)} and ${above(name, slo, pace, short)}`,
  for: hold,
  severity,
  summary: `${name}: the error budget burns at ${pace} times the pace that it lasts for`,
  description: `${slo.description} Promised: ${percent(slo.objective)} over ${slo.windowDays} days. At this pace the budget of those days is gone in ${days(slo.windowDays / pace)}.`,
  runbook: 'slo-burning',
  labels: { slo: name, window: long },
});

const above = (slo: string, { objective }: Slo, pace: number, window: Window): PromQl =>
  query`${ofRule(sloErrorRatio(window), { slo })} > ${share(pace * (1 - objective))}`;

/** Without the digits that floating point adds. */
export const share = (value: number): number => Number(value.toPrecision(6));

const percent = (value: number): string => `${share(value * 100)} %`;
const days = (value: number): string => `${Number(value.toFixed(1))} days`;
