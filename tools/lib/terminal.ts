import { styleText } from 'node:util';

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
type Style = Parameters<typeof styleText>[0];
/** Colours on a terminal, plain text in pipes and CI. */
export const paint = (style: Style, text: string): string => (colour ? styleText(style, text) : text);

/** A line that the next call overwrites on a terminal; elsewhere nothing, so that logs stay readable. */
export function progress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${text}`);
}

export const duration = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

/** Columns padded to their widest cell; numbers to the right. The last column is cut to the terminal's width. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => String(row[column] ?? '').length)),
  );
  const line = (cells: readonly (string | number)[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [paint('bold', line(header)), ...rows.map(line)].join('\n');
}

/** Prints problems as they are, one a line, and a count; no stack trace reaches a person. */
export function printProblems(problems: readonly string[]): void {
  for (const problem of problems) console.error(`${paint('red', 'error')} ${problem}`);
  console.error(
    `\n${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}. Nothing was written.`,
  );
}

/** Runs a command to its exit code. What it throws is printed as one line a problem, or where it was thrown with HOLDFAST_DEBUG=1. */
export function exitWith(command: Promise<number>): void {
  command.then(
    (code) => {
      process.exitCode = code;
    },
    (error: Error & { readonly problems?: readonly string[] }) => {
      progress('');
      const told = process.env.HOLDFAST_DEBUG ? [error.stack] : (error.problems ?? [error.message]);
      for (const problem of told) console.error(`${paint('red', 'error')} ${problem}`);
      process.exitCode = 1;
    },
  );
}
