import type { Verdict } from '../engine/model';
import { byFramework, conclusion, countOf, excuse, failed, references, told } from './words';

/** For a pull request or a file. */
export function markdownReport(verdicts: readonly Verdict[]): string {
  return `${verdicts.map(section).join('\n\n')}\n`;
}

function section(verdict: Verdict): string {
  const failures = told(verdict, 'fail').map(
    ({ severity, title, evaluatorId, why, remedy, findings, gates }) =>
      [
        `### ${escaped(title)}`,
        '',
        `Severity ${severity} · \`${evaluatorId}\` · ${escaped(references(gates))}`,
        '',
        ...failed(findings).map(
          (finding) =>
            `- \`${finding.stack}\` \`${finding.address}\`: ${escaped(finding.observed)}${finding.waiver ? ` (${escaped(excuse(finding))})` : ''}`,
        ),
        '',
        `${escaped(why)} **Remedy:** ${escaped(remedy)}`,
      ].join('\n'),
  );
  const waived = told(verdict, 'waived').flatMap(({ title, findings }) =>
    failed(findings).map(({ waiver, stack, address }) =>
      row([
        escaped(title),
        `\`${stack}/${address}\``,
        escaped(waiver?.reason ?? ''),
        escaped(waiver?.owner ?? ''),
        waiver?.until ?? '',
      ]),
    ),
  );
  const frameworks = byFramework(verdict).map(({ framework, results, controls }) =>
    row([
      escaped(`${framework.name}, ${framework.edition}`),
      controls,
      results.length,
      countOf(results, 'fail'),
      countOf(results, 'waived'),
      countOf(results, 'pass'),
      countOf(results, 'not applicable'),
    ]),
  );
  return [
    `## Gates of ${verdict.environment}`,
    conclusion(verdict),
    [
      row(['framework', 'controls', 'gates', 'fail', 'waived', 'pass', 'n/a']),
      '| --- | --: | --: | --: | --: | --: | --: |',
      ...frameworks,
    ].join('\n'),
    ...failures,
    waived.length > 0
      ? [
          '### Waived',
          '',
          row(['what', 'where', 'reason', 'owner', 'until']),
          '| --- | --- | --- | --- | --- |',
          ...waived,
        ].join('\n')
      : '',
    [
      ...verdict.unknown.map((one) => `- not judged: ${escaped(one)}`),
      ...verdict.warnings.map((one) => `- warning: ${escaped(one)}`),
    ].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

export const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

export const escaped = (text: string): string =>
  text
    .replaceAll('\n', ' ')
    .replaceAll('<', '&lt;')
    .replaceAll('|', '\\|')
    .replaceAll(/([`*_])/g, '\\$1');
