import type { dashboardModel } from '../../constructs/observability/dashboards/dashboard';
import { metricLines, shorten, wrap } from './picture-text';
import { seriesIn } from './series';

type Model = ReturnType<typeof dashboardModel>;

/** What is drawn of a panel: the SDK's type has no fields of a panel's own kind. */
interface Drawn {
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string }[];
}

/** Pixels of one column, of one row, and around everything. */
const column = 48;
const line = 25;
const margin = 16;
const gap = 4;
/** Average width of a character beside its size: of text a bit more than most fonts need, of metrics exactly. */
const textWidth = 0.58;
const monoWidth = 0.602;

/** Grafana's units in words. */
const units: Readonly<Record<string, string>> = {
  short: 'count',
  reqps: 'requests/s',
  ops: 'per second',
  s: 'seconds',
  bytes: 'bytes',
  Bps: 'bytes/s',
  percent: 'per cent',
  percentunit: 'per cent',
  currencyUSD: 'US dollars',
};

/** Colours by class, for light and dark pages. */
const style = `text { font-family: system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328; }
.page { fill: #f6f8fa; } .panel { fill: #ffffff; stroke: #d0d7de; } .sketch { stroke: #8c959f; fill: none; }
.quiet { fill: #59636e; } .metric { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; fill: #0550ae; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .page { fill: #0d1117; } .panel { fill: #161b22; stroke: #30363d; } .sketch { stroke: #6e7681; }
.quiet { fill: #9198a1; } .metric { fill: #79c0ff; }
}`;

const encode = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const words = (
  text: string,
  at: { readonly x: number; readonly y: number; readonly size: number; readonly of?: string },
  bold = false,
): string =>
  `<text x="${at.x}" y="${at.y}" font-size="${at.size}"${bold ? ' font-weight="600"' : ''}${at.of ? ` class="${at.of}"` : ''}>${encode(text)}</text>`;

/** A graph or a number, so that one sees from afar what a panel is. */
const icon = (type: string, right: number, top: number): string =>
  type === 'stat'
    ? `<path class="sketch" stroke-width="1.5" d="M${right - 14} ${top}v12m6 -12v12m-10 -8h14m-15 4h14"/>`
    : `<path class="sketch" stroke-width="1.5" d="M${right - 24} ${top + 10}l6 -6l6 4l6 -7l6 3"/>`;

/** Axes in the room that a graph has left, without a line: there are no figures. */
const axes = (x: number, top: number, w: number, bottom: number): string =>
  `<path class="sketch" stroke-opacity="0.45" stroke-dasharray="2 4" d="M${x} ${top}h${w}M${x} ${(top + bottom) / 2}h${w}"/>` +
  `<path class="sketch" stroke-opacity="0.6" d="M${x} ${top}V${bottom}h${w}"/>`;

function panel(
  { type, title = '', description = '', gridPos, fieldConfig, targets = [] }: Drawn,
  top: number,
) {
  const x = margin + gridPos.x * column + gap / 2;
  const y = top + gridPos.y * line + gap / 2;
  const [w, h] = [gridPos.w * column - gap, gridPos.h * line - gap];
  const inner = w - 20;
  const unit = fieldConfig?.defaults.unit ?? 'short';
  const parts = [
    `<rect class="panel" x="${x}" y="${y}" width="${w}" height="${h}" rx="3"/>`,
    icon(type, x + w - 8, y + 9),
    words(shorten(title, (inner - 28) / (13 * textWidth)), { x: x + 10, y: y + 19, size: 13 }, true),
    words(`${type === 'stat' ? 'number' : 'graph'} · ${units[unit] ?? unit}`, {
      ...{ x: x + 10, y: y + 34, size: 10.5, of: 'quiet' },
    }),
  ];
  const last = y + h - 7;
  let next = y + 51;
  const metrics = [...new Set(targets.flatMap(({ expr }) => seriesIn(expr)))];
  const lines = metricLines(metrics, Math.floor(inner / (9.5 * monoWidth)));
  // Metrics come first: what is left is the description's.
  const room = Math.max(0, Math.floor((last - next) / 13) + 1 - lines.length);
  for (const text of wrap(description, Math.floor(inner / (10.5 * textWidth)), room)) {
    parts.push(words(text, { x: x + 10, y: next, size: 10.5 }));
    next += 13;
  }
  for (const text of lines.slice(0, Math.max(0, Math.floor((last - next) / 12) + 1))) {
    parts.push(words(text, { x: x + 10, y: next, size: 9.5, of: 'metric' }));
    next += 12;
  }
  if (type !== 'stat' && last - next > 20) parts.push(axes(x + 10, next, inner, last - 3));
  return parts.join('\n');
}

/** The layout of a dashboard as SVG: where its panels are, what they show, and of which metrics. It holds no figures. */
export function dashboardPicture(model: Model): string {
  const panels = (model.panels ?? []) as unknown as readonly Drawn[];
  const width = 24 * column + 2 * margin;
  const variables = (model.templating?.list ?? []).map(({ label, query }) => `${label}: ${query}`);
  const intro = [
    ...wrap(model.description ?? '', Math.floor((width - 2 * margin) / (12 * textWidth)), 3),
    ...(variables.length > 0 ? [`To be typed in: ${variables.join(' · ')}`] : []),
  ];
  const top = margin + 30 + intro.length * 17;
  const height = top + Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h)) * line + margin;
  const rows = panels.map((one) =>
    one.type === 'row'
      ? words(
          shorten(one.title ?? '', (width - 2 * margin) / (13 * textWidth)),
          { x: margin + 2, y: top + one.gridPos.y * line + 18, size: 13 },
          true,
        )
      : panel(one, top),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${encode(model.title ?? '')}">
<style>${style}</style>
<rect class="page" width="${width}" height="${height}" rx="6"/>
${words(model.title ?? '', { x: margin + 2, y: margin + 18, size: 18 }, true)}
${intro.map((text, index) => words(text, { x: margin + 2, y: margin + 38 + index * 17, size: 12, of: 'quiet' })).join('\n')}
${rows.join('\n')}
</svg>
`;
}
