import { html, markupOf } from '../../../tools/lib/report/html';
import { reportPage } from '../../../tools/lib/report/page';
import { resourcesOf } from '../../../tools/lib/stack-json';
import { shippedData, someGates } from './fixture';

const data = { ...shippedData(), gates: someGates };
const page = reportPage(data);
const all = (pattern: RegExp): string[] => [...page.matchAll(pattern)].map(([, found = '']) => found);

test('every subject has a section, in one order, and an entry in the contents', () => {
  const ids = all(/<section id="([^"]+)"/g);
  expect(ids).toEqual([
    'attention',
    'environments',
    'stacks',
    'contracts',
    'service',
    'cost',
    'gates',
    'alerts',
    'runbooks',
    'versions',
    'resources',
  ]);
  expect(all(/<li><a href="#([^"]+)">/g).slice(0, ids.length)).toEqual(ids);
});

test('every resource of every stack is listed, and nothing of stacks that are not shipped', () => {
  const expected = data.stacks.flatMap(({ json }) =>
    resourcesOf(json)
      .filter(({ mode }) => mode === 'managed')
      .map(({ address }) => address),
  );
  const listed = page.slice(page.indexOf('<section id="resources"'));
  const found = [...listed.matchAll(/<th scope="row"><code>([^<]+)<\/code>/g)].map(([, address]) => address);
  expect(found).toEqual(expected);
  expect(new Set(data.stacks.map(({ environment }) => environment))).toEqual(
    new Set(['bootstrap', ...data.deployments.map(({ environment }) => environment.name)]),
  );
});

test('an id is there once, and every link goes to one', () => {
  const ids = all(/\sid="([^"]+)"/g);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  const known = new Set(ids);
  expect(all(/(?:href="|url\()#([^")]+)/g).filter((id) => !known.has(id))).toEqual([]);
  const labels = all(/aria-(?:labelledby|describedby)="([^"]+)"/g).flatMap((label) => label.split(' '));
  expect(labels.filter((id) => !known.has(id))).toEqual([]);
});

test('nothing is loaded from anywhere', () => {
  expect(all(/(?:src|href|action|data)="([^"#][^"]*)"/g)).toEqual([]);
  expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
    /https?:\/\/|@import|url\((?!#)/,
  );
  expect(page).toContain('content="default-src &#39;none&#39;; ');
});

test('says the same of the same, apart from the day and the commit', () => {
  expect(reportPage({ ...shippedData(), gates: someGates })).toBe(page);
  const other = reportPage({ ...data, commit: 'beef'.repeat(10) });
  expect(other).not.toBe(page);
  expect(other.replaceAll('beefbeefbeef', 'f00df00df00d')).toBe(page);
});

test('no account, no path of a machine, no value that is a secret', () => {
  expect(page).not.toMatch(/\b\d{12}\b/);
  expect(page).not.toContain(process.cwd());
  expect(page).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}/);
});

test('text is text: what looks like markup is escaped wherever it comes from', () => {
  expect(markupOf(html`<b>${'<i>&"'}</b>${['a', undefined, html`<br>`]}`)).toBe(
    '<b>&lt;i&gt;&amp;&quot;</b>a<br>',
  );
  const evil = '<script>alert(1)</script>';
  const [runbook] = data.runbooks;
  if (!runbook) throw new Error('there is no runbook');
  const made = reportPage({ ...data, warnings: [evil], runbooks: [{ ...runbook, title: evil, name: evil }] });
  expect(made).not.toContain(evil);
  expect(made.split('&lt;script&gt;').length).toBeGreaterThan(3);
});
