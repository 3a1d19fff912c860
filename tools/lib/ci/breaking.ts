/** What a person who upgrades has to do by hand, as BREAKING.md says it. */
export interface BreakingChange {
  readonly title: string;
  /** Why anybody would notice. */
  readonly affects: string;
  /** What to do, and when. */
  readonly remedy: string;
  /** Addresses in the state that go without a successor, such as `prod-data/aws_db_instance.…`; patterns with `*`. */
  readonly gone: readonly string[];
}

export interface BreakingRelease {
  /** `Unreleased`, or `1.0.0`. */
  readonly version: string;
  readonly changes: readonly BreakingChange[];
}

/** Reads BREAKING.md; says everything that isn't as its head describes it. */
export function readBreaking(text: string): {
  readonly releases: readonly BreakingRelease[];
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const releases = text
    .split(/^## /m)
    .slice(1)
    .map((part): BreakingRelease => {
      const [heading = '', ...rest] = part.split('\n');
      const version = heading.trim().replace(/^v/, '');
      if (!/^(Unreleased|v\d+\.\d+\.\d+)$/.test(heading.trim()))
        problems.push(
          `BREAKING.md: the heading "${heading.trim()}" must be Unreleased, or a version such as v1.0.0`,
        );
      const changes = rest
        .join('\n')
        .split(/^### /m)
        .slice(1)
        .map((change) => readChange(change, heading.trim(), problems));
      if (version !== 'Unreleased' && changes.length === 0)
        problems.push(`BREAKING.md: ${heading.trim()} says nothing: take the heading out`);
      return { version, changes };
    });
  const [first] = releases;
  if (first?.version !== 'Unreleased')
    problems.push('BREAKING.md: the first heading must be Unreleased: what is merged and not yet released');
  const versions = releases.slice(1).map(({ version }) => version);
  if (versions.some((version, index) => index > 0 && !isNewer(versions[index - 1] as string, version)))
    problems.push('BREAKING.md: the newest version must come first, and each once');
  return { releases, problems };
}

function readChange(text: string, version: string, problems: string[]): BreakingChange {
  const [title = '', ...rest] = text.split('\n');
  const body = rest.join('\n');
  const field = (name: string) =>
    body
      .match(new RegExp(`^- ${name}: ([\\s\\S]+?)(?=\\n- |\\n\\n|$(?![\\s\\S]))`, 'm'))?.[1]
      ?.replaceAll(/\s+/g, ' ')
      .trim();
  for (const name of ['Affects', 'Do', 'Gone'])
    if (!field(name)) problems.push(`BREAKING.md: "${title.trim()}" of ${version} lacks "- ${name}: …"`);
  const gone = field('Gone') ?? 'nothing';
  return {
    title: title.trim(),
    affects: field('Affects') ?? '',
    remedy: field('Do') ?? '',
    gone: gone === 'nothing' ? [] : [...gone.matchAll(/`([^`]+)`/g)].map((match) => match[1] as string),
  };
}

/** Whether `a` comes after `b`. */
export function isNewer(a: string, b: string): boolean {
  const numbers = (version: string) => version.split('.').map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  const index = left.findIndex((number, place) => number !== right[place]);
  return index >= 0 && (left[index] ?? 0) > (right[index] ?? 0);
}

/** With what was unreleased under the version that it is released by; unchanged where nothing was. */
export function releaseBreaking(text: string, version: string): string {
  const { releases } = readBreaking(text);
  if ((releases[0]?.changes.length ?? 0) === 0) return text;
  return text.replace(/^## Unreleased\n/m, () => `## Unreleased\n\nNothing yet.\n\n## v${version}\n`);
}
