/** What the reports say, whatever they look like. */
import {
  type Gate,
  type JudgedFinding,
  type Result,
  type Severity,
  type Status,
  severities,
  type Verdict,
} from '../engine/model';

export const statuses: readonly Status[] = ['fail', 'waived', 'pass', 'not applicable'];

export const countOf = (results: readonly Result[], status: Status): number =>
  results.filter((result) => result.status === status).length;

/** Results of one evaluator: it serves several gates, and its findings are told once. */
export interface Told {
  readonly evaluatorId: string;
  readonly status: Status;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
  readonly reason: string | undefined;
  readonly findings: readonly JudgedFinding[];
  readonly gates: readonly Gate[];
}

/** By evaluator, the worst first. */
export function told({ results }: Verdict, ...wanted: readonly Status[]): Told[] {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    if (!wanted.includes(result.status)) continue;
    const key = `${result.status} ${result.gate.evaluatorId}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()]
    .map((group): Told => {
      const [first] = group as [Result];
      const { title, why, remedy, severity } = first.gate.evaluator;
      return {
        ...{ title, why, remedy, severity },
        evaluatorId: first.gate.evaluatorId,
        status: first.status,
        reason: first.reason,
        findings: first.findings,
        gates: group.map(({ gate }) => gate),
      };
    })
    .sort(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        a.evaluatorId.localeCompare(b.evaluatorId),
    );
}

/** `SOC 2 CC6.1`; a number that nobody could look up says so. */
export const reference = ({ framework, control }: Gate): string =>
  `${framework.id} ${control.number}${control.confirmed ? '' : ' (number not confirmed)'}`;

export const references = (gates: readonly Gate[]): string => gates.map(reference).join(', ');

/** Frameworks of a verdict, with what they count. */
export function byFramework(verdict: Verdict) {
  const ids = [...new Set(verdict.results.map(({ gate }) => gate.framework.id))];
  return ids.map((id) => {
    const results = verdict.results.filter(({ gate }) => gate.framework.id === id);
    const [first] = results as [Result];
    return {
      framework: first.gate.framework,
      results,
      controls: new Set(results.map(({ gate }) => gate.control.number)).size,
      evaluators: new Set(results.map(({ gate }) => gate.evaluatorId)).size,
    };
  });
}

export const evaluatorsIn = ({ results }: Verdict): number =>
  new Set(results.map(({ gate }) => gate.evaluatorId)).size;

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** `700 gates of 229 evaluators: 0 fail, 36 waived, 624 pass, 40 not applicable` */
export function conclusion(verdict: Verdict): string {
  const counts = statuses.map((status) => `${countOf(verdict.results, status)} ${status}`).join(', ');
  return `${plural(verdict.results.length, 'gate')} of ${plural(evaluatorsIn(verdict), 'evaluator')}: ${counts}`;
}

/** Why a failure is accepted, and until when. */
export const excuse = ({ waiver, expired }: JudgedFinding): string =>
  waiver
    ? `${expired ? 'was waived' : 'waived'} until ${waiver.until} by ${waiver.owner}: ${waiver.reason}`
    : '';

/** The file where a person begins: an environment's, or the accounts' for what bootstrap makes. */
export const sourceOf = (stack: string, environment: string): string =>
  stack.startsWith('bootstrap') ? 'environments/accounts.ts' : `environments/${environment}.ts`;

export const failed = (findings: readonly JudgedFinding[]): readonly JudgedFinding[] =>
  findings.filter(({ verdict }) => verdict === 'fail');
