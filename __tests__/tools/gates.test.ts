import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAws, type LoadedEnvironments } from '../../environments/load';
import { frameworks } from '../../gates';
import { gatesCommand } from '../../tools/lib/gates/command';
import { loaded } from '../support/shipped';

/** The shipped environments without those that take long to synthesise. */
const local: LoadedEnvironments = (() => {
  const { deployments } = loaded();
  return { ok: true, accounts: [], deployments: deployments.filter((one) => !isAws(one)) };
})();
const run = async (...args: string[]) => {
  let printed = '';
  const code = await gatesCommand(args, {
    load: () => local,
    today: '2026-11-21',
    print: (text) => (printed += text),
  });
  return { code, printed };
};
const problemsOf = async (...args: string[]): Promise<string[]> => {
  try {
    await gatesCommand(args, { load: () => ({ ok: true, ...loaded() }) });
  } catch (error) {
    return (error as { problems?: string[] }).problems ?? [(error as Error).message];
  }
  return [];
};
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-gates-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what is asked wrongly', () => {
  test('is answered with what may have been meant, all at once', async () => {
    expect(await problemsOf()).toEqual([expect.stringContaining('which environment? Use: npm run gates')]);
    expect(await problemsOf('prd', 'zebra')).toEqual([
      'there is no environment "prd": did you mean prod?',
      expect.stringMatching(/^there is no environment "zebra": they are .*prod/),
    ]);
    expect(await problemsOf('dev', '--framework', 'soc')).toEqual([
      'there is no framework "soc": did you mean soc2?',
    ]);
    expect(await problemsOf('dev', '--framework', 'quux')).toEqual([
      expect.stringContaining('they are cis-aws, cis-eks'),
    ]);
    expect(await problemsOf('dev', '--json', '--html')).toEqual([
      expect.stringContaining('--json and --html: one at a time'),
    ]);
    expect(await problemsOf('dev', 'prod', '--plan', 'x')).toEqual([
      expect.stringContaining('of one environment'),
    ]);
  });

  test('is answered where a plan is none, or of something else', async () => {
    const file = join(folder, 'plan.json');
    const asked = () =>
      run('local', '--plan', file).then(
        () => '',
        (error: Error) => error.message,
      );
    expect(await asked()).toContain('can’t be read'.replace('’', "'"));
    writeFileSync(file, '{}');
    expect(await asked()).toContain('is no plan: make it by terraform show -json');
    writeFileSync(file, '{"planned_values":{"root_module":{"resources":[]}}}');
    expect(await asked()).toContain('has no resource in common with a stack of local');
  });
});

test('prints a report and exits 0 where nothing fails', async () => {
  const { code, printed } = await run('local');
  expect(code).toBe(0);
  expect(printed).toContain('Gates of local');
  expect(printed).toMatch(/gates of \d+ evaluators: 0 fail/);
});

test('asks one framework alone', async () => {
  const { printed } = await run('local', '--framework', 'cis-eks', '--json');
  const [environment] = JSON.parse(printed).environments;
  expect(new Set(environment.gates.map(({ framework }: { framework: string }) => framework))).toEqual(
    new Set(['cis-eks']),
  );
});

test('exits 1 where a plan would break a gate', async () => {
  const file = join(folder, 'plan.json');
  const values = { metadata: [{ name: 'holdfast', labels: {} }] };
  const { printed } = await run('local', '--json');
  const namespace = JSON.parse(printed)
    .environments[0].gates.find(({ evaluator }: { evaluator: string }) => evaluator === 'namespaces-checked')
    .findings.find(({ stack }: { stack: string }) => stack === 'local-app').address as string;
  const [type, name] = namespace.split('.');
  writeFileSync(
    file,
    JSON.stringify({
      planned_values: {
        root_module: { resources: [{ address: namespace, mode: 'managed', type, name, values }] },
      },
    }),
  );
  const planned = await run('local', '--plan', file);
  expect(planned.code).toBe(1);
  expect(planned.printed).toContain('Every namespace enforces a pod security standard');
});

test('writes every format and an evidence pack for each framework', async () => {
  const out = join(folder, 'reports');
  await run('local', '--out', out);
  for (const file of ['report.html', 'report.md', 'report.json', 'report.sarif'])
    expect(existsSync(join(out, file))).toBe(true);
  expect(readdirSync(join(out, 'evidence')).sort()).toEqual(
    frameworks.flatMap(({ id }) => [`${id}-local.json`, `${id}-local.md`]).sort(),
  );
  expect(JSON.parse(readFileSync(join(out, 'report.sarif'), 'utf8')).version).toBe('2.1.0');
});
