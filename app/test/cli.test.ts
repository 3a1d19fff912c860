import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metrics, settingKeys } from '../src/contract';
import { version } from '../src/kernel/version';
import { type RunningService, runHere, startForCli } from './support/cli';

/** A busy machine takes seconds to open an embedded database. */
jest.setTimeout(30_000);

let running: RunningService;
let cli: RunningService['cli'];
beforeAll(async () => {
  running = await startForCli();
  cli = running.cli;
});
afterAll(() => running.close());

const inDirectory = (name: string, content: string): string => {
  const path = join(running.directory, name);
  writeFileSync(path, content);
  return path;
};

describe('health', () => {
  const names = ['database', 'cache', 'cpu', 'memory', 'disk', 'event_loop', 'queue'];

  it('looks at everything, or at one component', async () => {
    const { json, code } = await cli('health', 'check', '--json');
    expect(json.components.map((each: { name: string }) => each.name).sort()).toEqual([...names].sort());
    expect(code).toBe(json.status === 'UNHEALTHY' ? 1 : 0);
    const one = await cli('health', 'check', 'database', '--strict');
    expect(one).toMatchObject({ code: 0, out: expect.stringMatching(/^database is HEALTHY\.\n/) });
    expect((await cli('health', 'check', '--last', '--json')).json.components).toHaveLength(names.length);
  });

  it('exits with 1 when a component does not do its work, and names what is lost and the runbook', async () => {
    const check = jest
      .spyOn(running.service.kernel.cache, 'check')
      .mockRejectedValue(new Error('gone\u001b[31m'));
    const bad = await cli('health', 'check', 'cache');
    expect(bad.code).toBe(1);
    expect(bad.out).toMatch(/^cache +UNHEALTHY .*gone$/m);
    expect(bad.out).toContain('answering repeated queries quickly\n  → runbooks/cache-unreachable.md');
    expect(await cli('health', 'check')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^The service is DEGRADED/),
    });
    expect((await cli('health', 'check', '--strict')).code).toBe(1);
    check.mockRestore();
    expect((await cli('health', 'check', 'cache')).code).toBe(0);
  });

  it('knows what a wrong component was meant to be', async () => {
    for (const argv of [
      ['check', 'databse'],
      ['history', 'databse'],
      ['check', 'databse', '--last'],
    ]) {
      const wrong = await cli('health', ...argv);
      expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('Did you mean database?') });
    }
  });

  it('tells the history of one component, or of all in their order', async () => {
    const one = await cli('health', 'history', 'database', '--limit', '2', '--json');
    expect(one.json.entries).toHaveLength(2);
    expect(one.json.entries[0]).toMatchObject({ component: 'database', kind: 'check', status: 'HEALTHY' });
    const { json } = await cli('health', 'history', '--json');
    const times = json.entries.map(({ at }: { at: string }) => at);
    expect(times).toEqual([...times].sort());
    expect((await cli('health', 'history')).out).toMatch(/^AT +COMPONENT +WHAT +OUTCOME/);
  });

  it('shows the metrics that alerts are made of, and they exist', async () => {
    const { json } = await cli('health', 'metrics', '--json');
    const shown = new Set<string>(json.series.map(({ metric }: { metric: string }) => metric));
    for (const name of shown) expect(metrics).toHaveProperty(name.replace(/_(sum|count)$/, ''));
    expect(shown).toContain('holdfast_lifecycle_state');
    expect((await cli('health', 'metrics')).out).toMatch(
      /^holdfast_lifecycle_state +state=(running|degraded) +1$/m,
    );
  });

  it('watches until it is interrupted, a line for each change', async () => {
    const interrupt = new AbortController();
    const check = jest.spyOn(running.service.kernel.cache, 'check').mockRejectedValue(new Error('a test'));
    const { out, code } = await runHere(['health', 'watch', '--json'], {
      env: running.env,
      interrupted: interrupt.signal,
      heard: (line) => {
        if (line.includes('"report"')) void cli('health', 'check', 'cache');
        if (line.includes('a test')) interrupt.abort();
      },
    });
    check.mockRestore();
    await cli('health', 'check', 'cache');
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(events[0]).toMatchObject({ event: 'report', data: { status: expect.any(String) } });
    expect(events).toContainEqual({
      at: expect.any(String),
      event: 'change',
      data: expect.objectContaining({ name: 'cache', status: 'UNHEALTHY', cause: 'a test' }),
    });
    expect(await cli('health', 'watch', '--for', '1')).toMatchObject({
      code: 0,
      out: expect.stringContaining('database'),
    });
  });
});

describe('system', () => {
  it('tells what the process is', async () => {
    const { json } = await cli('system', 'status', '--json');
    expect(json).toMatchObject({ role: 'all', version, ready: true });
    expect((await cli('system', 'status')).out).toMatch(/^public server +started/m);
  });

  it('drains, which status tells, and puts back', async () => {
    const drained = await cli('system', 'drain', '--yes', '--json');
    expect(drained).toMatchObject({ code: 0, json: { draining: true, ready: false } });
    expect((await cli('system', 'status')).out).toMatch(/^ready +no: drained by hand$/m);
    expect((await cli('system', 'undrain', '--yes')).out).toContain('new requests are welcome');
    expect(await cli('system', 'drain')).toMatchObject({ code: 64, err: expect.stringContaining('--yes') });
    expect((await cli('system', 'status', '--json')).json.ready).toBe(true);
  });

  it('reloads', async () => {
    const { json, code } = await cli('system', 'reload', '--yes', '--json');
    expect({ code, json }).toEqual({
      code: 0,
      json: { ok: true, applied: [], needsRestart: [], warnings: [] },
    });
  });

  it('runs diagnostics in the service, or here', async () => {
    const inside = await cli('system', 'diagnostics', '--json');
    expect(inside.json.categories).toHaveLength(12);
    expect(inside.code).toBe(inside.json.verdict === 'fail' ? 1 : 0);
    const here = await runHere(['system', 'diagnostics', '--local'], { env: {} });
    expect(here).toMatchObject({ code: 1, out: expect.stringMatching(/fail {2}\w/) });
    expect(here.out).toContain('→ ');
  });

  it('tells both versions', async () => {
    expect((await cli('system', 'version', '--json')).json).toMatchObject({ cli: version, service: version });
    const alone = await runHere(['system', 'version', '--local', '--json'], { env: {} });
    expect(alone.json).toMatchObject({ cli: version, service: null });
  });
});

describe('metrics', () => {
  it('summarises, ranks and exports', async () => {
    const summary = await cli('metrics', 'summary', '--filter', 'flag', '--json');
    expect(summary.json.metrics.map(({ name }: { name: string }) => name)).toContain(
      'holdfast_flag_file_valid',
    );
    const top = await cli('metrics', 'top', '--limit', '3', '--json');
    const values = top.json.series.map(({ value }: { value: number }) => value);
    expect(values).toHaveLength(3);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect((await cli('metrics', 'export')).out).toMatch(/^# HELP holdfast_/m);
    expect((await cli('metrics', 'export', '--json')).json.metrics.length).toBeGreaterThan(20);
    const file = join(running.directory, 'metrics.prom');
    expect((await cli('metrics', 'export', '-o', file)).out).toMatch(/metrics\.prom: \d+ bytes written/);
    expect(readFileSync(file, 'utf8')).toContain('# TYPE holdfast_build_info gauge');
  });

  it('knows what a wrong name was meant to be, and that a folder is missing', async () => {
    const top = await cli('metrics', 'top', '--metric', 'holdfast_errors');
    expect(top).toMatchObject({ code: 64, err: expect.stringContaining('There is no metric') });
    expect((await cli('metrics', 'summary', '--filter', 'nothing')).code).toBe(64);
    const missing = await cli('metrics', 'export', '-o', '/nowhere/x');
    expect(missing).toMatchObject({ code: 64, err: expect.stringContaining('(ENOENT)') });
  });
});

describe('errors', () => {
  it('counts them, lists them and shows one', async () => {
    const stats = await cli('errors', 'stats', '--json');
    expect(stats.json.totals).toMatchObject({ RES_COMPONENT_NOT_FOUND: expect.any(Number) });
    expect((await cli('errors', 'stats')).out).toMatch(/^RES_COMPONENT_NOT_FOUND +\d+ +\d+ +\d+$/m);
    const recent = await cli(
      'errors',
      'recent',
      '--code',
      'RES_COMPONENT_NOT_FOUND',
      '--limit',
      '1',
      '--json',
    );
    const [error] = recent.json.errors;
    expect(recent.json.errors).toHaveLength(1);
    const shown = await cli('errors', 'show', error.correlationId);
    expect(shown.out).toMatch(/^code +RES_COMPONENT_NOT_FOUND$/m);
    expect(await cli('errors', 'recent', '--severity', 'critical')).toMatchObject({
      out: 'None is remembered.\n',
    });
  });

  it('refuses codes, severities and ids that do not exist', async () => {
    const code = await cli('errors', 'recent', '--code', 'VAL_BODI');
    expect(code).toMatchObject({ code: 64, err: expect.stringContaining('Did you mean VAL_BODY?') });
    expect((await cli('errors', 'recent', '--severity', 'huge')).code).toBe(64);
    expect((await cli('errors', 'recent', '--limit', '0')).code).toBe(64);
    const id = await cli('errors', 'show', '../../system', '--json');
    expect(id).toMatchObject({ code: 1, json: { error: { code: 'RES_NOT_FOUND', status: 404 } } });
  });

  it('shows breakers, says with 1 that one is open, and closes it', async () => {
    const { cache } = running.service.kernel.resilience;
    const gone = () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
    for (let call = 0; call < 20 && cache.report().state !== 'open'; call++)
      await cache.call(gone).catch(() => {});
    expect(cache.report().state).toBe('open');
    const open = await cli('errors', 'breakers');
    expect(open).toMatchObject({ code: 1, out: expect.stringMatching(/^cache +open/m) });
    const closed = await cli('errors', 'reset-breaker', 'cache', '--yes', '--json');
    expect(closed).toMatchObject({ code: 0, json: { dependency: 'cache', state: 'closed' } });
    expect((await cli('errors', 'breakers', '--json')).code).toBe(0);
    const wrong = await cli('errors', 'reset-breaker', 'cash', '--yes');
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('Did you mean cache?') });
  });
});

describe('config', () => {
  it('shows settings with where they come from, and no secret', async () => {
    const { json, out } = await cli('config', 'show', '--json');
    expect(json.settings.map(({ setting }: { setting: string }) => setting)).toEqual(settingKeys);
    expect(out).not.toContain(running.service.kernel.settings.HOLDFAST_MANAGEMENT_TOKEN);
    const changed = await cli('config', 'show', '--changed', '--section', 'cache');
    expect(changed.out).toMatch(/^HOLDFAST_CACHE_ENGINE +memory +environment +by restart$/m);
    expect(changed.out.trim().split('\n')).toHaveLength(2);
    expect((await cli('config', 'show', 'HOLDFAST_TIER')).out).toMatch(/^value +local$/m);
    const wrong = await cli('config', 'show', 'HOLDFAST_TEIR');
    expect(wrong).toMatchObject({ code: 64, err: expect.stringContaining('Did you mean HOLDFAST_TIER?') });
  });

  it.each([[[]], [['--local']]])('validates a file, all problems at once (%j)', async (options) => {
    const env = { ...running.env, ...(options.length > 0 ? { HOLDFAST_ENVIRONMENT: 'local' } : {}) };
    const file = inDirectory(
      'bad.yaml',
      'database: { pool_size: 0 }\nperformance: { query_cache_seconds: 0 }',
    );
    const bad = await runHere(['config', 'validate', file, ...options, '--json'], { env });
    expect(bad.code).toBe(78);
    expect(bad.json.problems.map(({ key }: { key: string }) => key)).toEqual(
      expect.arrayContaining(['HOLDFAST_DATABASE_POOL_SIZE', 'HOLDFAST_QUERY_CACHE_SECONDS']),
    );
    expect((await runHere(['config', 'validate', file, ...options], { env })).out).toContain(
      'must be at least 1',
    );
  });

  it('accepts a good file, and says what it would change', async () => {
    const file = inDirectory('good.yaml', 'monitoring: { log_level: debug }\ndatabase: { pool_size: 4 }');
    expect((await cli('config', 'validate', file)).out).toBe('The settings are valid.\n');
    const { json } = await cli('config', 'diff', file, '--json');
    expect(json).toMatchObject({
      applied: [{ setting: 'HOLDFAST_LOG_LEVEL', from: 'info', to: 'debug' }],
      needsRestart: [{ setting: 'HOLDFAST_DATABASE_POOL_SIZE', from: 10, to: 4 }],
    });
    const bad = await cli('config', 'diff', inDirectory('bad.yaml', 'cache: ['));
    expect(bad).toMatchObject({ code: 78, err: expect.stringContaining('is not valid YAML') });
  });

  it('compares two files without a service', async () => {
    const env = {
      HOLDFAST_ENVIRONMENT: 'local',
      HOLDFAST_TIER: 'local',
      HOLDFAST_FLAGS_DIRECTORY: '/f',
      HOLDFAST_DATABASE_ENGINE: 'pglite',
      HOLDFAST_DATABASE_DIRECTORY: '/d',
      HOLDFAST_CACHE_ENGINE: 'memory',
    };
    const [a, b] = [inDirectory('a.yaml', 'database: { pool_size: 4 }'), inDirectory('b.yaml', '')];
    const { json, out } = await runHere(['config', 'diff', a, '--against', b, '--json'], { env });
    expect([json.applied, json.needsRestart]).toEqual([
      [],
      [{ setting: 'HOLDFAST_DATABASE_POOL_SIZE', from: 10, to: 4, reloadable: false }],
    ]);
    expect(out).not.toContain('redacted');
  });

  it('prints the schema of the file, the same as text and as JSON', async () => {
    const text = await runHere(['config', 'schema'], { env: {} });
    const json = await runHere(['config', 'schema', '--json'], { env: {} });
    expect(text.out).toBe(json.out);
    expect(json.json.properties).toHaveProperty('database');
  });
});
