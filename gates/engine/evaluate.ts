import { Environment, type EnvironmentFacts } from './environment';
import { expiredWaivers } from './expired';
import { masked } from './mask';
import type {
  Evaluator,
  Finding,
  Gate,
  JudgedFinding,
  NotApplicable,
  Result,
  Status,
  Verdict,
  Waiver,
} from './model';
import { readStack, type StackInput } from './read';

export interface EvaluationOptions {
  /** The day that waivers are measured against. */
  readonly today: string;
  readonly waivers: readonly Waiver[];
  /** Whether a waiver that is over still excuses, with a warning. Default: it fails. */
  readonly expired?: 'fail' | 'warn';
}

/** Everything that the gates say of one environment. Pure. */
export function evaluate(
  facts: EnvironmentFacts,
  stacks: readonly StackInput[],
  gates: readonly Gate[],
  options: EvaluationOptions,
): Verdict {
  return evaluateEnvironment(new Environment(facts, stacks.map(readStack)), gates, options);
}

export function evaluateEnvironment(
  environment: Environment,
  gates: readonly Gate[],
  { today, waivers, expired = 'fail' }: EvaluationOptions,
): Verdict {
  // One evaluator serves several gates: it is asked once.
  const judged = new Map<string, readonly Finding[] | NotApplicable>();
  const components = new Map(environment.stacks.map(({ name, component }) => [name, component]));
  const warnings = new Set<string>();
  const results = gates.map((gate): Result => {
    const { evaluatorId, evaluator } = gate;
    const answer = judged.get(evaluatorId) ?? ask(evaluator, environment);
    judged.set(evaluatorId, answer);
    if ('notApplicable' in answer) {
      return { gate, status: 'not applicable', reason: answer.notApplicable, findings: [] };
    }
    const findings = answer.map((finding): JudgedFinding => {
      if (finding.verdict === 'pass') return finding;
      const place = `${components.get(finding.stack) ?? finding.stack}/${finding.address}`;
      const waiver = waivers.find((one) => excuses(one, gate, environment.tier, place));
      if (!waiver) return finding;
      if (waiver.until >= today) return { ...finding, waiver };
      if (expired === 'warn') for (const warning of expiredWaivers([waiver], today)) warnings.add(warning);
      return { ...finding, waiver, expired: true };
    });
    return { gate, status: statusOf(findings, expired), findings };
  });
  return {
    environment: environment.name,
    tier: environment.tier,
    today,
    results,
    unknown: environment.stacks.flatMap(({ unknown }) => unknown),
    warnings: [...warnings],
  };
}

/** What an evaluator finds, with nothing in it that a report may not show. */
function ask(evaluator: Evaluator, environment: Environment): readonly Finding[] | NotApplicable {
  const { appliesTo } = evaluator;
  const answer = evaluator.judge(environment);
  if (!('notApplicable' in answer) && appliesTo && !appliesTo.tiers.includes(environment.tier)) {
    return { notApplicable: `${environment.tier}: ${appliesTo.otherwise}` };
  }
  if ('notApplicable' in answer) return answer;
  if (answer.length === 0) return { notApplicable: `${environment.name} has nothing to judge` };
  return answer.map((finding) => ({ ...finding, observed: masked(finding.observed) }));
}

const excused = ({ waiver, expired }: JudgedFinding, mode: 'fail' | 'warn'): boolean =>
  waiver !== undefined && (!expired || mode === 'warn');

function statusOf(findings: readonly JudgedFinding[], mode: 'fail' | 'warn'): Status {
  const failed = findings.filter(({ verdict }) => verdict === 'fail');
  if (failed.length === 0) return 'pass';
  return failed.every((finding) => excused(finding, mode)) ? 'waived' : 'fail';
}

/** `place`: component/type.name. */
export const excuses = (waiver: Waiver, gate: Gate, tier: Verdict['tier'], place: string): boolean =>
  (waiver.gate === gate.evaluatorId || waiver.gate === gate.id) &&
  (waiver.tiers === undefined || waiver.tiers.includes(tier)) &&
  waiver.resources.some((pattern) => isLike(pattern, place));

/** Whether a text is like a pattern in which `*` stands for any text. */
export const isLike = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.split('*').map(escapeText).join('.*')}$`).test(text);
const escapeText = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Waivers that excuse nothing in any of the verdicts, as sentences: they would hide a fault one day. */
export function idleWaivers(waivers: readonly Waiver[], verdicts: readonly Verdict[]): string[] {
  const used = new Set(
    verdicts.flatMap(({ results }) =>
      results.flatMap(({ findings }) => findings.flatMap(({ waiver }) => waiver ?? [])),
    ),
  );
  const tiers = new Set(verdicts.map(({ tier }) => tier));
  return (
    waivers
      // One for a tier that no environment has proves nothing.
      .filter(
        (waiver) =>
          !used.has(waiver) && (waiver.tiers === undefined || waiver.tiers.some((tier) => tiers.has(tier))),
      )
      .map(
        (waiver) =>
          `gates/waivers.ts: ${waiver.gate} is waived for ${waiver.resources.join(', ')}, where nothing fails: take it out`,
      )
  );
}
