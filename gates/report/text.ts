import type { Verdict } from '../engine/model';
import { byFramework, conclusion, countOf, excuse, failed, references, told } from './words';

type Paint = (style: 'bold' | 'red' | 'yellow' | 'green' | 'dim', text: string) => string;
type Table = (header: readonly string[], rows: readonly (readonly (string | number)[])[]) => string;

/** For a terminal: what fails, what is waived, and the count of each framework. */
export function textReport(verdict: Verdict, paint: Paint, table: Table): string {
  const failures = told(verdict, 'fail').map(
    ({ severity, evaluatorId, title, why, remedy, findings, gates }) =>
      [
        `${paint('red', `✗ ${severity}`)} ${paint('bold', title)}  ${paint('dim', evaluatorId)}`,
        ...failed(findings).map(
          (finding) =>
            `    ${finding.stack}: ${finding.address}: ${finding.observed}${finding.waiver ? `  ${paint('yellow', excuse(finding))}` : ''}`,
        ),
        `    why: ${why}`,
        `    remedy: ${remedy}`,
        paint('dim', `    ${references(gates)}`),
      ].join('\n'),
  );
  const waived = told(verdict, 'waived').flatMap(({ title, findings }) =>
    failed(findings).map(
      (finding) =>
        `${paint('yellow', '~')} ${title}: ${finding.stack}: ${finding.address}: ${excuse(finding)}`,
    ),
  );
  const rows = byFramework(verdict).map(({ framework, results, controls }) => [
    framework.id,
    controls,
    results.length,
    countOf(results, 'fail'),
    countOf(results, 'waived'),
    countOf(results, 'pass'),
    countOf(results, 'not applicable'),
    framework.edition,
  ]);
  return [
    paint('bold', `Gates of ${verdict.environment}`),
    ...failures,
    waived.join('\n'),
    table(['framework', 'controls', 'gates', 'fail', 'waived', 'pass', 'n/a', 'edition'], rows),
    ...verdict.unknown.map((sentence) => paint('yellow', `not judged: ${sentence}`)),
    ...verdict.warnings.map((sentence) => paint('yellow', `warning: ${sentence}`)),
    conclusion(verdict),
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}
