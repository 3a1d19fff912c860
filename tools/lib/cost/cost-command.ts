import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from '../../../environments';
import { isAws, type LoadedEnvironments } from '../../../environments/load';
import { closest } from '../plan/select';
import { type SynthesisedStack, synthesise } from '../synthesise';
import { paint, printProblems } from '../terminal';
import { estimateAccount, estimateEnvironment } from './from-synthesis';
import { type Budgeted, isOverBudget, renderText } from './report';
import { savings } from './savings';

type Loaded = Omit<Extract<LoadedEnvironments, { ok: true }>, 'ok'>;

/** Resolves to the exit code: 1 when an environment is above its budget, or the question is wrong. */
export async function costCommand(args: readonly string[]): Promise<number> {
  const asked = parse(args);
  if ('problem' in asked) return wrong([asked.problem]);
  const loaded = load();
  if (!loaded.ok) {
    printProblems(loaded.problems);
    return 1;
  }
  const names = namesOf(loaded);
  const unknown = asked.names.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    return wrong(
      unknown.map((name) => {
        const close = closest(name, names);
        return `there is no environment on AWS and no account "${name}": ${close ? `did you mean ${close}?` : `one of ${names.join(', ')}`}`;
      }),
    );
  }
  const wanted = asked.names.length > 0 ? asked.names : names;
  const results = everyEstimate(loaded, synthesised(loaded)).filter(({ estimate }) =>
    wanted.includes(estimate.name),
  );
  console.log(asked.json ? json(results) : text(results, asked.all));
  const over = results.filter(isOverBudget);
  for (const { estimate } of over) {
    console.error(
      `${paint('red', 'error')} ${estimate.name} is above its budget: make it smaller, or raise monthlyBudgetUsd in environments/${estimate.name}.ts`,
    );
  }
  return over.length > 0 ? 1 : 0;
}

/** Environments, then what accounts hold once. */
export const namesOf = ({ accounts, deployments }: Loaded): string[] => [
  ...deployments.filter(isAws).map(({ environment }) => environment.name),
  ...accounts.map(({ name }) => `bootstrap-${name}`),
];

export const everyEstimate = (
  { accounts, deployments }: Loaded,
  stacks: readonly SynthesisedStack[],
): Budgeted[] => [
  ...deployments.filter(isAws).map(({ environment }) => ({
    estimate: estimateEnvironment(environment, stacks),
    budgetUsd: environment.monthlyBudgetUsd,
  })),
  ...accounts.map((account) => ({ estimate: estimateAccount(account, stacks) })),
];

function synthesised(loaded: Loaded): readonly SynthesisedStack[] {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-cost-'));
  try {
    return synthesise(loaded, { outdir: join(folder, 'out') }).stacks;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const text = (results: readonly Budgeted[], all: boolean): string =>
  [
    ...results.map((one) => renderText(one, all)),
    'Estimates without tax, at prices on demand; what is assumed of use is in docs/cost.md.',
  ].join('\n\n');

const json = (results: readonly Budgeted[]): string =>
  JSON.stringify(
    results.map(({ estimate, budgetUsd }) => ({ ...estimate, budgetUsd, savings: savings(estimate) })),
    undefined,
    2,
  );

function wrong(problems: readonly string[]): number {
  for (const problem of problems) console.error(`${paint('red', 'error')} ${problem}`);
  return 1;
}

function parse(
  args: readonly string[],
): { names: string[]; all: boolean; json: boolean } | { problem: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { all: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    return { names: positionals, all: values.all, json: values.json };
  } catch (error) {
    return {
      problem: `${(error as Error).message.split('.')[0]}. Use: npm run cost -- [ENV|bootstrap-ACCOUNT…] [--all] [--json]`,
    };
  }
}
