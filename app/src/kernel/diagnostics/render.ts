import { styleText } from 'node:util';
import type { DiagnosticsReport, Verdict } from './types';

const styles = { pass: 'green', warn: 'yellow', fail: 'red' } as const;
type Style = Parameters<typeof styleText>[0];

export interface RenderOptions {
  /** Default: colours on a terminal unless NO_COLOR is set. */
  readonly colour?: boolean;
}

/** @param noColour the variable NO_COLOR, see no-color.org */
export const wantsColour = (isTerminal: boolean | undefined, noColour: string | undefined): boolean =>
  Boolean(isTerminal) && !noColour;
const wanted = () => wantsColour(process.stdout.isTTY, process.env.NO_COLOR);

/** For people: a line per finding, the remedy below what doesn't pass, and a summary. */
export function renderReport(report: DiagnosticsReport, { colour = wanted() }: RenderOptions = {}): string {
  // Whether there are colours was decided above, so the stream's own opinion is not asked.
  const paint = (style: Style, text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const badge = (verdict: Verdict) => paint(styles[verdict], verdict);
  const width = Math.max(
    0,
    ...report.categories.flatMap(({ findings }) => findings.map(({ name }) => name.length)),
  );
  const blocks = report.categories.map(({ category, durationMs, findings }) =>
    [
      `${paint('bold', category)}  ${paint('dim', `${durationMs} ms`)}`,
      ...findings.flatMap((finding) => [
        `  ${badge(finding.verdict)}  ${finding.name.padEnd(width)}  ${finding.message}`,
        ...(finding.verdict === 'pass' ? [] : [`${' '.repeat(width + 10)}→ ${finding.remedy}`]),
      ]),
    ].join('\n'),
  );
  const { pass, warn, fail } = report.counts;
  const summary = `${paint('green', `${pass} pass`)}, ${paint('yellow', `${warn} warn`)}, ${paint('red', `${fail} fail`)}`;
  return `${blocks.join('\n\n')}\n\nHoldfast ${report.version}: ${summary}\n`;
}

/** For machines. */
export const renderReportJson = (report: DiagnosticsReport): string => `${JSON.stringify(report, null, 2)}\n`;
