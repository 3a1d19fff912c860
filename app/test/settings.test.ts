import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDatabaseSettings, loadSettings } from '../src/kernel/settings';
import { exitCodes, StartError } from '../src/kernel/start-error';
import { testEnvironment } from './support/environment';
import { runCli } from './support/service-process';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-settings-'));
const local = testEnvironment();
afterAll(() => local.remove());
const production: Record<string, string> = {
  HOLDFAST_ENVIRONMENT: 'prod',
  HOLDFAST_TIER: 'production',
  HOLDFAST_FLAGS_DIRECTORY: '/flags',
  HOLDFAST_AWS_REGION: 'eu-west-1',
  HOLDFAST_DATABASE_ENGINE: 'postgres',
  HOLDFAST_DATABASE_HOST: 'database.internal',
  HOLDFAST_CACHE_ENGINE: 'valkey',
  HOLDFAST_CACHE_HOST: 'cache.internal',
  HOLDFAST_CACHE_NAME: 'holdfast-prod',
  HOLDFAST_SIGNING_KEY: 'k'.repeat(64),
  HOLDFAST_MANAGEMENT_TOKEN: 't'.repeat(64),
};

const secretFile = (name: string, content: string): string => {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
};
function problemsOf(env: Record<string, string>, load = loadSettings): string[] {
  try {
    load(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    expect((error as StartError).exitCode).toBe(exitCodes.configuration);
    return (error as StartError).message.split('\n');
  }
}

describe('loadSettings', () => {
  it('parses and fills in defaults', () => {
    const { settings, warnings } = loadSettings(production);
    expect(settings).toMatchObject({
      HOLDFAST_DATABASE_PORT: 5432,
      HOLDFAST_DATABASE_AUTH: 'iam',
      HOLDFAST_DRAIN_DELAY_SECONDS: 15,
    });
    expect(warnings).toEqual([]);
  });

  it('generates a missing key in local only', () => {
    const [first, second] = [loadSettings(local.env), loadSettings(local.env)];
    expect(first.settings.HOLDFAST_SIGNING_KEY).toMatch(/^[0-9a-f]{64}$/);
    expect(second.settings.HOLDFAST_SIGNING_KEY).not.toBe(first.settings.HOLDFAST_SIGNING_KEY);
    const { HOLDFAST_SIGNING_KEY: _, ...without } = production;
    expect(problemsOf(without)).toEqual([expect.stringMatching(/^HOLDFAST_SIGNING_KEY is missing/)]);
  });

  it('refuses placeholders and short keys, without repeating them', () => {
    expect(problemsOf({ ...production, HOLDFAST_DATABASE_HOST: 'changeme' })).toEqual([
      'HOLDFAST_DATABASE_HOST still holds a placeholder; write the real value',
    ]);
    const [problem] = problemsOf({ ...production, HOLDFAST_SIGNING_KEY: 'hunter2hunter2' });
    expect(problem).toMatch(/^HOLDFAST_SIGNING_KEY must have at least 64 characters/);
    expect(problem).not.toContain('hunter2');
  });

  it('reads a secret from its file, without the newline at its end', () => {
    const { HOLDFAST_SIGNING_KEY: key, ...rest } = production;
    const path = secretFile('good', `${key}\n`);
    const loaded = loadSettings({ ...rest, HOLDFAST_SIGNING_KEY_FILE: path });
    expect(loaded.settings.HOLDFAST_SIGNING_KEY).toBe(key);
    expect(loaded.secretFiles).toEqual({ HOLDFAST_SIGNING_KEY: path });
    expect(loaded.warnings).toEqual([]);
  });

  it('refuses a secret that is given twice, or by a file that cannot be read, once each', () => {
    const { HOLDFAST_SIGNING_KEY: _, ...rest } = production;
    const env = {
      ...rest,
      HOLDFAST_SIGNING_KEY_FILE: '/nowhere/key',
      HOLDFAST_DATABASE_AUTH: 'password',
      HOLDFAST_DATABASE_PASSWORD: 'long-enough',
      HOLDFAST_DATABASE_PASSWORD_FILE: secretFile('password', 'long-enough'),
    };
    expect(problemsOf(env)).toEqual([
      'HOLDFAST_DATABASE_PASSWORD_FILE must not be given together with HOLDFAST_DATABASE_PASSWORD',
      'HOLDFAST_SIGNING_KEY_FILE must name a readable file; /nowhere/key is not (ENOENT)',
    ]);
  });

  it('warns of variables it does not know, and guesses what was meant', () => {
    const { warnings } = loadSettings({ ...production, HOLDFAST_LOGLEVEL: 'debug', HOLDFAST_NEXT_YEAR: '1' });
    expect(warnings).toEqual([
      'HOLDFAST_LOGLEVEL is not a setting of this version; it is ignored. Did you mean HOLDFAST_LOG_LEVEL?',
      'HOLDFAST_NEXT_YEAR is not a setting of this version; it is ignored.',
    ]);
  });
});

describe('loadDatabaseSettings', () => {
  it('asks for nothing that a migration does not need', () => {
    const names = ['ENVIRONMENT', 'TIER', 'AWS_REGION', 'DATABASE_ENGINE', 'DATABASE_HOST'];
    const few = Object.fromEntries(
      names.map((n) => [`HOLDFAST_${n}`, production[`HOLDFAST_${n}`] as string]),
    );
    expect(problemsOf(few, loadDatabaseSettings)).toEqual([]);
    expect(problemsOf({ ...few, HOLDFAST_DATABASE_HOST: '' }, loadDatabaseSettings)).toEqual([
      expect.stringMatching(/^HOLDFAST_DATABASE_HOST is missing/),
    ]);
  });
});

describe('the process', () => {
  it('lists every problem on a line of its own and exits 78', async () => {
    const { HOLDFAST_ENVIRONMENT: _, ...env } = production;
    const bad = { HOLDFAST_LOG_LEVEL: 'loud', HOLDFAST_DATABASE_PORT: 'x', HOLDFAST_CACHE_ENGINE: 'memory' };
    const { code, stdout, stderr } = await runCli(['serve', 'gateway'], { ...env, ...bad });
    expect(code).toBe(78);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^HOLDFAST_ENVIRONMENT is missing/),
      'HOLDFAST_DATABASE_PORT must be a whole number',
      'HOLDFAST_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal',
      'HOLDFAST_CACHE_ENGINE must be valkey unless HOLDFAST_TIER is "local"',
    ]);
  });

  it('refuses the role all outside local with 78, and an unknown role with 64', async () => {
    const [all, unknown, missing] = await Promise.all([
      runCli(['serve', 'all'], production),
      runCli(['serve', 'gatway'], production),
      runCli(['serve'], production),
    ]);
    expect(all).toMatchObject({ code: 78, stderr: expect.stringContaining('for the tier local only') });
    expect(unknown.code).toBe(64);
    expect(unknown.stderr.trim()).toBe(
      'There is no role "gatway"; the roles are gateway, collector, worker, all. Did you mean gateway?',
    );
    expect(missing.code).toBe(64);
  });
});
