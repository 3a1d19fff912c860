/** What `npm run audit` makes of npm's report, and what it says when there is none. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { exceptionSchema, judge, readReport } from '../../tools/lib/packages/audit';
import { remove } from '../support/shipped';

const id = 'GHSA-aaaa-bbbb-cccc';
const today = '2026-11-21';
/** `inner` is vulnerable, and `outer` is named for depending on it. */
const reportOf = (severity: string) =>
  JSON.stringify({
    vulnerabilities: {
      outer: { nodes: ['node_modules/outer'], via: ['inner'] },
      inner: {
        nodes: ['node_modules/outer/node_modules/inner', 'node_modules/inner'],
        via: [{ url: `https://github.com/advisories/${id}`, title: 'reads too much', severity }],
      },
    },
  });
const verdict = (severity: string, image: readonly string[], until?: string) => {
  const report = readReport(reportOf(severity));
  if (!report) throw new Error('not a report');
  const reason = 'Only reachable by who may change the configuration.';
  return judge(report, new Set(image), until ? [{ advisory: id, until, reason }] : [], today);
};

test.each([
  ['low', ['node_modules/inner'], 'problems', /^inner in the image, low: reads too much \(https/],
  ['critical', ['node_modules/outer'], 'problems', /^inner in development, critical/],
  ['high', [], 'problems', /^inner in development, high/],
  ['moderate', [], 'notes', /^inner in development, moderate/],
] as const)('%s, with %j in the image, is told once, among %s', (severity, image, kind, sentence) => {
  const found = verdict(severity, image);
  expect(found[kind]).toEqual([expect.stringMatching(sentence)]);
  expect([...found.problems, ...found.notes]).toHaveLength(1);
});

test('an exception holds to its last day, and not a day longer', () => {
  expect(verdict('high', [], today)).toEqual({
    problems: [],
    notes: [expect.stringContaining(`until ${today}: Only reachable`)],
  });
  expect(verdict('low', [], '2026-11-20').problems).toEqual([
    expect.stringContaining('its exception ended on 2026-11-20'),
  ]);
});

test('an exception that nothing needs has to go', () => {
  const exception = { advisory: id, until: today, reason: 'It was needed once.' };
  expect(judge({ vulnerabilities: {} }, new Set(), [exception], today).problems).toEqual([
    `${id} is not found any more: take its exception out`,
  ]);
});

test('the shipped exceptions are well-formed', () => {
  z.array(exceptionSchema).parse(JSON.parse(readFileSync('gates/audit-exceptions.json', 'utf8')));
});

test.each(['', 'not JSON', '{"message":"405 Method Not Allowed"}'])('%j is no report', (text) => {
  expect(readReport(text)).toBeUndefined();
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-audit-'));
  afterAll(() => remove(folder));
  /** Runs it with an npm that answers `json`. */
  const run = (json: string, error = '') => {
    writeFileSync(join(folder, 'npm'), `#!/bin/sh\ncat <<'end'\n${json}\nend\necho '${error}' >&2\nexit 1\n`);
    chmodSync(join(folder, 'npm'), 0o755);
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}` };
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'tools/audit.ts'], {
      encoding: 'utf8',
      env,
    });
    return { status, output: stdout + stderr };
  };

  test.each([
    ['nothing', '{"vulnerabilities":{}}', 0, '0 vulnerabilities to act on'],
    ['a grave one', reportOf('critical'), 1, 'inner in development, critical'],
  ])('exits as it should with %s', (_, json, status, sentence) => {
    expect(run(json)).toEqual({ status, output: expect.stringContaining(sentence) });
  });

  test('says in one sentence that the registry could not be asked', () => {
    const { status, output } = run(
      '{"message":"x"}',
      'npm warn audit 405 Method Not Allowed - POST https://x',
    );
    expect(status).toBe(3);
    expect(output.trim()).toBe(
      "error npm's list of vulnerabilities could not be asked (405 Method Not Allowed - POST https://x): nothing is known about the packages",
    );
  });
});
