/** A commit whose message follows Conventional Commits; `type` is empty where it doesn't. */
export interface Commit {
  readonly hash: string;
  readonly type: string;
  readonly scope?: string;
  readonly subject: string;
  readonly breaking: boolean;
  /** What the footer says of a breaking change. */
  readonly breakingNote?: string;
}

export function parseCommit(hash: string, message: string): Commit {
  const [head = '', ...rest] = message.trim().split('\n');
  const body = rest.join('\n');
  const found = head.match(/^(\w+)(?:\(([^)]+)\))?(!)?: (.+)$/);
  const note = body.match(/^BREAKING[ -]CHANGE: ([\s\S]+?)(?:\n\n|\n[\w-]+: |$(?![\s\S]))/m)?.[1];
  const [, type = '', scope, mark, subject = head] = found ?? [];
  return {
    hash,
    type: type.toLowerCase(),
    ...(scope ? { scope } : {}),
    subject,
    breaking: mark !== undefined || note !== undefined,
    ...(note ? { breakingNote: note.replaceAll(/\s+/g, ' ').trim() } : {}),
  };
}

export type Raise = 'major' | 'minor' | 'patch';

/** How far the version rises; undefined where nothing in it reaches a user. */
export function raiseOf(commits: readonly Commit[]): Raise | undefined {
  if (commits.some(({ breaking }) => breaking)) return 'major';
  if (commits.some(({ type }) => type === 'feat')) return 'minor';
  if (commits.some(({ type }) => type === 'fix' || type === 'perf')) return 'patch';
  return undefined;
}

/** Before 1.0.0 a breaking change raises the middle number, as semantic versioning allows; everything else the last. */
export function nextVersion(version: string, raise: Raise): string {
  const numbers = version
    .match(/^(\d+)\.(\d+)\.(\d+)$/)
    ?.slice(1)
    .map(Number);
  if (!numbers) throw new Error(`${version} is no version such as 1.2.3`);
  const [major = 0, minor = 0, patch = 0] = numbers;
  if (major === 0) return raise === 'major' ? `0.${minor + 1}.0` : `0.${minor}.${patch + 1}`;
  if (raise === 'major') return `${major + 1}.0.0`;
  return raise === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

const sections: readonly (readonly [title: string, types: readonly string[]])[] = [
  ['New', ['feat']],
  ['Mended', ['fix']],
  ['Faster', ['perf']],
];

/** A release's part of CHANGELOG.md. Tests, styles and chores aren't told: nobody upgrades for them. */
export function changelogSection(version: string, day: string, commits: readonly Commit[]): string {
  const line = ({ scope, subject, hash }: Commit) =>
    `- ${scope ? `**${scope}**: ` : ''}${subject} (${hash.slice(0, 8)})`;
  const breaking = commits.filter((commit) => commit.breaking);
  const lines = [`## v${version} (${day})`];
  if (breaking.length > 0) {
    lines.push('', '### Breaking: read [BREAKING.md](BREAKING.md) first', '');
    lines.push(
      ...breaking.map((one) => `${line(one)}${one.breakingNote ? `  \n  ${one.breakingNote}` : ''}`),
    );
  }
  for (const [title, types] of sections) {
    const told = commits.filter(({ type, breaking: is }) => types.includes(type) && !is);
    if (told.length > 0) lines.push('', `### ${title}`, '', ...told.map(line));
  }
  return `${lines.join('\n')}\n`;
}
