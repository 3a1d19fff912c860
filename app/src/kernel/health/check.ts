import type { ComponentName, HealthState, Impact, Thresholds } from '../../contract';

/** What a check found; `UNKNOWN` where there is nothing to judge by yet. */
export interface CheckResult {
  readonly status: HealthState;
  /** Why it is not HEALTHY, as one line for people. */
  readonly cause?: string;
  /** What was measured; numbers in base units, the unit in the name. */
  readonly details?: Readonly<Record<string, number | string>>;
}

/** One rung of the ladder that is climbed when a component stays UNHEALTHY. */
export interface RecoveryStep {
  /** As it stands in metrics, log and history. */
  readonly name: string;
  /** Attempts before the next rung, default 2. */
  readonly attempts?: number;
  /** Does what may help. Whether it did, the check that follows tells. Must be safe to repeat. */
  run(signal: AbortSignal): Promise<void>;
}

interface CheckBase {
  /**
   * Looks once. Rejecting means UNHEALTHY, and so does being late: then the signal is aborted, and no other look begins
   * before this one has settled or is ten timeouts old.
   */
  check(signal: AbortSignal): Promise<CheckResult>;
  /** Milliseconds between two looks. Default: that of the contract's component, else the general interval. */
  readonly intervalMs?: number;
  /** Milliseconds for one look. Default: the general timeout. */
  readonly timeoutMs?: number;
  /** From the mildest to the hardest; default: nothing can be done from inside. */
  readonly recovery?: readonly RecoveryStep[];
}
/** A component of the contract, or one of your own, which says itself what is lost with it. */
export type HealthCheck = CheckBase &
  (
    | { readonly name: ComponentName; readonly impact?: Impact }
    | { readonly name: string; readonly impact: Impact }
  );

/** State of a measured value. */
export function compare(value: number, { degraded, unhealthy }: Thresholds): HealthState {
  if (value >= unhealthy) return 'UNHEALTHY';
  return value >= degraded ? 'DEGRADED' : 'HEALTHY';
}

/** The worse of two answers; its cause and both details. */
export function worse(a: CheckResult, b: CheckResult): CheckResult {
  const rank: Record<HealthState, number> = { UNHEALTHY: 3, DEGRADED: 2, UNKNOWN: 1, HEALTHY: 0 };
  const chosen = rank[b.status] > rank[a.status] ? b : a;
  return { ...chosen, details: { ...a.details, ...b.details } };
}

export const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;
