import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { filePathOf, secretSettingKeys, settingKeys, settingsFileSchema } from '../src/contract';
import { createLogger } from '../src/kernel/logging';
import { createMetrics } from '../src/kernel/metrics';
import { Secrets } from '../src/kernel/secrets';
import { loadSettings, readSettings } from '../src/kernel/settings';
import { parseSettingsFile } from '../src/kernel/settings-file';
import { SettingsStore } from '../src/kernel/settings-store';
import { StartError } from '../src/kernel/start-error';
import { logSink } from './support/kernel';
import { eventually } from './support/service-process';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-store-'));
const file = join(directory, 'holdfast.yaml');
const write = (content: string) => writeFileSync(file, content);
const base = {
  HOLDFAST_ENVIRONMENT: 'local',
  HOLDFAST_TIER: 'local',
  HOLDFAST_FLAGS_DIRECTORY: directory,
  HOLDFAST_DATABASE_ENGINE: 'pglite',
  HOLDFAST_DATABASE_DIRECTORY: join(directory, 'database'),
  HOLDFAST_CACHE_ENGINE: 'memory',
  HOLDFAST_CONFIG_FILE: file,
};
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});
afterAll(() => rmSync(directory, { recursive: true }));

function open(content: string, changes: Record<string, string> = {}) {
  write(content);
  const env = { ...base, ...changes };
  const loaded = loadSettings(env);
  const sink = logSink();
  const log = createLogger(loaded.settings, 'all', sink.stream);
  const metrics = createMetrics();
  const secrets = new Secrets(loaded, log, 60_000);
  const store = new SettingsStore(loaded, env, secrets, log, metrics);
  stops.push(
    () => secrets.stop(),
    () => store.stop(),
  );
  return { store, settings: store.settings, secrets, metrics, sink };
}
const report = (store: SettingsStore, key: string) => store.describe().find(({ setting }) => setting === key);

describe('where a value comes from', () => {
  it('is the environment before the file before the default', () => {
    write('database: { pool_size: 20, query_timeout_ms: 500 }\ncache:\n');
    const { settings, sources } = loadSettings({ ...base, HOLDFAST_DATABASE_POOL_SIZE: '30' });
    expect(settings).toMatchObject({
      HOLDFAST_DATABASE_POOL_SIZE: 30,
      HOLDFAST_DATABASE_QUERY_TIMEOUT_MS: 500,
      HOLDFAST_DATABASE_IDLE_SECONDS: 30,
    });
    expect(sources).toMatchObject({
      HOLDFAST_DATABASE_POOL_SIZE: { kind: 'environment', from: 'HOLDFAST_DATABASE_POOL_SIZE' },
      HOLDFAST_DATABASE_QUERY_TIMEOUT_MS: { kind: 'file', from: file, at: 'database.query_timeout_ms' },
      HOLDFAST_DATABASE_IDLE_SECONDS: { kind: 'default' },
      HOLDFAST_SIGNING_KEY: { kind: 'generated' },
      HOLDFAST_SENTRY_DSN: { kind: 'default' },
    });
  });

  it('is the file also where the variable is there but empty', () => {
    write('database: { pool_size: 20 }');
    const { settings } = loadSettings({ ...base, HOLDFAST_DATABASE_POOL_SIZE: '' });
    expect(settings.HOLDFAST_DATABASE_POOL_SIZE).toBe(20);
  });

  it('is a secret’s own file', () => {
    write('');
    const path = join(directory, 'token');
    writeFileSync(path, 't'.repeat(64));
    const { sources } = loadSettings({ ...base, HOLDFAST_MANAGEMENT_TOKEN_FILE: path });
    expect(sources.HOLDFAST_MANAGEMENT_TOKEN).toEqual({ kind: 'secret file', from: path });
  });
});

describe('a settings file', () => {
  it('gives each setting a place of its own, in its section', () => {
    const places = settingKeys.map((key) => filePathOf(key).join('.'));
    expect(new Set(places).size).toBe(settingKeys.length);
    expect(filePathOf('HOLDFAST_LOG_LEVEL')).toEqual(['monitoring', 'log_level']);
    expect(filePathOf('HOLDFAST_CACHE_PORT')).toEqual(['cache', 'port']);
  });

  it('is described by a JSON schema, without the secrets', () => {
    const schema = settingsFileSchema() as { properties: Record<string, { properties: object }> };
    expect(schema.properties.monitoring?.properties).toMatchObject({
      trace_sampling: { type: 'number', minimum: 0, maximum: 1, default: 0.01, reloadable: true },
    });
    const described = Object.entries(schema.properties).flatMap(([section, { properties }]) =>
      Object.keys(properties).map((name) => `${section}.${name}`),
    );
    const never = [...secretSettingKeys, 'HOLDFAST_CONFIG_FILE'] as readonly string[];
    const expected = settingKeys.filter((key) => !never.includes(key));
    expect(described.sort()).toEqual(expected.map((key) => filePathOf(key).join('.')).sort());
  });

  it('is refused with every problem at once, each with its place', () => {
    write(
      'database: { pool_size: many, port: [1] }\nmonitoring: { log_level: loud }\n' +
        'security: { signing_key: abc }\nservice: { config_file: /x }\napi: 5\n',
    );
    let message = '';
    try {
      loadSettings({ ...base, HOLDFAST_CACHE_PORT: 'x' });
    } catch (error) {
      expect(error).toBeInstanceOf(StartError);
      message = (error as Error).message;
    }
    expect(message.split('\n')).toEqual([
      `database.port (${file}) must be a single value`,
      `security.signing_key (${file}) is a secret: put it into a file of its own, and name that by HOLDFAST_SIGNING_KEY_FILE`,
      `service.config_file (${file}) can only be given as the variable HOLDFAST_CONFIG_FILE`,
      `api (${file}) must hold names and values`,
      `HOLDFAST_DATABASE_POOL_SIZE (database.pool_size in ${file}) must be a whole number`,
      'HOLDFAST_CACHE_PORT must be a whole number',
      `HOLDFAST_LOG_LEVEL (monitoring.log_level in ${file}) must be one of trace, debug, info, warn, error, fatal`,
    ]);
  });

  it.each([
    ['a: [', [{ key: 'line 1, column 5', message: 'is not valid YAML (BAD_INDENT)' }]],
    ['just text', [{ key: 'the file', message: 'must hold sections' }]],
    ['', []],
    ['# only a comment', []],
  ])('%j has the problems it has', (content, problems) => {
    const found = parseSettingsFile(content).problems;
    expect(found).toHaveLength(problems.length);
    expect(found[0]?.key).toBe(problems[0]?.key);
  });

  it('tells of names it does not know, with a guess, and goes on', () => {
    write('databse: { pool_size: 1 }\ndatabase: { poolsize: 1 }\n');
    expect(loadSettings(base).warnings).toEqual([
      '"databse" is not a section of this version; it is ignored. Did you mean database?',
      'database.poolsize is not a setting of this version; it is ignored. Did you mean database.pool_size?',
    ]);
  });

  it('that cannot be read is a problem', () => {
    const outcome = readSettings({ ...base, HOLDFAST_CONFIG_FILE: '/nowhere.yaml' });
    expect(outcome).toMatchObject({ ok: false });
    expect(!outcome.ok && outcome.problems).toEqual([
      { key: 'HOLDFAST_CONFIG_FILE', message: 'must name a readable file; /nowhere.yaml is not (ENOENT)' },
    ]);
  });
});

describe('a reload', () => {
  it('applies what is reloadable, names what needs a restart, and tells the listeners once', async () => {
    const { store, settings, metrics } = open('monitoring: { log_level: info }');
    const heard: unknown[] = [];
    store.onChange((keys) => heard.push(keys, settings.HOLDFAST_LOG_LEVEL));
    write('monitoring: { log_level: debug, trace_sampling: 0.5 }\ndatabase: { pool_size: 20 }');
    expect(store.reload('test')).toEqual({
      ok: true,
      applied: [
        { setting: 'HOLDFAST_LOG_LEVEL', from: 'info', to: 'debug', reloadable: true },
        { setting: 'HOLDFAST_TRACE_SAMPLING', from: 0.01, to: 0.5, reloadable: true },
      ],
      needsRestart: [{ setting: 'HOLDFAST_DATABASE_POOL_SIZE', from: 10, to: 20, reloadable: false }],
      warnings: [],
    });
    expect(heard).toEqual([['HOLDFAST_LOG_LEVEL', 'HOLDFAST_TRACE_SAMPLING'], 'debug']);
    expect(settings.HOLDFAST_DATABASE_POOL_SIZE).toBe(10);
    expect(report(store, 'HOLDFAST_DATABASE_POOL_SIZE')).toMatchObject({
      value: 10,
      source: { kind: 'default' },
      needsRestart: true,
    });
    expect(report(store, 'HOLDFAST_LOG_LEVEL')).toMatchObject({ value: 'debug', source: { kind: 'file' } });
    expect(await metrics.render()).toContain('holdfast_settings_reloads_total{outcome="ok"} 1');
    write('');
    store.reload('test');
    expect(report(store, 'HOLDFAST_DATABASE_POOL_SIZE')).toMatchObject({ needsRestart: false });
    expect(settings.HOLDFAST_LOG_LEVEL).toBe('info');
  });

  it('of which anything is bad changes nothing at all, and says why', async () => {
    const { store, settings, metrics, sink } = open('monitoring: { log_level: info }');
    const before = { ...settings };
    const described = store.describe();
    store.onChange(() => {
      throw new Error('must not be told');
    });
    write('monitoring: { log_level: debug, trace_sampling: 2 }\nperformance: { query_cache_seconds: 0 }');
    expect(store.reload('test')).toMatchObject({
      ok: false,
      problems: [
        { key: 'HOLDFAST_TRACE_SAMPLING', place: `monitoring.trace_sampling in ${file}` },
        { key: 'HOLDFAST_QUERY_CACHE_SECONDS' },
      ],
    });
    expect({ ...settings }).toEqual(before);
    expect(store.describe()).toEqual(described);
    expect(sink.entries.at(-1)).toMatchObject({
      level: 'error',
      problems: [expect.stringContaining('HOLDFAST_TRACE_SAMPLING'), expect.any(String)],
    });
    expect(await metrics.render()).toContain('holdfast_settings_reloads_total{outcome="error"} 1');
  });

  it('of a file that is gone, or a secret that has become bad, changes nothing', () => {
    const path = join(directory, 'key');
    writeFileSync(path, 'k'.repeat(64));
    const { store, settings, secrets } = open('', { HOLDFAST_SIGNING_KEY_FILE: path });
    write('monitoring: { log_level: debug }');
    rmSync(path);
    expect(store.reload('test').ok).toBe(false);
    expect(settings.HOLDFAST_LOG_LEVEL).toBe('info');
    writeFileSync(path, 'n'.repeat(64));
    expect(store.reload('test').ok).toBe(true);
    expect(secrets.current('HOLDFAST_SIGNING_KEY')).toBe('n'.repeat(64));
    rmSync(file);
    expect(store.reload('test').ok).toBe(false);
    expect(settings.HOLDFAST_LOG_LEVEL).toBe('debug');
  });

  it('happens by itself when the file changes', async () => {
    const { store, settings } = open('');
    store.watch(10);
    write('monitoring: { log_level: warn }');
    await eventually(
      () => settings.HOLDFAST_LOG_LEVEL,
      (level) => level === 'warn',
    );
  });

  it('can be tried out', () => {
    const { store, settings } = open('');
    expect(store.preview('monitoring: { log_level: debug }')).toMatchObject({
      ok: true,
      applied: [{ setting: 'HOLDFAST_LOG_LEVEL', from: 'info', to: 'debug' }],
    });
    expect(store.preview('monitoring: { log_level: loud }').ok).toBe(false);
    expect(settings.HOLDFAST_LOG_LEVEL).toBe('info');
  });
});

describe('a secret', () => {
  const secretText = fc.stringMatching(/^[A-Za-z0-9]{64,80}$/);
  /** What somebody may write by mistake; `S` stands for the secret. */
  const files = fc.constantFrom(
    '',
    'security: { signing_key: S }',
    'security: { S: 1 }',
    'S: { a: 1 }',
    'S',
    'monitoring: { log_level: S }',
    'database: { port: S, host: [S] }',
    'monitoring: { otlp_endpoint: "https://user:S@example.com/" }',
    'a: [S',
    'a: S: S\n\t- S',
    '*S',
    'database: { directory: /a, directory: S }',
    'service: { environment: S, tier: S, aws_region: S }',
  );

  it('is in no description, outcome or log line, whatever is wrong', () => {
    const key = fc.constantFrom(...secretSettingKeys);
    fc.assert(
      fc.property(key, secretText, fc.boolean(), files, (setting, text, asFile, content) => {
        const secret = setting === 'HOLDFAST_SENTRY_DSN' ? `https://${text}@sentry.example.com/1` : text;
        const path = join(directory, 'secret');
        writeFileSync(path, secret);
        const given = asFile ? { [`${setting}_FILE`]: path } : { [setting]: secret };
        const { store, sink } = open('', given);
        write(content.replaceAll('S', text));
        const outcomes = [
          store.preview(),
          store.preview(content.replaceAll('S', text)),
          store.reload('test'),
        ];
        const seen = JSON.stringify([store.describe(), outcomes]) + sink.text();
        expect(report(store, setting)?.value).toBe('[redacted]');
        expect(seen).not.toContain(text);
      }),
      { numRuns: 60 },
    );
  });
});
