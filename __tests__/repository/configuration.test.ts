/** What the tools of quality are told to look at is there, and nothing that holds code is left out. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import root from '../../package.json';

const coverage = require('../../jest.coverage.config.cjs');
const mutation: { mutate: string[]; thresholds: { break: number } } = require('../../stryker.config.cjs');
const mutationTests: { testMatch: string[] } = require('../../jest.mutation.config.cjs');

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .trim()
  .split('\n');
const tests = ['__tests__', 'app/test', 'app/bench'];
/** Folders of TypeScript that runs: stacks, tools, app/src. */
const code = [
  ...new Set(
    files
      .filter((file) => file.endsWith('.ts') && file.includes('/'))
      .map((file) => file.split('/'))
      .map(([first = '', second = '']) => (first === 'app' ? `app/${second}` : first)),
  ),
].filter((folder) => !tests.includes(folder) && folder !== 'docs');

/** `a/{b,c}/*.ts` as a regular expression; `**` stands for any folders. */
const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll('.', '\\.')
      .replaceAll('**/', '§')
      .replaceAll('*', '[^/]*')
      .replaceAll('§', '(?:.*/)?')
      .replaceAll(/\{([^}]*)\}/g, (_, list: string) => `(?:${list.replaceAll(',', '|')})`)}$`,
  );
/** Every choice of every brace on its own. */
const choices = (pattern: string): string[] => {
  const found = /\{([^}]*)\}/.exec(pattern);
  return found
    ? (found[1] ?? '').split(',').flatMap((choice) => choices(pattern.replace(found[0], choice)))
    : [pattern];
};
const withoutFile = (patterns: readonly string[]) =>
  patterns.flatMap(choices).filter((pattern) => !files.some((file) => glob(pattern).test(file)));

describe('sonar-project.properties', () => {
  const properties = Object.fromEntries(
    readFileSync('sonar-project.properties', 'utf8')
      .split('\n')
      .filter((line) => line.includes('=') && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const list = (key: string): string[] => properties[key]?.split(',') ?? [];

  test('sees all code, and what it names is there', () => {
    const sources = list('sonar.sources');
    expect(code.filter((folder) => !sources.includes(folder))).toEqual([]);
    expect([...sources, ...list('sonar.tests')].filter((path) => !existsSync(path))).toEqual([]);
    expect(list('sonar.tests')).toEqual(tests);
    expect(list('sonar.typescript.tsconfigPaths').filter((path) => !existsSync(path))).toEqual([]);
  });

  test('leaves nothing out that is not there', () => {
    const generated = /^\*\*\/(node_modules|dist|cdktf)/;
    const patterns = ['sonar.exclusions', 'sonar.cpd.exclusions', 'sonar.coverage.exclusions'].flatMap(list);
    expect(
      withoutFile(patterns.filter((one) => !generated.test(one)).map((one) => one.replace(/\*\*$/, '**/*'))),
    ).toEqual([]);
  });

  test('reads the report that coverage writes', () => {
    expect(coverage.coverageReporters).toContain('lcov');
    expect(list('sonar.javascript.lcov.reportPaths')).toEqual(['coverage/lcov.info']);
  });
});

test('.codeclimate.yml leaves out only tests and what is generated', () => {
  const { exclude_patterns: patterns, checks } = parse(readFileSync('.codeclimate.yml', 'utf8'));
  expect(code.filter((folder) => patterns.some((one: string) => one.startsWith(folder)))).toEqual([]);
  expect(checks['file-lines'].config.threshold).toBe(250);
});

describe('coverage', () => {
  const folders = Object.keys(coverage.coverageThreshold).map((folder) => folder.replace(/^\.\//, ''));
  /** Commands, which run in processes of their own; benchmarks and the faults of drills, which people run. */
  const leftOut = /^tools\/(bench\/|lib\/access\/|lib\/drill\/drills\/)?[^/]*$|^main\.ts$/;

  test('is demanded of every folder with code', () => {
    const held = files.filter(
      (file) =>
        file.endsWith('.ts') && !leftOut.test(file) && code.some((folder) => file.startsWith(`${folder}/`)),
    );
    expect(held.length).toBeGreaterThan(300);
    expect(held.filter((file) => !folders.includes(file.slice(0, file.lastIndexOf('/') + 1)))).toEqual([]);
    expect(folders.filter((folder) => !folder.endsWith('/') || !existsSync(folder))).toEqual([]);
  });

  test('leaves out only files that are there', () => {
    const without = coverage.collectCoverageFrom.filter(
      (one: string) => one.startsWith('!') && !one.startsWith('!gates'),
    );
    expect(without.length).toBeGreaterThan(0);
    expect(withoutFile(without.map((one: string) => one.slice(1)))).toEqual([]);
    const text = readFileSync('jest.coverage.config.cjs', 'utf8');
    const named = [...text.matchAll(/'([^']+\.test\.ts)':/g)].map(([, file = '']) => file);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((file) => !existsSync(file))).toEqual([]);
  });

  test('is 85 % of lines, functions and branches everywhere', () => {
    expect([...new Set(Object.values(coverage.coverageThreshold).map((one) => JSON.stringify(one)))]).toEqual(
      ['{"lines":85,"functions":85,"branches":85}'],
    );
  });

  test('counts files that no test loads', () => {
    const seen = coverage.roots.map((one: string) => one.replace('<rootDir>/', ''));
    expect(code.filter((folder) => !seen.includes(folder))).toEqual([]);
  });
});

describe('mutation tests', () => {
  test('change files that are there, and run tests that are there', () => {
    expect(withoutFile(mutation.mutate)).toEqual([]);
    expect(withoutFile(mutationTests.testMatch.map((one) => one.replace('<rootDir>/', '')))).toEqual([]);
  });

  test('fail below a score', () => {
    expect(mutation.thresholds.break).toBeGreaterThanOrEqual(60);
  });
});

test('the nightly script runs scripts that are there', () => {
  const script = readFileSync('.ci/nightly', 'utf8');
  const named = [...script.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
  expect(named).toEqual(expect.arrayContaining(['coverage', 'mutation', 'runbook', 'audit']));
  expect(named.filter((name) => !(name in root.scripts))).toEqual([]);
});
