/** Chromium from the system's packages, without a download of its own; tests say that they were skipped where there is none. */
import { existsSync, readFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);
if (!executablePath) console.warn('skipped: no Chromium at hand (.ci/tools.sh installs it)');

export const browserOrSkip = {
  describe: executablePath ? describe : describe.skip,
  launch: (): Promise<Browser> =>
    chromium.launch({
      executablePath: executablePath as string,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
    }),
} as const;

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds of WCAG 2.2 A and AA: the rule, and the places. */
export async function violationsOf(page: Page): Promise<{ rule: string; places: string[] }[]> {
  await page.evaluate(axe);
  return page.evaluate(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => ({ rule: id, places: nodes.slice(0, 5).map(({ target }) => target.join(' ')) })))`);
}
