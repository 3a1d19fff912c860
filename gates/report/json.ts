import type { Verdict } from '../engine/model';
import { countOf } from './words';

/** For programs: every gate with its findings. */
export function jsonReport(verdicts: readonly Verdict[]): string {
  const report = verdicts.map((verdict) => ({
    environment: verdict.environment,
    tier: verdict.tier,
    date: verdict.today,
    counts: {
      fail: countOf(verdict.results, 'fail'),
      waived: countOf(verdict.results, 'waived'),
      pass: countOf(verdict.results, 'pass'),
      notApplicable: countOf(verdict.results, 'not applicable'),
    },
    gates: verdict.results.map(({ gate, status, reason, findings }) => ({
      id: gate.id,
      framework: gate.framework.id,
      edition: gate.framework.edition,
      control: gate.control.number,
      confirmed: gate.control.confirmed,
      evaluator: gate.evaluatorId,
      title: gate.evaluator.title,
      severity: gate.evaluator.severity,
      rationale: gate.rationale,
      remediation: gate.evaluator.remedy,
      status,
      ...(reason ? { reason } : {}),
      findings,
    })),
    unknown: verdict.unknown,
    warnings: verdict.warnings,
  }));
  return `${JSON.stringify({ format: 1, environments: report }, undefined, 2)}\n`;
}
