import type { HealthState, Impact } from '../../contract';
import type { CheckResult } from './check';

export interface ComponentReport {
  readonly name: string;
  readonly status: HealthState;
  /** ISO time since when it has this status. */
  readonly since: string;
  /** ISO time of the last look; absent before the first. */
  readonly checkedAt?: string;
  /** Milliseconds that the last look took; absent while UNHEALTHY. */
  readonly latencyMs?: number;
  /** Why it is not HEALTHY. */
  readonly cause?: string;
  /** What is lost or suffers; only while DEGRADED or UNHEALTHY. */
  readonly capability?: string;
  /** File to follow, below the repository's root; only while DEGRADED or UNHEALTHY. */
  readonly runbook?: string;
  readonly details?: CheckResult['details'];
}

export interface HealthReport {
  readonly status: HealthState;
  readonly components: readonly ComponentReport[];
}

/** What happened to one component: a look at it, or an attempt to bring it back. */
export type HistoryEntry =
  | {
      readonly at: string;
      readonly kind: 'check';
      readonly status: HealthState;
      readonly durationMs: number;
      readonly cause?: string;
    }
  | {
      readonly at: string;
      readonly kind: 'recovery';
      readonly step: string;
      readonly attempt: number;
      readonly outcome: RecoveryOutcome;
      readonly cause?: string;
    };
export type RecoveryOutcome = 'recovered' | 'failed';

/** What the components make of the service. */
export function overall(components: readonly { status: HealthState; essential: boolean }[]): HealthState {
  const any = (status: HealthState, essential = false) =>
    components.some((each) => each.status === status && (each.essential || !essential));
  if (any('UNHEALTHY', true)) return 'UNHEALTHY';
  if (any('UNHEALTHY') || any('DEGRADED')) return 'DEGRADED';
  return any('UNKNOWN', true) ? 'UNKNOWN' : 'HEALTHY';
}

/** What DEGRADED and UNHEALTHY have to name. */
export const consequences = (status: HealthState, impact: Impact) =>
  status === 'DEGRADED' || status === 'UNHEALTHY'
    ? { capability: impact.capability, runbook: `runbooks/${impact.runbook}.md` }
    : {};
