/** The compiled command line in processes of its own, as the image and npx run it. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { flagKeys } from '../src/contract';
import { buildDirectory } from './support/cache-directory';
import { type RunningService, runHere, startForCli } from './support/cli';
import { prepareDirectory } from './support/database';
import { testEnvironment } from './support/environment';
import { runCli } from './support/service-process';

/** A busy machine takes seconds to open an embedded database. */
jest.setTimeout(30_000);

let running: RunningService;
beforeAll(async () => {
  running = await startForCli();
});
afterAll(() => running.close());
const nowhere = { HOLDFAST_RUN_DIRECTORY: '/nowhere' };

describe('the exit code', () => {
  it.each([
    [0, ['--version']],
    [0, ['help', 'flags', 'list']],
    [0, ['health', 'check', '--help']],
    [64, []],
    [64, ['flgs']],
    [64, ['flags']],
    [64, ['flags', 'lst']],
    [64, ['flags', 'list', '--no-such-option']],
    [64, ['errors', 'recent', '--limit', 'many']],
    [64, ['completion', 'powershell']],
    [69, ['system', 'status']],
    [78, ['config', 'validate', '--local', '--json']],
  ])('is %i for %j', async (code, argv) => {
    const ran = await runHere(argv, { env: nowhere });
    expect(ran).toMatchObject({ code });
    if (code > 0) expect(ran.out + ran.err).not.toBe('');
  });

  it.each([
    [64, ['flgs'], 'Did you mean flags?'],
    [69, ['system', 'status'], 'No service was found'],
    [78, ['config', 'validate', '--local'], ''],
  ])('is %i of the process for %j, without a stack trace', async (code, argv, message) => {
    const ran = await runCli(argv, nowhere);
    expect(ran).toMatchObject({ code, stderr: expect.stringContaining(message) });
    expect(ran.stdout + ran.stderr).not.toMatch(/\n\s+at /);
  });

  it('comes after everything was written into the pipe', async () => {
    const { code, stdout } = await runCli(['metrics', 'export', '--json'], running.env);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).metrics.length).toBeGreaterThan(20);
  });

  it('is 0 when a watch is interrupted', async () => {
    const main = join(buildDirectory(), 'dist/main.js');
    const child = spawn(process.execPath, [main, 'health', 'watch', '--json'], {
      env: { PATH: process.env.PATH, ...running.env },
    });
    child.stdout.once('data', () => child.kill('SIGINT'));
    expect(await new Promise((done) => child.once('exit', done))).toBe(0);
  });
});

describe('what makes a database ready', () => {
  it('says on the standard output what it did with --json, and keeps its log out of it', async () => {
    const environment = testEnvironment();
    const directory = environment.env.HOLDFAST_DATABASE_DIRECTORY as string;
    prepareDirectory(directory);
    const prepared = await runCli(['prepare-database', directory, '--json'], {});
    const migrated = await runCli(['migrate', '--json'], environment.env);
    environment.remove();
    expect(JSON.parse(prepared.stdout)).toEqual({ directory });
    expect(prepared.stderr).toContain('the database is prepared');
    expect(JSON.parse(migrated.stdout)).toEqual({ migrations: [] });
    expect(migrated.stderr).toContain('nothing to do');
  });
});

describe('without a terminal', () => {
  it('changes nothing unless --yes, and prints no colour', async () => {
    expect(await runCli(['system', 'drain'], running.env)).toMatchObject({ code: 64, stdout: '' });
    expect(running.service.lifecycle.ready).toBe(true);
    const done = await runCli(['system', 'status'], running.env);
    expect(done.stdout).toMatch(/^ready +yes$/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is the point
    expect(done.stdout).not.toMatch(/\u001b/);
  });

  it('reads a file from the standard input', async () => {
    const main = join(buildDirectory(), 'dist/main.js');
    const output = execFileSync(process.execPath, [main, 'flags', 'import', '-', '--check', '--json'], {
      input: 'flags: {}',
      env: { PATH: process.env.PATH, ...nowhere },
    });
    expect(JSON.parse(String(output))).toEqual({ ok: true, changed: [], unknown: [] });
  });
});

describe('completion', () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-completion-'));
  beforeAll(async () => {
    const { stdout } = await runCli(['completion', 'bash'], {});
    writeFileSync(join(directory, 'holdfast'), stdout);
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const complete = (...words: string[]): string[] => {
    const script = `. ./holdfast; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _holdfast; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const output = execFileSync('bash', ['-uc', script, 'bash', 'holdfast', ...words], { cwd: directory });
    return String(output).trim().split('\n');
  };

  it('offers commands, flag keys, options and their values', () => {
    expect(complete('')).toEqual(expect.arrayContaining(['health', 'flags', 'serve', 'completion']));
    expect(complete('flags', 'e')).toEqual(['explain', 'enable', 'export']);
    expect(complete('flags', 'show', '')).toEqual(flagKeys);
    expect(complete('flags', 'rollout', 'beta')).toEqual(['beta_ui']);
    expect(complete('flags', 'list', '--layer', '')).toEqual(['default', 'file', 'override']);
    expect(complete('flags', 'list', '--l')).toEqual(['--layer']);
    expect(complete('health', 'check', '--strict', 'da')).toEqual(['database']);
    expect(complete('config', 'validate', '')).toEqual(['holdfast']);
  });

  it('is there for other shells too', async () => {
    const zsh = (await runHere(['completion', 'zsh'])).out;
    expect(zsh).toMatch(/^#compdef holdfast\n/);
    expect(zsh).toContain("'flags list --layer') compadd -- default file override; return ;;");
    const fish = (await runHere(['completion', 'fish'])).out;
    expect(fish).toContain(
      "complete -c holdfast -n '__holdfast_at flags list' -l layer -x -a 'default file override'",
    );
    expect((await runHere(['completion', 'bsh'])).err).toContain('Did you mean bash?');
  });
});

it('runs from the sources where nothing was built, by the command of the package', () => {
  const bin = resolve(__dirname, '../bin/holdfast.cjs');
  expect(statSync(bin).mode & 0o111).not.toBe(0);
  const output = execFileSync(process.execPath, [bin, 'config', 'schema', '--json'], {
    env: { PATH: process.env.PATH },
  });
  expect(JSON.parse(String(output)).properties).toHaveProperty('database');
});
