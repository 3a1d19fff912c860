import type { Severity, Verdict } from '../engine/model';
import { reference, sourceOf, told } from './words';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
};
/** As code hosts rank them. */
const scores: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
};

/**
 * SARIF 2.1.0. A rule for each evaluator, so that one fault shows once, whatever the number of frameworks that ask for it;
 * its controls are tags. What is waived is there too, as suppressed.
 */
export function sarifReport(verdicts: readonly Verdict[]): string {
  const all = verdicts.flatMap((verdict) =>
    told(verdict, 'fail', 'waived').map((one) => ({ ...one, environment: verdict.environment })),
  );
  const rules = new Map(
    all.map(({ evaluatorId, title, why, remedy, severity, gates }) => [
      evaluatorId,
      {
        id: evaluatorId,
        name: evaluatorId,
        shortDescription: { text: title },
        fullDescription: { text: why },
        help: { text: remedy },
        defaultConfiguration: { level: levels[severity] },
        properties: { 'security-severity': scores[severity], tags: ['security', ...gates.map(reference)] },
      },
    ]),
  );
  const results = all.flatMap(({ evaluatorId, title, severity, findings, environment }) =>
    findings
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ stack, address, observed, waiver, expired }) => ({
        ruleId: evaluatorId,
        ruleIndex: [...rules.keys()].indexOf(evaluatorId),
        level: levels[severity],
        message: { text: `${stack}: ${address}: ${observed}. What should hold: ${title}.` },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: sourceOf(stack, environment) },
              region: { startLine: 1 },
            },
            logicalLocations: [{ fullyQualifiedName: `${stack}/${address}`, kind: 'resource' }],
          },
        ],
        partialFingerprints: { 'holdfast/v1': `${evaluatorId}/${stack}/${address}` },
        ...(waiver && !expired
          ? { suppressions: [{ kind: 'external', status: 'accepted', justification: waiver.reason }] }
          : {}),
      })),
  );
  // Environments of one account share its bootstrap: told once.
  const once = new Map(results.map((result) => [result.partialFingerprints['holdfast/v1'], result]));
  const report = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'holdfast-gates', rules: [...rules.values()] } },
        results: [...once.values()],
      },
    ],
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
