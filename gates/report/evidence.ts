import type { Framework, Result, Verdict } from '../engine/model';
import { escaped, row } from './markdown';
import { countOf, excuse } from './words';

/** For an auditor: of one framework and one environment, each control with what was looked at, seen and decided. */
export function evidence(verdict: Verdict, framework: Framework) {
  return {
    framework: {
      id: framework.id,
      name: framework.name,
      edition: framework.edition,
      source: framework.source,
    },
    environment: verdict.environment,
    tier: verdict.tier,
    date: verdict.today,
    notCovered: framework.notCovered,
    controls: framework.controls.map(({ number, about, confirmed }) => ({
      number,
      about,
      confirmed,
      gates: verdict.results
        .filter(({ gate }) => gate.framework.id === framework.id && gate.control.number === number)
        .map(({ gate, status, reason, findings }: Result) => ({
          id: gate.id,
          title: gate.evaluator.title,
          severity: gate.evaluator.severity,
          rationale: gate.rationale,
          remediation: gate.evaluator.remedy,
          status,
          ...(reason ? { reason } : {}),
          findings: findings.map((finding) => ({
            stack: finding.stack,
            resource: finding.address,
            observed: finding.observed,
            verdict: finding.verdict,
            ...(finding.waiver
              ? {
                  waiver: {
                    reason: finding.waiver.reason,
                    owner: finding.waiver.owner,
                    until: finding.waiver.until,
                    expired: finding.expired === true,
                  },
                }
              : {}),
          })),
        })),
    })),
    unknown: verdict.unknown,
  };
}

/** The same to read. */
export function evidenceMarkdown(verdict: Verdict, framework: Framework): string {
  const pack = evidence(verdict, framework);
  const all = verdict.results.filter(({ gate }) => gate.framework.id === framework.id);
  const controls = pack.controls.map(({ number, about, confirmed, gates }) =>
    [
      `## ${number}: ${escaped(about)}`,
      confirmed
        ? ''
        : '*The number of this control was not found in a source beside the framework’s own text.*',
      ...gates.map((gate) =>
        [
          `### ${escaped(gate.title)}: ${gate.status}`,
          '',
          `\`${gate.id}\`, severity ${gate.severity}. ${escaped(gate.rationale)}`,
          '',
          gate.reason ? `Not applicable: ${escaped(gate.reason)}.` : findingsTable(all, gate.id),
        ].join('\n'),
      ),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  );
  const counts = (['pass', 'fail', 'waived', 'not applicable'] as const)
    .map((status) => `${countOf(all, status)} ${status}`)
    .join(', ');
  return [
    `# Evidence: ${framework.name}, ${framework.edition}`,
    `Environment **${verdict.environment}** (${verdict.tier}), ${verdict.today}. ${counts}. Judged from the infrastructure’s definition as it is deployed, not from a running account. Controls are cited by number, in words of our own.`,
    `Not covered: ${escaped(framework.notCovered)}`,
    ...controls,
    ...(pack.unknown.length > 0
      ? [`## Not judged\n\n${pack.unknown.map((one) => `- ${escaped(one)}`).join('\n')}`]
      : []),
  ]
    .join('\n\n')
    .concat('\n');
}

function findingsTable(results: readonly Result[], id: string): string {
  const findings = results.find(({ gate }) => gate.id === id)?.findings ?? [];
  return [
    row(['resource', 'observed', 'verdict']),
    '| --- | --- | --- |',
    ...findings.map((finding) =>
      row([
        `\`${finding.stack}/${finding.address}\``,
        escaped(finding.observed),
        escaped([finding.verdict, excuse(finding)].filter(Boolean).join(', ')),
      ]),
    ),
  ].join('\n');
}
