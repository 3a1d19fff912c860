import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flagKeys, renderFlagFile } from '../src/contract';
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
afterEach(() => cli('flags', 'delete', 'beta_ui', '--reason', 'end of the test', '--yes'));

const strategyOf = async (key: string) => (await cli('flags', 'show', key, '--json')).json.strategy;

describe('reading', () => {
  it('lists every flag, and those of one team or layer', async () => {
    const all = await cli('flags', 'list');
    expect(all.code).toBe(0);
    expect(all.out.trim().split('\n')).toHaveLength(flagKeys.length + 1);
    expect(all.out).toMatch(/^beta_ui +false +5 % +file +experience +2027-12-31$/m);
    const some = await cli('flags', 'list', '--owner', 'security', '--json');
    expect(new Set(some.json.flags.map((flag: { owner: string }) => flag.owner))).toEqual(
      new Set(['security']),
    );
    expect((await cli('flags', 'list', '--layer', 'override')).out).toBe('None.\n');
  });

  it('shows one, and knows what a wrong key was meant to be', async () => {
    expect((await cli('flags', 'show', 'beta_ui')).out).toMatch(/^on for +5 %$/m);
    const wrong = await cli('flags', 'show', 'beta_iu');
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.err).toContain('There is no flag beta_iu. Did you mean beta_ui?');
  });

  it('explains a value for somebody', async () => {
    await cli('flags', 'create', 'beta_ui', '--groups', 'staff', '--reason', 'team', '--yes');
    const { json } = await cli('flags', 'explain', 'beta_ui', '--for', 'u1', '--groups', 'staff,x', '--json');
    expect(json).toMatchObject({
      value: true,
      layer: 'override',
      because: expect.stringContaining('groups staff'),
    });
    expect((await cli('flags', 'explain', 'beta_ui', '--for', 'u1')).out).toMatch(/^value +false$/m);
    const bad = await cli('flags', 'explain', 'beta_ui', '--context', '[]');
    expect(bad).toMatchObject({ code: 64, err: expect.stringContaining('--context: must be a JSON object') });
  });

  it('counts, and finds what is stale', async () => {
    const stats = await cli('flags', 'stats', '--json');
    expect(Object.keys(stats.json.flags)).toEqual(flagKeys);
    const stale = await cli('flags', 'stale', '--strict', '--json');
    expect(stale.code).toBe(1);
    expect(stale.json.flags.map((flag: { key: string }) => flag.key)).toContain('compression');
    expect(await cli('flags', 'stale')).toMatchObject({ code: 0, out: expect.stringContaining('unused') });
  });

  it('reads a file without a service', async () => {
    const file = join(running.directory, 'local.json');
    writeFileSync(file, JSON.stringify(renderFlagFile({ beta_ui: true })));
    const { json, code } = await runHere(['flags', 'list', '--file', file, '--json'], { env: {} });
    expect(code).toBe(0);
    const flag = json.flags.find(({ key }: { key: string }) => key === 'beta_ui');
    expect(flag).toMatchObject({ value: true, layer: 'file', strategy: { strategy: 'ALL' } });
  });
});

describe('changing', () => {
  const change = (...argv: string[]) => cli('flags', ...argv, '--reason', 'a test', '--yes');

  it('creates, updates and deletes an override', async () => {
    const created = await change('create', 'beta_ui', '--percentage', '12.5%', '--json');
    expect(created.json).toMatchObject({
      key: 'beta_ui',
      before: { layer: 'file', version: 0 },
      after: { layer: 'override', strategy: { strategy: 'PERCENTAGE', percentage: 12.5 } },
    });
    expect(await change('create', 'beta_ui', '--value', 'true')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Use "holdfast flags update"'),
    });
    expect((await change('update', 'beta_ui', '--users', 'ann,bob')).code).toBe(0);
    expect(await strategyOf('beta_ui')).toEqual({ strategy: 'USERS', users: ['ann', 'bob'] });
    expect((await change('delete', 'beta_ui', '--json')).json.after.layer).toBe('file');
    const gone = await change('update', 'beta_ui', '--users', 'ann');
    expect(gone).toMatchObject({ code: 1, err: expect.stringContaining('has no override yet') });
  });

  it('sets numbers, for everybody or for some', async () => {
    const all = await change('create', 'query_page_limit', '--value', '200', '--json');
    expect(all.json.after).toMatchObject({ value: 200, strategy: { strategy: 'ALL' } });
    await change('update', 'query_page_limit', '--value', '50', '--users', 'ann');
    const { json } = await cli('flags', 'explain', 'query_page_limit', '--for', 'ann', '--json');
    expect(json.value).toBe(50);
    expect(await change('update', 'query_page_limit', '--value', 'many')).toMatchObject({
      code: 64,
      err: expect.stringContaining('must be a number'),
    });
    await change('delete', 'query_page_limit');
  });

  it('enables, disables and rolls out', async () => {
    await change('enable', 'beta_ui');
    expect(await strategyOf('beta_ui')).toEqual({ strategy: 'ALL' });
    await change('disable', 'beta_ui');
    expect(await strategyOf('beta_ui')).toEqual({ strategy: 'NONE' });
    await change('rollout', 'beta_ui', '30');
    expect(await strategyOf('beta_ui')).toEqual({ strategy: 'PERCENTAGE', percentage: 30 });
    const [start, end] = ['2027-01-01T00:00:00Z', '2027-01-15T00:00:00Z'];
    await change('rollout', 'beta_ui', '80', '--start', start, '--end', end);
    expect(await strategyOf('beta_ui')).toMatchObject({ strategy: 'GRADUAL', percentage: 80 });
  });

  it.each([
    [['update', 'beta_ui'], 'What shall the flag be?'],
    [['update', 'beta_ui', '--users', 'a', '--groups', 'b'], 'Only one of'],
    [['update', 'beta_ui', '--users', 'a,,b'], 'names separated by commas'],
    [['rollout', 'beta_ui', '101'], 'from 0 to 100'],
    [['rollout', 'beta_ui', '5', '--start', '2027-01-01T00:00:00Z'], 'both --start and --end'],
    [['rollout', 'beta_ui', '5', '--start', 'now', '--end', 'later'], '--start: must be a time'],
  ])('refuses %j and changes nothing', async (argv, message) => {
    const refused = await change(...argv);
    expect(refused).toMatchObject({ code: 64, out: '', err: expect.stringContaining(message) });
    expect((await cli('flags', 'show', 'beta_ui', '--json')).json.version).toBe(0);
  });

  it('wants a reason, and writes down who did it', async () => {
    expect(await cli('flags', 'enable', 'beta_ui', '--yes')).toMatchObject({
      code: 64,
      err: expect.stringContaining("'--reason <text>' not specified"),
    });
    expect((await cli('flags', 'enable', 'beta_ui', '--reason', ' ', '--yes')).code).toBe(64);
    await change('enable', 'beta_ui', '--actor', 'Zoë\n(root)');
    await change('disable', 'beta_ui');
    const { json } = await cli('flags', 'history', 'beta_ui', '--limit', '2', '--json');
    expect(json.changes).toMatchObject([
      { action: 'disable', actor: 'tester (management token)', reason: 'a test' },
      { action: 'enable', actor: 'Zoë  root (management token)', reason: 'a test' },
    ]);
    const audit = running.log.entries.filter((entry) => entry.audit === true && 'route' in entry);
    expect(audit.at(-1)).toMatchObject({ who: 'tester (management token)' });
    expect((await cli('flags', 'history', 'beta_iu')).err).toContain('Did you mean beta_ui?');
  });

  it('asks before, and does nothing without a yes', async () => {
    const argv = ['flags', 'rollout', 'beta_ui', '40', '--reason', 'a test'];
    const { env } = running;
    const nobody = await runHere(argv, { env });
    expect(nobody).toMatchObject({ code: 64, err: expect.stringContaining('agree by --yes') });
    const no = await runHere(argv, { env, answer: 'n' });
    expect(no).toMatchObject({ code: 1, err: expect.stringContaining('Nothing was changed.') });
    expect(no.err).toContain('beta_ui: now 5 %; then 40 %. Go on? [y/N]');
    expect(await strategyOf('beta_ui')).toEqual({ strategy: 'PERCENTAGE', percentage: 5 });
    expect((await runHere(argv, { env, answer: 'Yes' })).code).toBe(0);
    expect(await strategyOf('beta_ui')).toEqual({ strategy: 'PERCENTAGE', percentage: 40 });
  });

  it('does not overwrite what somebody else has changed meanwhile', async () => {
    await change('enable', 'beta_ui');
    const somebodyElse = { key: 'beta_ui', actor: 'x', action: 'delete', reason: 'first' };
    const late = await runHere(['flags', 'disable', 'beta_ui', '--reason', 'late', '--json'], {
      env: running.env,
      // Between the look and the answer.
      answer: async () => {
        await running.service.kernel.flags.overrides?.change([somebodyElse]);
        return 'y';
      },
    });
    expect(late).toMatchObject({ code: 1, json: { error: { code: 'RES_VERSION_CONFLICT', status: 409 } } });
    expect(late.err).toContain('Somebody was faster');
    expect(await strategyOf('beta_ui')).toMatchObject({ percentage: 5 });
  });
});

describe('import and export', () => {
  it('takes what was exported, says what would change, and changes it', async () => {
    const file = join(running.directory, 'flags.yaml');
    await cli('flags', 'rollout', 'beta_ui', '66', '--reason', 'x', '--yes');
    expect((await cli('flags', 'export', '-o', file, '--json')).json).toMatchObject({
      written: file,
      format: 'yaml',
    });
    expect((await cli('flags', 'export', '--layer', 'override', '--json')).json.flags).toHaveProperty(
      'beta_ui',
    );
    await cli('flags', 'delete', 'beta_ui', '--reason', 'x', '--yes');
    const plan = await cli('flags', 'import', file, '--dry-run', '--json');
    expect(plan.json).toEqual({ changed: ['beta_ui'], unknown: [], dryRun: true });
    expect(await strategyOf('beta_ui')).toMatchObject({ percentage: 5 });
    expect((await cli('flags', 'import', file, '--yes')).code).toBe(64);
    const done = await cli('flags', 'import', file, '--reason', 'as there', '--yes');
    expect(done.out).toBe('Overrode 1 flag: beta_ui\n');
    expect(await strategyOf('beta_ui')).toMatchObject({ percentage: 66 });
  });

  it('checks a file without a service', async () => {
    const check = (content: string) => {
      const file = join(running.directory, 'check.json');
      writeFileSync(file, content);
      return runHere(['flags', 'import', file, '--check', '--json'], { env: {} });
    };
    const good = await check(JSON.stringify(renderFlagFile({ compression: true })));
    expect(good).toMatchObject({ code: 0, json: { ok: true, changed: ['compression'], unknown: [] } });
    const bad = await check('{"flags": {"beta_ui": {"state": "ON"}}}');
    expect(bad).toMatchObject({ code: 64, json: { error: { exitCode: 64 } } });
    expect(bad.err).toContain('check.json does not hold flags');
  });
});
