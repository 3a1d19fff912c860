/** Versions, changelogs, breaking changes, images, and what an upgrade would destroy. */
import { readFileSync } from 'node:fs';
import { readBreaking, releaseBreaking } from '../../../tools/lib/ci/breaking';
import { changelogSection, nextVersion, parseCommit, raiseOf } from '../../../tools/lib/ci/conventional';
import { previousDigest, withDigest } from '../../../tools/lib/ci/images';
import { prepareRelease, sectionOf } from '../../../tools/lib/ci/release';
import { silentLosses } from '../../../tools/lib/ci/upgrade';
import type { Plan } from '../../../tools/lib/plan/model';
import type { StackJson } from '../../../tools/lib/stack-json';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const commit = (message: string) => parseCommit('0123456789abcdef', message);

describe('commits', () => {
  test.each([
    ['feat(edge): a name', { type: 'feat', scope: 'edge', subject: 'a name', breaking: false }],
    ['fix!: gone', { type: 'fix', subject: 'gone', breaking: true }],
    [
      'feat: x\n\nBREAKING CHANGE: do\n  this\n\nSigned-off-by: a',
      { breaking: true, breakingNote: 'do this' },
    ],
    ['Merge branch', { type: '', subject: 'Merge branch', breaking: false }],
  ])('%j', (message, expected) => {
    expect(commit(message)).toMatchObject(expected);
  });

  test.each([
    [['docs: a', 'chore: b'], undefined],
    [['docs: a', 'fix: b'], 'patch'],
    [['fix: a', 'feat: b'], 'minor'],
    [['feat: a', 'fix!: b'], 'major'],
  ])('%j raise %s', (messages, expected) => {
    expect(raiseOf(messages.map(commit))).toBe(expected);
  });

  test.each([
    ['1.2.3', 'major', '2.0.0'],
    ['1.2.3', 'minor', '1.3.0'],
    ['1.2.3', 'patch', '1.2.4'],
    ['0.4.2', 'major', '0.5.0'],
    ['0.4.2', 'minor', '0.4.3'],
  ] as const)('%s, %s → %s', (from, raise, to) => {
    expect(nextVersion(from, raise)).toBe(to);
  });

  test('the changelog tells what reaches users, breaking first', () => {
    const section = changelogSection('1.0.0', '2027-01-02', [
      commit('fix(edge): a'),
      commit('test: b'),
      commit('feat!: c\n\nBREAKING CHANGE: look out'),
    ]);
    expect(section).toBe(
      '## v1.0.0 (2027-01-02)\n\n### Breaking: read [BREAKING.md](BREAKING.md) first\n\n- c (01234567)  \n  look out\n\n### Mended\n\n- **edge**: a (01234567)\n',
    );
    expect(sectionOf(`# Changelog\n\n${section}\n## v0.9.0 (2026-01-01)\n`, '1.0.0')).toBe(section.trim());
    expect(sectionOf('# Changelog\n', '1.0.0')).toBeUndefined();
  });
});

const change = '### A\n- Affects: all,\n  who run it\n- Do: this\n- Gone: `prod-data/aws_x.*`, `dev-app`\n';

describe('BREAKING.md', () => {
  test('is as its head describes it', () => {
    expect(readBreaking(readFileSync('BREAKING.md', 'utf8')).problems).toEqual([]);
  });

  test('is read, and put under a version by a release', () => {
    const text = `# B\n\n## Unreleased\n\n${change}\n## v1.0.0\n\n${change}`;
    expect(readBreaking(text)).toEqual({
      problems: [],
      releases: ['Unreleased', '1.0.0'].map((version) => ({
        version,
        changes: [
          { title: 'A', affects: 'all, who run it', remedy: 'this', gone: ['prod-data/aws_x.*', 'dev-app'] },
        ],
      })),
    });
    const released = readBreaking(releaseBreaking(text, '2.0.0'));
    expect(released.problems).toEqual([]);
    expect(released.releases.map(({ version, changes }) => [version, changes.length])).toEqual([
      ['Unreleased', 0],
      ['2.0.0', 1],
      ['1.0.0', 1],
    ]);
    expect(releaseBreaking('## Unreleased\n\nNothing yet.\n', '2.0.0')).toBe(
      '## Unreleased\n\nNothing yet.\n',
    );
  });

  test('says all that is wrong with it', () => {
    const { problems } = readBreaking(
      '# B\n\n## soon\n\n### A\n- Do: this\n\n## v1.0.0\n\n## v2.0.0\n\n### B\n',
    );
    expect(problems).toEqual([
      expect.stringContaining('the heading "soon" must be Unreleased'),
      expect.stringContaining('"A" of soon lacks "- Affects: …"'),
      expect.stringContaining('"A" of soon lacks "- Gone: …"'),
      expect.stringContaining('v1.0.0 says nothing'),
      ...['Affects', 'Do', 'Gone'].map((name) =>
        expect.stringContaining(`"B" of v2.0.0 lacks "- ${name}: …"`),
      ),
      expect.stringContaining('the first heading must be Unreleased'),
      expect.stringContaining('the newest version must come first'),
    ]);
  });
});

describe('a release', () => {
  const files: Record<string, string> = {
    'BREAKING.md': '# B\n\n## Unreleased\n\nNothing yet.\n',
    'CHANGELOG.md': '# Changelog\n\n## v0.1.0 (2026-01-01)\n',
    'package.json': '{\n  "name": "holdfast",\n  "version": "0.1.0",\n  "zod": "0.1.0"\n}\n',
    'app/package.json': '{\n  "name": "@holdfast/app",\n  "version": "0.1.0"\n}\n',
    'package-lock.json': '{\n  "name": "holdfast",\n  "version": "0.1.0",\n  "lockfileVersion": 3\n}\n',
    'environments/prod/images.json': `{ "service": "${digest('1')}" }\n`,
  };
  const options = { day: '2027-01-02', from: 'dev', to: ['prod'], read: (file: string) => files[file] ?? '' };

  test('has a version everywhere, a changelog, and the image that was proved', () => {
    const { version, files: changed } = prepareRelease([commit('fix: a')], '0.1.0', false, options);
    expect(version).toBe('0.1.1');
    expect(changed['CHANGELOG.md']).toMatch(/^# Changelog\n\n## v0\.1\.1 \(2027-01-02\)[\s\S]*\n## v0\.1\.0/);
    expect(changed['package.json']).toBe(files['package.json']?.replace('0.1.0', '0.1.1'));
    for (const file of ['app/package.json', 'package-lock.json'])
      expect(changed[file]).toContain('"version": "0.1.1"');
    expect(changed['environments/prod/images.json']).toBe(
      readFileSync('environments/dev/images.json', 'utf8'),
    );
  });

  test('the first keeps the version; nothing to tell, or a breaking change that nobody wrote down, is refused', () => {
    expect(prepareRelease([commit('feat!: a')], '0.1.0', true, options).version).toBe('0.1.0');
    expect(() => prepareRelease([commit('docs: a')], '0.1.0', false, options)).toThrow('nothing to release');
    expect(() => prepareRelease([commit('feat!: a')], '0.1.0', false, options)).toThrow(
      'BREAKING.md says nothing under Unreleased, but these commits break something: a',
    );
  });
});

describe('images', () => {
  test('one digest is exchanged, the rest stays as it is', () => {
    expect(withDigest(`{ "service": "${digest('1')}" }\n`, digest('2'))).toBe(
      `{ "service": "${digest('2')}" }\n`,
    );
    expect(() => withDigest('{}', 'latest')).toThrow('"latest" is no digest');
  });

  const plan = (before: string, after: string): Pick<Plan, 'stacks'> =>
    ({
      stacks: [
        {
          name: 'dev-app',
          changes: [
            {
              type: 'kubernetes_deployment_v1',
              attributes: [
                {
                  path: 'spec.template.spec.container.image',
                  before: `r/holdfast@${before}`,
                  after: `r/holdfast@${after}`,
                },
              ],
            },
          ],
        },
      ],
    }) as unknown as Pick<Plan, 'stacks'>;

  test('the one before a deployment is what its plan would replace', () => {
    const plans = [plan(digest('2'), digest('2')), plan(digest('1'), digest('2'))];
    expect(previousDigest(plans, 'dev')).toBe(digest('1'));
    expect(previousDigest(plans, 'prod')).toBeUndefined();
    expect(previousDigest([], 'dev')).toBeUndefined();
  });
});

describe('an upgrade', () => {
  const stack = (names: readonly string[], moved: readonly { from: string; to: string }[] = []): StackJson =>
    ({ resource: { aws_x: Object.fromEntries(names.map((name) => [name, {}])) }, moved }) as StackJson;
  const announced = (...gone: string[]) => [{ title: 'a', affects: 'b', remedy: 'c', gone }];

  test('loses nothing that is neither moved nor announced', () => {
    const before = { 'dev-data': stack(['a', 'b', 'c', 'd']), 'dev-old': stack(['x']) };
    const after = { 'dev-data': stack(['a', 'b2'], [{ from: 'aws_x.b', to: 'aws_x.b2' }]) };
    expect(silentLosses(before, after, [])).toEqual([
      'dev-data/aws_x.c',
      'dev-data/aws_x.d',
      'dev-old: the whole stack is gone',
    ]);
    expect(silentLosses(before, after, announced('*-data/aws_x.c', 'dev-old'))).toEqual(['dev-data/aws_x.d']);
  });
});
