import { readdirSync, readFileSync } from 'node:fs';

/** Read, not run: its configuration is an ES module that only the site's builder loads. */
const pages = readFileSync('docs/.vitepress/pages.mts', 'utf8');

test('every page of the documentation is in the navigation', () => {
  const named = [...pages.matchAll(/page\('[^']+', '([\w-]+)'\)/g)].map(([, name]) => name);
  const there = readdirSync('docs')
    .filter((name) => name.endsWith('.md') && name !== 'index.md')
    .map((name) => name.replace(/\.md$/, ''));
  expect(there.filter((name) => !named.includes(name))).toEqual([]);
});
