/** The report in a browser: axe finds nothing, the keyboard is enough, and nothing is asked of the network. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { reportPage } from '../tools/lib/report/page';
import { browserOrSkip, violationsOf } from './support/browser';
import { shippedData, someGates } from './tools/report/fixture';

browserOrSkip.describe('the report', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-report-'));
  const file = join(folder, 'report.html');
  const address = pathToFileURL(file).href;
  let browser: Browser;
  let page: Page | undefined;

  beforeAll(async () => {
    // A warning and a failing gate, so that every colour and every kind of row is there.
    writeFileSync(file, reportPage({ ...shippedData(), gates: someGates, warnings: ['prod/cluster: look'] }));
    browser = await browserOrSkip.launch();
  }, 60_000);
  afterEach(() => page?.close());
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> => {
    page = await browser.newPage(options);
    await page.goto(address);
    return page;
  };
  const visibleRows = (): Promise<number> =>
    (page as Page).locator('main tbody tr:visible, main li:visible').count();
  const focused = (what: string): Promise<string> =>
    (page as Page).evaluate(`String(document.activeElement.${what})`);

  test.each([
    [1440, 'light'],
    [1440, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)(
    'at a width of %i, %s: no violation, and no scrolling sideways',
    async (width, colorScheme) => {
      const shown = await open({ viewport: { width, height: 900 }, colorScheme });
      await shown.evaluate(
        `document.querySelectorAll('details').forEach((details) => { details.open = true; })`,
      );
      expect(await violationsOf(shown)).toEqual([]);
      // Beyond WCAG: headings in order, landmarks, roles.
      expect(
        await shown.evaluate(
          `axe.run({ runOnly: ['best-practice'] }).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].target]))`,
        ),
      ).toEqual([]);
      expect(await shown.evaluate('document.documentElement.scrollWidth')).toBe(width);
    },
    180_000,
  );

  test('nothing is asked of the network, and no script fails', async () => {
    page = await browser.newPage();
    const asked: string[] = [];
    const failed: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => failed.push(error.message));
    page.on('console', (message) => failed.push(message.text()));
    await page.goto(address, { waitUntil: 'networkidle' });
    expect([asked, failed]).toEqual([[address], []]);
  }, 60_000);

  test('search by keyboard: / goes there, words narrow, Enter goes to the first row, Escape shows everything', async () => {
    const shown = await open();
    const before = await visibleRows();
    await shown.keyboard.press('/');
    expect(await focused('id')).toBe('search');
    await shown.keyboard.type('prod-data aws_db_instance');
    expect(await shown.textContent('#found')).toMatch(/^\d+ of \d+ rows$/);
    const found = await shown.locator('main tbody tr:visible').allTextContents();
    expect(found.length).toBeGreaterThan(1);
    expect(found.filter((text) => !text.includes('aws_db_instance'))).toEqual([]);
    // What has nothing to show is not in the way, neither in the page nor in its contents.
    expect(await shown.locator('#alerts').isVisible()).toBe(false);
    expect(await shown.locator('nav a[href="#alerts"]').isVisible()).toBe(false);
    await shown.keyboard.press('Enter');
    expect([await focused('localName'), await focused('textContent')]).toEqual([
      'tr',
      expect.stringContaining('aws_db_instance'),
    ]);
    await shown.keyboard.press('Escape');
    expect(await focused('id')).toBe('search');
    expect([await shown.inputValue('#search'), await shown.textContent('#found')]).toEqual(['', '']);
    expect(await visibleRows()).toBe(before);
  }, 60_000);

  test('says so where nothing is found', async () => {
    const shown = await open();
    await shown.keyboard.press('/');
    await shown.keyboard.type('no such thing anywhere');
    expect(await shown.textContent('#found')).toMatch(/^0 of \d+ rows$/);
    expect(await visibleRows()).toBe(0);
  }, 60_000);

  test('Tab reaches the skip link first, and it leads past the contents', async () => {
    const shown = await open();
    await shown.keyboard.press('Tab');
    expect(await focused('textContent')).toBe('Skip to the report');
    await shown.keyboard.press('Enter');
    expect(await focused('id')).toBe('main');
  }, 60_000);

  test('sections close and open by keyboard; a link into a closed one opens it', async () => {
    const shown = await open();
    const summary = shown.locator('#runbooks > details > summary');
    await summary.focus();
    await shown.keyboard.press('Enter');
    const row = shown.locator('#runbook-slo-burning');
    expect(await row.isVisible()).toBe(false);
    await shown.locator('#alerts a[href="#runbook-slo-burning"]').first().press('Enter');
    await row.waitFor({ state: 'visible' });
  }, 60_000);

  test('without scripts everything is there, and no field that does nothing', async () => {
    const shown = await open({ javaScriptEnabled: false });
    expect(await shown.locator('#search').isVisible()).toBe(false);
    expect(await shown.locator('#runbook-slo-burning').isVisible()).toBe(true);
    await shown.locator('#resources-prod-data > summary').press('Enter');
    expect(await shown.locator('#resources-prod-data tbody tr').first().isVisible()).toBe(true);
  }, 60_000);
});
