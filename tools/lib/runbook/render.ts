import { paint, table } from '../terminal';
import type { Runbook } from './runbook';

/** All runbooks, the worst situations first. */
export function renderList(runbooks: readonly Runbook[]): string {
  const order = { high: 0, medium: 1, low: 2 };
  const rows = [...runbooks]
    .sort((a, b) => order[a.severity] - order[b.severity] || a.name.localeCompare(b.name))
    .map(({ name, severity, risk, occasion, drill, lastDrill, steps, title }) => [
      name,
      severity,
      risk,
      occasion,
      lastDrill === 'never' && drill === 'aws' ? 'AWS only' : lastDrill,
      steps.length,
      title,
    ]);
  return table(['runbook', 'severity', 'risk', 'occasion', 'last drill', 'steps', 'situation'], rows);
}

/** One, as it stands, its headings marked. */
export const renderRunbook = ({ text, name, severity, owner, risk, lastDrill, ...rest }: Runbook): string =>
  [
    paint(
      'dim',
      [
        `${name}: severity ${severity}, risk ${risk}, owner ${owner}, last drill ${lastDrill}`,
        ...(rest['rto target'] ? [`back within ${rest['rto target']}`] : []),
        ...(rest['rpo target'] ? [`${rest['rpo target']} of writes at most lost`] : []),
      ].join(', '),
    ),
    text
      .replace(/^---\n[\s\S]*?\n---\n/, '')
      .trim()
      .split('\n')
      .map((line) => (/^#{1,2} /.test(line) ? paint('bold', line) : line))
      .join('\n'),
  ].join('\n\n');
