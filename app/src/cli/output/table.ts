import { stripVTControlCharacters } from 'node:util';
import type { View } from './view';

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => string | number | undefined;
  /** Applied after the cell was cut and filled up, so that colours don't count as characters. */
  readonly paint?: (text: string, row: Row) => string;
  readonly align?: 'right';
  /** Gives way when the line is too narrow. */
  readonly flexible?: boolean;
}

const gap = '  ';
const narrowest = 8;

/** Lines with a header; nothing is cut unless the view has a width. */
export function table<Row>(view: View, rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const texts = rows.map((row) => columns.map(({ cell }) => clean(cell(row))));
  // A column that says nothing is left out.
  const shown = columns.flatMap((column, index) =>
    texts.some((cells) => cells[index] !== '') ? [{ column, index }] : [],
  );
  const natural = shown.map(({ column, index }) =>
    Math.max(length(column.header), ...texts.map((cells) => length(cells[index] as string))),
  );
  const widths = shrink(
    natural,
    shown.map(({ column }) => column.flexible === true),
    view.width,
  );
  const line = (cells: readonly string[]) => cells.join(gap).trimEnd();
  const header = line(
    shown.map(({ column }, at) =>
      view.paint('bold', fit(column.header.toUpperCase(), widths[at] as number, column)),
    ),
  );
  const body = rows.map((row, r) =>
    line(
      shown.map(({ column, index }, at) => {
        const text = fit(texts[r]?.[index] ?? '', widths[at] as number, column);
        return column.paint ? column.paint(text, row) : text;
      }),
    ),
  );
  return [header, ...body].map((text) => `${text}\n`).join('');
}

/** Names and values below each other; what is undefined is left out. */
export function fields(view: View, entries: readonly Field[]): string {
  const given = entries.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...given.map(([name]) => name.length));
  return given
    .map(([name, value, paint = unpainted]) => {
      const [before, after] = [view.paint('dim', name.padEnd(width)), paint(clean(value))];
      return `${before}  ${after}\n`;
    })
    .join('');
}
type Field = readonly [name: string, value: string | number | undefined, paint?: (text: string) => string];
const unpainted = (text: string) => text;

function shrink(
  natural: readonly number[],
  flexible: readonly boolean[],
  width: number | undefined,
): number[] {
  const widths = [...natural];
  if (width === undefined) return widths;
  let excess = widths.reduce((sum, each) => sum + each, 0) + gap.length * (widths.length - 1) - width;
  while (excess > 0) {
    // The widest gives way first.
    const candidates = widths.map((each, at) => (flexible[at] && each > narrowest ? each : 0));
    const widest = candidates.indexOf(Math.max(...candidates));
    if (!candidates[widest]) break;
    widths[widest] = (widths[widest] as number) - 1;
    excess -= 1;
  }
  return widths;
}

function fit(text: string, width: number, { align }: { readonly align?: 'right' }): string {
  const cut = length(text) > width ? `${[...text].slice(0, width - 1).join('')}…` : text;
  const filling = ' '.repeat(Math.max(0, width - length(cut)));
  return align === 'right' ? filling + cut : cut + filling;
}

const length = (text: string): number => [...text].length;
/** What comes from elsewhere must not move the cursor, colour the terminal or break the line. */
export const clean = (value: string | number | undefined): string =>
  stripVTControlCharacters(String(value ?? '')).replace(/\p{Cc}+/gu, ' ');
