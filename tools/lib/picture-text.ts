/** Text in pictures, which break no lines themselves. */

/** The text, cut with an ellipsis where it has more characters. */
export const shorten = (text: string, characters: number): string =>
  text.length <= characters ? text : `${text.slice(0, Math.max(0, Math.floor(characters) - 1)).trimEnd()}…`;

/** The text in lines of at most so many characters, broken between words; what doesn't fit into them is cut. */
export function wrap(text: string, characters: number, lines: number): string[] {
  const broken: string[] = [];
  for (const word of text.split(' ')) {
    const current = broken.at(-1);
    if (current !== undefined && `${current} ${word}`.length <= characters)
      broken.splice(-1, 1, `${current} ${word}`);
    else broken.push(word);
  }
  const shown = broken.slice(0, lines).map((line) => shorten(line, characters));
  const last = shown.at(-1);
  if (broken.length > lines && last !== undefined)
    shown.splice(-1, 1, `${shorten(last, characters - 1).replace(/…$/, '')}…`);
  return shown;
}

/** Names of metrics, one a line; a long one goes on in the next, broken after an underscore or a colon, and set in. */
export const metricLines = (names: readonly string[], characters: number): string[] =>
  names.flatMap((name) => {
    const lines: string[] = [];
    for (const part of name.match(/[^_:]*[_:]?/g) ?? []) {
      const current = lines.at(-1);
      if (current !== undefined && current.length + part.length <= characters)
        lines.splice(-1, 1, current + part);
      else if (part) lines.push(lines.length > 0 ? `\u00a0\u00a0${part}` : part);
    }
    return lines;
  });
