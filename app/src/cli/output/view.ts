import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** How something is shown to people. */
export interface View {
  /** Characters of a line; nothing where lines may be as long as they like. */
  readonly width: number | undefined;
  paint(style: Style, text: string): string;
}

export const createView = (colour: boolean, width: number | undefined): View => ({
  width,
  // Whether there are colours was decided by the caller, so the stream's own opinion is not asked.
  paint: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
});

const styles: Readonly<Record<string, Style>> = {
  healthy: 'green',
  running: 'green',
  closed: 'green',
  pass: 'green',
  true: 'green',
  degraded: 'yellow',
  half_open: 'yellow',
  starting: 'yellow',
  stopping: 'yellow',
  medium: 'yellow',
  warn: 'yellow',
  unhealthy: 'red',
  error: 'red',
  open: 'red',
  high: 'red',
  critical: 'red',
  fail: 'red',
  unknown: 'dim',
  false: 'dim',
};

/** Paints a state, the first word of the text, in the colour that it stands for. */
export const stateOn =
  (view: View) =>
  (text: string): string => {
    const [word = ''] = /^\S*/.exec(text) ?? [];
    const style = styles[word.toLowerCase()];
    return style ? view.paint(style, word) + text.slice(word.length) : text;
  };
