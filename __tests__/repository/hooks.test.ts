/** What hooks and workflows hold of a commit: its message, and that no secret is in it. Nothing is installed here. */
import { execFile, execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import root from '../../package.json';
import { remove } from '../support/shipped';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-hooks-'));
afterAll(() => remove(folder));

/** Runs an installed command, with the input that it is given. */
const run = (command: string, args: readonly string[], input = '') =>
  new Promise<{ status: number; output: string }>((done) => {
    const child = execFile(resolve('node_modules/.bin', command), args, (error, stdout, stderr) =>
      done({ status: typeof error?.code === 'number' ? error.code : error ? 1 : 0, output: stdout + stderr }),
    );
    child.stdin?.end(input);
  });

describe('lefthook.yml', () => {
  const hooks: Record<string, { jobs: { run: string }[] }> = parse(readFileSync('lefthook.yml', 'utf8'));

  test('is what lefthook understands', async () => {
    expect(await run('lefthook', ['validate'])).toEqual({
      status: 0,
      output: expect.stringContaining('good'),
    });
  });

  test('runs only what is installed', () => {
    const commands = Object.values(hooks).flatMap(({ jobs }) => jobs.map((job) => job.run.split(' ')));
    const tools = ['biome', 'tsc', 'secretlint', 'commitlint'];
    expect(
      commands.filter(([first, second = '', third = '']) =>
        first === 'npx' ? !tools.includes(second) : !(first === 'npm' && third in root.scripts),
      ),
    ).toEqual([]);
    expect(Object.keys(hooks)).toEqual(['pre-commit', 'commit-msg', 'pre-push']);
  });
});

describe('a commit message', () => {
  const messages = {
    'feat: flags rise in steps': '',
    'fix(plan): AWS says no, and so do we': '',
    'merge: main; drills and backups are commands': '',
    [`docs: why\n\n${'A long line of prose. '.repeat(10)}`]: '',
    "Merge branch 'main' into plan": '',
    'flags rise in steps': 'type-empty',
    'wip: something': 'type-enum',
    'feat:': 'subject-empty',
    'feat: ends with a full stop.': 'subject-full-stop',
    [`feat: ${'too long '.repeat(20)}end`]: 'header-max-length',
  };
  let report = '';

  beforeAll(async () => {
    const repository = join(folder, 'repository');
    const person = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'core.hooksPath=/dev/null'];
    const git = (...args: string[]) =>
      execFileSync('git', [...person, '-C', repository, ...args], { stdio: 'ignore' });
    execFileSync('git', ['init', '--quiet', repository]);
    for (const message of ['first', ...Object.keys(messages)]) {
      git('commit', '--allow-empty', '--cleanup=verbatim', '-m', message);
    }
    const from = `HEAD~${Object.keys(messages).length}`;
    const config = resolve('commitlint.config.cjs');
    const options = [
      '--no-color',
      '--cwd',
      repository,
      '--config',
      config,
      '--from',
      from,
      '--to',
      'HEAD',
      '--verbose',
    ];
    report = (await run('commitlint', options)).output;
  }, 30_000);

  test.each(Object.entries(messages))('%j', (message, rule) => {
    const header = message.split('\n')[0] ?? '';
    const verdict = report.split('⧗').find((part) => part.trim().startsWith(`input: ${header}\n`));
    // Git's own sentences of merges are left out.
    const problems = verdict?.match(/✖ .*\[(.*)\]/g)?.map((line) => line.replace(/.*\[(.*)\]/, '$1')) ?? [];
    if (verdict === undefined) expect(message).toMatch(/^Merge branch/);
    if (rule === '') expect(problems).toEqual([]);
    else expect(problems).toContain(rule);
  });
});

describe('the scan for secrets', () => {
  const scan = (name: string, text: string) => run('secretlint', ['--stdinFileName', name], text);
  // Put together here, or the scan would find them in this file.
  const key = ['AK', 'IA', 'Q3EGRFN7PLAY2ZX5'].join('');
  const secret = ['vGr7Kx0c', 'wQpL3mTz', '9JdYh2Nf', '5sBaUe8R', 'i1oWq6Xk'].join('');

  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });

  test.each([
    ['an AWS key', 'main.tf.json', `{"access_key":"${key}","AWS_SECRET_ACCESS_KEY = ${secret}":1}`],
    ['a token of GitHub', 'notes.md', `token: ${['ghp', 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8'].join('_')}`],
    ['a private key', 'id', privateKey],
    [
      'a password in an address',
      'a.yaml',
      ['url: postgres://owner', `${secret}@db.example.com/events`].join(':'),
    ],
  ])('finds %s, and does not print it', async (_, name, text) => {
    const { status, output } = await scan(name, text);
    expect([status, output]).toEqual([1, expect.stringMatching(/error/)]);
    expect(output).not.toContain(secret);
  });

  test('finds nothing in what has none', async () => {
    expect(
      await scan('plain.md', 'Passwords are made by the database; postgres://db/events has none.'),
    ).toEqual({ status: 0, output: '' });
  });

  test('covers every tracked file', () => {
    expect(root.scripts.secrets).toMatch(/^git ls-files /);
  });
});
