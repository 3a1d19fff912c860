/** The page of the gates in a browser: readable for everybody, in both schemes, at two widths, by keyboard. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { evaluate, gates } from '../../gates';
import { htmlReport } from '../../gates/report/html';
import { waivers } from '../../gates/waivers';
import { goldenEnvironments } from '../support/gate-environments';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-gates-page-'));
const page = join(folder, 'report.html');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
let browser: Browser;

beforeAll(async () => {
  // Without some of the waivers, so that something fails and is shown.
  const kept = waivers.filter(({ gate }) => gate !== 'rds-minor-upgrades');
  // One environment and one framework: axe looks at every entry, and all of them take it minutes.
  const { prod } = goldenEnvironments();
  if (!prod) throw new Error('there is no prod');
  const asked = gates.filter(({ framework }) => framework.id === 'cis-aws');
  const verdicts = [evaluate(prod.facts, prod.stacks, asked, { today: '2026-11-21', waivers: kept })];
  writeFileSync(page, htmlReport(verdicts));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
  ['dark', 390],
] as const)(
  'axe finds nothing: %s, %d pixels wide',
  async (colorScheme, width) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const opened = await context.newPage();
    const requests: string[] = [];
    opened.on('request', (request) => requests.push(request.url()));
    await opened.goto(`file://${page}`);
    // What is in an entry is looked at as well.
    await opened.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true })`);
    await opened.addScriptTag({ content: axe });
    const { violations } = (await opened.evaluate('axe.run()')) as { violations: Violation[] };
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    // Nothing is loaded from elsewhere, and nothing is wider than the screen.
    expect(requests).toEqual([`file://${page}`]);
    expect(await opened.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    await context.close();
  },
  120_000,
);

test('entries open by keyboard', async () => {
  const opened = await browser.newPage();
  await opened.goto(`file://${page}`);
  await opened.evaluate(`document.querySelector('details:not([open])').id = 'closed'`);
  await opened.focus('#closed > summary');
  await opened.keyboard.press('Enter');
  expect(await opened.evaluate(`document.getElementById('closed').open`)).toBe(true);
});
