import type { Deployment } from '../../../environments/load';
import { evaluate, gates, type Verdict } from '../../../gates';
import type { Result } from '../../../gates/engine/model';
import { byFramework, countOf, failed, reference } from '../../../gates/report/words';
import { waivers } from '../../../gates/waivers';
import { toJudge } from '../gates/environments';
import type { SynthesisedStack } from '../synthesise';
import type { GateResult } from './data';

/** What the gates say of every environment, by framework. A waiver that is over still excuses: only what deploys is stopped. */
export const gatesOfSynthesis = (
  deployments: readonly Deployment[],
  stacks: readonly SynthesisedStack[],
  today: string,
): GateResult[] =>
  deployments.flatMap((deployment) => {
    const { facts, stacks: judged } = toJudge(deployment, stacks);
    return resultsOf(evaluate(facts, judged, gates, { today, waivers, expired: 'warn' }));
  });

export const resultsOf = (verdict: Verdict): GateResult[] =>
  byFramework(verdict).map(({ framework, results, evaluators }) => ({
    framework: `${framework.name}, ${framework.edition}`,
    environment: verdict.environment,
    evaluators,
    pass: countOf(results, 'pass'),
    fail: countOf(results, 'fail'),
    waived: countOf(results, 'waived'),
    notApplicable: countOf(results, 'not applicable'),
    failing: results.filter(({ status }) => status === 'fail').map(failing),
  }));

const failing = ({ gate, findings }: Result): GateResult['failing'][number] => ({
  gate: `${reference(gate)} ${gate.evaluatorId}`,
  severity: gate.evaluator.severity,
  title: gate.evaluator.title,
  remedy: gate.evaluator.remedy,
  resources: failed(findings)
    .filter(({ waiver }) => !waiver)
    .map(({ stack, address }) => `${stack}/${address}`),
});
