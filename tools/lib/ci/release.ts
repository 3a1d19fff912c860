import { readFileSync } from 'node:fs';
import { readBreaking, releaseBreaking } from './breaking';
import { type Commit, changelogSection, nextVersion, parseCommit, raiseOf } from './conventional';
import { git } from './git';
import { goldenFolder } from './golden-diff';
import { digestOf, imagesFile, withDigest } from './images';
import type { Goldens } from './upgrade';

/** The newest release that the commit builds upon; undefined before the first. */
export function latestRelease(commit = 'HEAD'): string | undefined {
  const tags = git('tag', '--list', 'v[0-9]*', '--merged', commit, '--sort=-version:refname').split('\n');
  return tags.find((tag) => /^v\d+\.\d+\.\d+$/.test(tag));
}

export function commitsSince(tag: string | undefined): Commit[] {
  const range = tag ? `${tag}..HEAD` : 'HEAD';
  return git('log', '--no-merges', '--format=%H%x00%B%x01', range)
    .split('\x01')
    .map((entry) => entry.trim().split('\0'))
    .flatMap(([hash, message]) => (hash && message ? [parseCommit(hash, message)] : []));
}

/** Golden files of a commit, by the stack's name. */
export function goldensAt(commit: string): Goldens {
  const files = git('ls-tree', '-r', '--name-only', commit, goldenFolder).split('\n');
  return Object.fromEntries(
    files
      .filter((file) => file.endsWith('.json'))
      .map((file) => {
        const stack = file.slice(goldenFolder.length + 1, -'.json'.length).replace('/', '-');
        return [stack, JSON.parse(git('show', `${commit}:${file}`))];
      }),
  );
}

export interface Release {
  readonly version: string;
  readonly section: string;
  /** Whole contents, by path: what the pull request of the release changes. */
  readonly files: Readonly<Record<string, string>>;
}

export interface ReleaseOptions {
  readonly day: string;
  /** Environment whose image was proved, and those that get it. */
  readonly from: string;
  readonly to: readonly string[];
  readonly read?: (file: string) => string;
}

const manifests = ['package.json', 'app/package.json', 'package-lock.json'];

/**
 * What releasing means: the version that the commits ask for, their part of the changelog, BREAKING.md's newest part under that version,
 * and the proved image for the environments after it. Throws where nothing is to be released, or a breaking change isn't written down.
 */
export function prepareRelease(
  commits: readonly Commit[],
  current: string,
  isFirst: boolean,
  options: ReleaseOptions,
): Release {
  const read = options.read ?? ((file: string) => readFileSync(file, 'utf8'));
  const raise = raiseOf(commits);
  if (!raise) throw new Error('nothing to release: no commit since the last release reaches a user');
  const version = isFirst ? current : nextVersion(current, raise);
  const breaking = read('BREAKING.md');
  const { releases, problems } = readBreaking(breaking);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  // Before the first release there is nobody to break anything for.
  if (!isFirst && raise === 'major' && (releases[0]?.changes.length ?? 0) === 0) {
    const which = commits.filter((commit) => commit.breaking).map(({ subject }) => subject);
    throw new Error(
      `BREAKING.md says nothing under Unreleased, but these commits break something: ${which.join('; ')}`,
    );
  }
  const section = changelogSection(version, options.day, commits);
  const image = digestOf(options.from);
  return {
    version,
    section,
    files: {
      'CHANGELOG.md': read('CHANGELOG.md').replace(/^(?=## v|(?![\s\S]))/m, () => `${section}\n`),
      'BREAKING.md': releaseBreaking(breaking, version),
      ...Object.fromEntries(manifests.map((file) => [file, withVersion(read(file), current, version)])),
      ...Object.fromEntries(
        options.to.map((name) => [imagesFile(name), withDigest(read(imagesFile(name)), image)]),
      ),
    },
  };
}

/** Raises our own version: the first one in a manifest; in the lock file that of the root twice, and of the workspace. */
const withVersion = (content: string, from: string, to: string): string => {
  const lock = JSON.parse(content) as { lockfileVersion?: number };
  const own = new RegExp(
    `("name": "(?:holdfast|@holdfast/app)",\\s+"version": ")${from.replaceAll('.', '\\.')}"`,
    'g',
  );
  const raised = content.replaceAll(own, (_, before: string) => `${before}${to}"`);
  if (raised === content && from !== to && lock.lockfileVersion === undefined)
    throw new Error(`package.json doesn't say version ${from}`);
  return raised;
};

/** The changelog's part about a version; undefined where there is none. */
export function sectionOf(changelog: string, version: string): string | undefined {
  const parts = changelog.split(/^(?=## v)/m);
  return parts.find((part) => part.startsWith(`## v${version} `))?.trim();
}
