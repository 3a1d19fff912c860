import { paint, table } from '../terminal';
import type { Runbook } from './runbook';
import type { Risk, Step } from './steps';

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

/**
 * One, as somebody reads it who was just called: its headings marked; beside each step its risk, what it shows, and the way back.
 *
 * @param width characters of a line of Expect and Undo
 */
export const renderRunbook = (
  { text, name, severity, owner, risk, lastDrill, steps, ...rest }: Runbook,
  width = Math.min(process.stdout.columns || 110, 110),
): string =>
  [
    paint(
      'dim',
      [
        `${name}: severity ${severity}, risk ${risk}, owner ${owner}, last drill ${lastDrill}`,
        ...(rest['rto target'] ? [`back within ${rest['rto target']}`] : []),
        ...(rest['rpo target'] ? [`${rest['rpo target']} of writes at most lost`] : []),
      ].join(', '),
    ),
    body(text, steps, width),
  ].join('\n\n');

function body(text: string, steps: readonly Step[], width: number): string {
  const lines = text.split('\n');
  const began = lines.indexOf('---', 1) + 1;
  const shown: string[] = [];
  for (let at = began; at < lines.length; at += 1) {
    const step = steps.find(({ line }) => line === at + 1);
    if (step) {
      shown.push(...stepLines(step, width));
      at = step.lastLine - 1;
    } else {
      const line = lines[at] as string;
      shown.push(/^#{1,2} /.test(line) ? paint('bold', line) : line);
    }
  }
  return shown.join('\n').trim();
}

const colours = { none: 'green', low: 'cyan', medium: 'yellow', high: 'red' } as const satisfies Record<
  Risk,
  string
>;

/** Name and risk, the commands, then what they show and the way back, each wrapped behind its label. */
function stepLines({ name, risk, script, expected, undo }: Step, width: number): string[] {
  const labelled = (label: string, content: string | undefined) =>
    content
      ? [
          ...wrapped(content, width - 10).map(
            (line, at) => `  ${paint('dim', (at ? '' : label).padEnd(8))}${line}`,
          ),
        ]
      : [];
  return [
    `  ${paint('bold', `step ${name}`)}, ${paint(colours[risk ?? 'high'], `risk ${risk ?? 'unknown'}`)}`,
    ...script.split('\n').map((line) => `    ${line}`.trimEnd()),
    ...labelled('expect', expected),
    ...labelled('undo', undo),
  ];
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
