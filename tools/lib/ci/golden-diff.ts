import { spawnSync } from 'node:child_process';
import { resourcesOf, type StackJson } from '../stack-json';
import { stateful } from '../stateful';
import { git } from './git';

/** One file per stack, as tests write them. */
export const goldenFolder = '__tests__/golden';

/** What became of one stack's golden file, by the addresses in its state. */
export interface GoldenDiff {
  /** `dev/network`. */
  readonly stack: string;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Of what is removed, what holds data: destroyed, unless it is moved. */
  readonly lost: readonly string[];
}

/** Compares two versions of a golden file; undefined: it isn't there. */
export function compareGolden(stack: string, before?: StackJson, after?: StackJson): GoldenDiff {
  const was = new Map(resourcesOf(before ?? {}).map((one) => [one.address, one]));
  const is = new Map(resourcesOf(after ?? {}).map((one) => [one.address, one]));
  const text = (value: unknown) => JSON.stringify(value);
  const removed = [...was.values()].filter(({ address }) => !is.has(address));
  return {
    stack,
    added: [...is.keys()].filter((address) => !was.has(address)),
    changed: [...is.values()]
      .filter(({ address, values }) => was.has(address) && text(was.get(address)?.values) !== text(values))
      .map(({ address }) => address),
    removed: removed.map(({ address }) => address),
    lost: removed
      .filter(({ mode, type }) => mode === 'managed' && type in stateful)
      .map(({ address }) => address),
  };
}

/** Characters of the differences themselves; more is read in the pull request. */
const longest = 40_000;

export function goldenSummary(diffs: readonly GoldenDiff[], patch: string): string {
  const head = '## What Terraform would get: golden files';
  if (diffs.length === 0) return `${head}\n\nNo golden file differs: nothing that is deployed changes.\n`;
  const lost = diffs.flatMap(({ stack, lost: addresses }) => addresses.map((one) => `${stack}/${one}`));
  const rows = diffs.map(
    ({ stack, added, changed, removed }) =>
      `| ${stack} | ${added.length} | ${changed.length} | ${removed.length} |`,
  );
  const fence = patch.includes('```') ? '~~~~' : '```';
  return [
    head,
    '',
    ...(lost.length > 0
      ? [
          '🔴 **These addresses hold data and are gone: destroyed, unless they are moved**',
          '',
          ...lost.map((one) => `- \`${one}\``),
          '',
        ]
      : []),
    '| stack | added | changed | removed |',
    '| --- | --: | --: | --: |',
    ...rows,
    '',
    '<details><summary>Line by line</summary>',
    '',
    `${fence}diff`,
    patch.length > longest
      ? `${patch.slice(0, longest)}\n… the rest is in the pull request`
      : patch.trimEnd(),
    fence,
    '',
    '</details>',
    '',
  ].join('\n');
}

/** Between the commit that a change starts from and what is checked out. */
export function goldenDiffSince(base: string, folder = goldenFolder): string {
  const start = git('merge-base', base, 'HEAD').trim();
  const files = git('diff', '--name-only', '-z', start, 'HEAD', '--', folder).split('\0').filter(Boolean);
  const read = (commit: string, file: string): StackJson | undefined => {
    const shown = spawnSync('git', ['show', `${commit}:${file}`], { encoding: 'utf8', maxBuffer: 1 << 28 });
    return shown.status === 0 ? (JSON.parse(shown.stdout) as StackJson) : undefined;
  };
  const diffs = files
    .filter((file) => file.endsWith('.json'))
    .map((file) =>
      compareGolden(file.slice(folder.length + 1, -'.json'.length), read(start, file), read('HEAD', file)),
    );
  return goldenSummary(diffs, git('diff', start, 'HEAD', '--', folder));
}
