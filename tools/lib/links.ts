/** Where a document points to. */
export interface Link {
  /** As it is written: a path, an address, an anchor. */
  readonly target: string;
  /** From 1. */
  readonly line: number;
}

/** Links and images of a Markdown document, also by reference and as HTML. What stands in code is no link. */
export function linksOf(markdown: string): readonly Link[] {
  const patterns = [
    // [text](target "title"), ![picture](target)
    /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g,
    // [name]: target
    /^ {0,3}\[[^\]]+\]:\s+<?([^\s>]+)>?/gm,
    // <a href="target">, <img src="target">
    /<(?:a|img|source)\b[^>]*?\b(?:href|src)="([^"]+)"/g,
    // <https://…>
    /<(https?:\/\/[^>\s]+)>/g,
  ];
  const text = withoutCode(markdown);
  return patterns
    .flatMap((pattern) =>
      [...text.matchAll(pattern)].map((match) => ({
        target: match[1] ?? '',
        line: text.slice(0, match.index).split('\n').length,
      })),
    )
    .sort((a, b) => a.line - b.line);
}

/** What `#…` can name in a document: its headings as GitHub makes anchors of them, and ids in HTML. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  for (const [, heading = ''] of withoutFences(markdown).matchAll(/^ {0,3}#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = slugOf(heading);
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    anchors.add(before === 0 ? slug : `${slug}-${before}`);
  }
  for (const [, id = ''] of markdown.matchAll(/<[a-z]+\b[^>]*?\b(?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

export const isExternal = (target: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(target);

/** The words of a heading without its markup, in lower case, joined by hyphens; other signs fall away. */
const slugOf = (heading: string): string =>
  heading
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*]|<[^>]*>/g, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

/** Blanked, not taken out, so that lines keep their numbers. */
const withoutFences = (markdown: string): string =>
  markdown.replaceAll(/^( {0,3})(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ {0,3}\2[^\n]*$/gm, (fence) =>
    fence.replaceAll(/[^\n]/g, ''),
  );
const withoutCode = (markdown: string): string =>
  withoutFences(markdown).replaceAll(/(`+)[^`\n]+\1/g, (code) => ' '.repeat(code.length));
