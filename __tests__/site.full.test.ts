/** The documentation's site: its links hold, and its pages are usable by everybody, wide and narrow, light and dark. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { browserOrSkip, violationsOf } from './support/browser';

const dist = 'docs/.vitepress/dist';
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Files as a static host serves them: `/x` is `/x.html`. */
function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').split(/[?#]/)[0] ?? '/');
    const file = [path, `${path}.html`, join(path, 'index.html'), '/404.html']
      .map((candidate) => join(dist, candidate))
      .find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
    response.setHeader('content-type', types[extname(file ?? '')] ?? 'application/octet-stream');
    if (!file) response.statusCode = 404;
    response.end(file ? readFileSync(file) : '');
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

let built: ReturnType<typeof spawnSync>;
beforeAll(() => {
  built = spawnSync(process.execPath, ['--import', 'tsx', 'tools/docs.ts'], { encoding: 'utf8' });
}, 180_000);

test('builds, which fails on a dead link', () => {
  expect({ status: built.status, output: `${built.stdout}${built.stderr}` }).toMatchObject({ status: 0 });
  expect(existsSync(join(dist, 'docs/pictures/plan.html'))).toBe(true);
});

browserOrSkip.describe('in a browser', () => {
  let server: Server;
  let browser: Browser;
  let address: string;
  beforeAll(async () => {
    server = await serve();
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await browserOrSkip.launch();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const pages = [
    '/',
    '/docs/quickstart',
    '/docs/architecture',
    '/docs/cost',
    '/docs/features',
    '/docs/cli',
    '/docs/api',
  ];
  const looks = [
    { name: 'wide and light', width: 1280, colorScheme: 'light' },
    { name: 'narrow and dark', width: 390, colorScheme: 'dark' },
  ] as const;

  test.each(looks)(
    '$name: no violation, and nothing wider than the page',
    async ({ width, colorScheme }) => {
      const found: Record<string, unknown> = {};
      for (const path of pages) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        await page.goto(address + path, { waitUntil: 'networkidle' });
        const violations = await violationsOf(page);
        const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
        if (violations.length > 0 || Number(overflow) > 0) found[path] = { violations, overflow };
        await page.close();
      }
      expect(found).toEqual({});
    },
    120_000,
  );

  test('is found by its own search', async () => {
    const page = await browser.newPage();
    await page.goto(`${address}/docs/quickstart`, { waitUntil: 'networkidle' });
    await page.click('.DocSearch-Button');
    await page.fill('#localsearch-input', 'rotation');
    await page.waitForSelector('#localsearch-list a', { timeout: 10_000 });
    await page.close();
  }, 60_000);
});
