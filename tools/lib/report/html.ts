import { escaped } from '../plan/report-html';

/** Markup that goes into a page as it is; all other text is escaped on its way. */
export class Html {
  constructor(readonly markup: string) {}
}

export type Part = Html | string | number | undefined | readonly Part[];

/** Markup with values in it: text is escaped, nothing is left out of `undefined`, and lists are put side by side. */
export const html = (strings: TemplateStringsArray, ...values: readonly Part[]): Html =>
  new Html(strings.map((text, index) => text + markupOf(values[index])).join(''));

export function markupOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map(markupOf).join('');
  return escaped(String(part));
}

export const code = (text: string): Html => html`<code>${text}</code>`;

/** A date that stays on one line. */
export const day = (date: string): Html => html`<time>${date}</time>`;

export const whole = (count: number): string => count.toLocaleString('en-US');

/** Parts with the same text between each two. */
export const joined = (parts: readonly Part[], between: Part = ', '): Part[] =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [between, part]));

/** A word that also has a colour: never the colour alone. */
export const mark = (kind: 'good' | 'fair' | 'bad', word: string): Html =>
  html`<b class="${kind}">${word}</b>`;
