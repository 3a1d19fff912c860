/** What Markdown of a repository has that a site doesn't: comments, and links to files that are no pages. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

/** Whether a link leads to a file or folder of the repository that the site has no page of. */
export function leadsToCode(href: string, page: string, repository: string): boolean {
  const [path = ''] = href.split('#');
  if (path === '' || /^[a-z]+:/.test(path) || path.endsWith('.md') || path.endsWith('.html')) return false;
  const file = path.startsWith('/') ? join(repository, path) : resolve(dirname(page), path);
  if (!existsSync(file)) return false;
  return !(statSync(file).isDirectory() && existsSync(join(file, 'README.md')));
}

export function plainMarkdown(markdown: MarkdownRenderer, repository: string): void {
  markdown.core.ruler.before('normalize', 'comments', (state) => {
    state.src = state.src.replace(/^<!--.*?-->$/gms, '');
  });
  // Its words stay; on the site there is nothing to follow.
  markdown.core.ruler.push('links-to-code', (state) => {
    const page = (state.env as { path?: string }).path ?? '';
    for (const { children } of state.tokens) {
      let within = false;
      for (const token of children ?? []) {
        if (token.type === 'link_open') within = leadsToCode(String(token.attrGet('href')), page, repository);
        if (!within || !token.type.startsWith('link_')) continue;
        token.tag = 'span';
        token.attrs = null;
        if (token.type === 'link_close') within = false;
      }
    }
  });
}
