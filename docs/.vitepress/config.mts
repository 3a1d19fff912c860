/** The documentation as a site: `npm run docs` builds it into docs/.vitepress/dist, `npm run docs -- --serve` shows it. */
import { cpSync, existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { defineConfig } from 'vitepress';
import { navigation, sidebar } from './pages.mts';
import { plainMarkdown } from './plain-markdown.mts';

const repository = resolve(import.meta.dirname, '../..');

export default defineConfig({
  title: 'Holdfast',
  description:
    'A production AWS platform as one typed TypeScript program, together with the service that it deploys',
  lang: 'en',
  // Pages lie where people read them in the repository, so that their links hold in both places.
  srcDir: '..',
  srcExclude: ['**/node_modules/**', 'app/**', '__tests__/**', 'cdktf.out*/**', '.holdfast/**', '.github/**'],
  rewrites: { 'docs/index.md': 'index.md' },
  cleanUrls: true,
  // Made from the same code as the rest, and no page of the site's.
  ignoreDeadLinks: [/\/pictures\/plan$/, /^https?:\/\/localhost/],
  markdown: {
    // Our Markdown has no HTML but comments; what looks like a tag is text, such as <name>.
    html: false,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: (markdown) => plainMarkdown(markdown, repository),
  },
  themeConfig: {
    nav: navigation,
    sidebar,
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    docFooter: { prev: false, next: false },
  },
  buildEnd: ({ outDir }) => {
    const page = 'docs/pictures/plan.html';
    const from = join(repository, page);
    if (existsSync(from)) cpSync(from, join(outDir, page), { recursive: true });
    if (!existsSync(dirname(join(outDir, page)))) throw new Error(`${page} was not copied`);
  },
});
