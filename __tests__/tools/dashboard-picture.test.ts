import { dashboards } from '../../constructs/observability/dashboards';
import { dashboardModel } from '../../constructs/observability/dashboards/dashboard';
import { query } from '../../constructs/observability/query';
import { dashboardPicture } from '../../tools/lib/dashboard-picture';
import { metricLines, shorten, wrap } from '../../tools/lib/picture-text';
import { seriesIn } from '../../tools/lib/series';

const attribute = (tag: string, name: string) => Number(new RegExp(` ${name}="([\\d.]+)"`).exec(tag)?.[1]);
const shown = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);

describe.each(dashboards.map((dashboard) => [dashboard.uid, dashboard] as const))('%s', (_, dashboard) => {
  const svg = dashboardPicture(dashboardModel(dashboard));
  const [width, height] = [attribute(svg, 'width'), attribute(svg, 'height')];
  const boxes = [...svg.matchAll(/<rect class="panel"[^>]*>/g)].map(([tag]) => ({
    left: attribute(tag, 'x'),
    top: attribute(tag, 'y'),
    right: attribute(tag, 'x') + attribute(tag, 'width'),
    bottom: attribute(tag, 'y') + attribute(tag, 'height'),
  }));
  const panels = dashboard.rows.flatMap((row) => row.panels);

  test('shows each panel in a place of its own, within the picture', () => {
    expect(boxes).toHaveLength(panels.length);
    for (const [index, box] of boxes.entries()) {
      expect(box.right).toBeLessThan(width);
      expect(box.bottom).toBeLessThan(height);
      for (const other of boxes.slice(index + 1)) {
        const apart =
          box.right < other.left ||
          other.right < box.left ||
          box.bottom < other.top ||
          other.bottom < box.top;
        expect(apart).toBe(true);
      }
    }
  });

  test('says of each what it is called and what it asks for, uncut', () => {
    const texts = shown(svg).join('\n');
    for (const { title } of [...dashboard.rows, ...panels]) expect(texts).toContain(title);
    const metrics = new Set(panels.flatMap(({ queries }) => queries.flatMap(({ expr }) => seriesIn(expr))));
    // A long name goes on in the next line, set in.
    const whole = texts.replaceAll(/([_:])\n\u00a0{2}/g, '$1');
    for (const metric of metrics) expect(whole).toContain(metric);
  });

  test('writes nothing over the edge of its panel', () => {
    for (const [tag, text = ''] of svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)) {
      const [x, y, size] = [attribute(tag, 'x'), attribute(tag, 'y'), attribute(tag, 'font-size')];
      const box = boxes.find(
        ({ left, right, top, bottom }) => x > left && x < right && y > top && y < bottom,
      );
      const right = box?.right ?? width;
      // A character of the widest font that the style names is as wide as this on the average.
      expect(x + text.replaceAll(/&\w+;/g, '.').length * size * 0.56).toBeLessThan(right);
    }
  });
});

test('what people write can break no picture', () => {
  const svg = dashboardPicture(
    dashboardModel({
      uid: 'holdfast-x',
      title: 'a < b & "c"',
      description: '<script>',
      rows: [
        {
          title: 'row',
          panels: [
            { title: '<b>', description: '.', unit: 's', queries: [{ expr: query`vector(1)`, legend: 'x' }] },
          ],
        },
      ],
    }),
  );
  expect(svg).toContain('>a &lt; b &amp; &quot;c&quot;<');
  expect(svg).not.toContain('<script>');
  expect(svg).not.toContain('<b>');
});

test('text is broken between words, and cut where there is no room', () => {
  expect(wrap('one two three four', 9, 3)).toEqual(['one two', 'three', 'four']);
  expect(wrap('one two three four', 9, 2)).toEqual(['one two', 'three…']);
  expect(wrap('one', 9, 0)).toEqual([]);
  expect(shorten('abcdef', 4)).toBe('abc…');
  expect(metricLines(['a_short_one', 'a_much_longer_name_total'], 14)).toEqual([
    'a_short_one',
    'a_much_longer_',
    '\u00a0\u00a0name_total',
  ]);
});
