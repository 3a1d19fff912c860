import { type Html, html, type Part } from './html';

export interface Column {
  readonly title: string;
  /** Digits under each other. Default: text. */
  readonly numeric?: boolean;
}

export interface Row {
  /** What links go to. Default: nothing links here. */
  readonly id?: string;
  readonly cells: readonly Part[];
}

export interface Table {
  /** What it lists: every table has one, for whoever comes to it out of context. */
  readonly caption: string;
  readonly columns: readonly (Column | string)[];
  /** The first cell of each names the row. */
  readonly rows: readonly Row[];
}

/** A table that scrolls by itself where the page is too narrow. Nothing where it has no rows. */
export function table({ caption, columns, rows }: Table): Html | undefined {
  if (rows.length === 0) return undefined;
  const kinds = columns.map((column) => (typeof column === 'string' ? { title: column } : column));
  const numeric = (index: number): Html | undefined =>
    kinds[index]?.numeric ? html` class="number"` : undefined;
  const head = kinds.map(({ title }, index) => html`<th scope="col"${numeric(index)}>${title}</th>`);
  const body = rows.map(({ id, cells }) => {
    const [name, ...rest] = cells;
    const others = rest.map((cell, index) => html`<td${numeric(index + 1)}>${cell}</td>`);
    return html`<tr${id ? html` id="${id}"` : undefined}><th scope="row">${name}</th>${others}</tr>\n`;
  });
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody></table></div>
`;
}
