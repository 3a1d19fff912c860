/** The few shapes that the diagrams of docs/architecture.md are drawn with; readable on light and on dark pages. */

/** Of every picture; a page that holds several says it once. */
export const pictureStyle = `text { font-family: system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328; }
.page { fill: #ffffff; } .box { fill: #f6f8fa; stroke: #8c959f; } .strong { fill: #ddf4ff; stroke: #0969da; }
.frame { fill: none; stroke: #8c959f; stroke-dasharray: 6 4; } .line { stroke: #59636e; fill: none; }
.head { fill: #59636e; } .quiet { fill: #59636e; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .page { fill: #0d1117; } .box { fill: #161b22; stroke: #6e7681; } .strong { fill: #0c2d6b; stroke: #58a6ff; }
.frame { stroke: #6e7681; } .line { stroke: #9198a1; } .head { fill: #9198a1; } .quiet { fill: #9198a1; }
}`;

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Average width of a character beside its size: a bit more than most fonts need. */
const characterWidth = 0.56;
export const lineHeight = 15;
const size = 12;

export const encode = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export const text = (
  words: string,
  at: { readonly x: number; readonly y: number },
  more: { readonly bold?: boolean; readonly quiet?: boolean; readonly anchor?: 'middle' | 'end' } = {},
): string =>
  `<text x="${at.x}" y="${at.y}" font-size="${size}"${more.bold ? ' font-weight="600"' : ''}${more.quiet ? ' class="quiet"' : ''}${more.anchor ? ` text-anchor="${more.anchor}"` : ''}>${encode(words)}</text>`;

/** A box with a title and lines below it. */
export const box = (
  title: string,
  lines: readonly string[],
  place: Place,
  kind: 'box' | 'strong' | 'frame' = 'box',
): string =>
  [
    `<rect class="${kind}" x="${place.x}" y="${place.y}" width="${place.width}" height="${place.height}" rx="6"/>`,
    text(title, { x: place.x + 10, y: place.y + 18 }, { bold: true }),
    ...lines.map((line, index) =>
      text(line, { x: place.x + 10, y: place.y + 18 + lineHeight * (index + 1) }, { quiet: true }),
    ),
  ].join('\n');

/** Height of a box with so many lines. */
export const boxHeight = (lines: number): number => 28 + lines * lineHeight;

/** A line through points, with a head at its end. */
export const arrow = (...points: readonly (readonly [number, number])[]): string =>
  `<polyline class="line" marker-end="url(#head)" points="${points.map(([x, y]) => `${x},${y}`).join(' ')}"/>`;

/** Words broken into lines that fit a width in pixels; a word that is too long by itself stays whole. */
export function wrap(words: string, width: number): string[] {
  const most = Math.floor(width / (size * characterWidth));
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** `title` and `description` are what a screen reader says instead. */
export const picture = (
  {
    title,
    description,
    width,
    height,
  }: { title: string; description: string; width: number; height: number },
  shapes: readonly string[],
): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${encode(title)}</title>`,
    `<desc id="description">${encode(description)}</desc>`,
    `<style>${pictureStyle}</style>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0 L8 4 L0 8 z"/></marker></defs>',
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...shapes,
    '</svg>',
    '',
  ].join('\n');
