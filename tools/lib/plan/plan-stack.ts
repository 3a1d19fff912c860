import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Before, CostOfPlan } from '../cost/of-plan';
import type { StackJson } from '../stack-json';
import { kinds, managed } from '../summary';
import { type Changes, changesOf, type ShownPlan } from './changes';
import { explain, producersMissing } from './diagnostics';
import type { StackPlan } from './model';
import { identify, sha256 } from './plan-file';
import type { Run, Terraform } from './terraform';

/** A synthesised stack that is to be planned. */
export interface StackToPlan {
  readonly name: string;
  readonly environment: string;
  readonly json: StackJson;
  readonly dependencies: readonly string[];
}

export interface Planning {
  readonly terraform: Terraform;
  /** Of the synthesis. */
  readonly outdir: string;
  /** Receives the plan files. */
  readonly folder: string;
  readonly destroy: boolean;
  /** Estimates what a stack costs before and after. Default: nothing is said of it. */
  readonly costs?: CostOfPlan;
  /** Called with what is being looked at, for a terminal. */
  readonly onProgress?: (text: string) => void;
}

export const stackFolder = (outdir: string, stack: string): string => join(outdir, 'stacks', stack);

/** Of what Terraform reads; what cdktf notes beside it says nothing about resources. */
export const synthesisHash = (json: StackJson): string =>
  sha256(JSON.stringify({ ...json, '//': undefined }));

const blank = ({ name, json, dependencies }: StackToPlan) => ({
  name,
  dependencies,
  changes: [],
  drift: [],
  outputs: [],
  waitsFor: [],
  provisional: [],
  problems: [],
  synthesis: synthesisHash(json),
});

/** A stack that can't be planned before others are applied: what it would create is counted from the synthesis. */
export const pendingStack = (
  stack: StackToPlan,
  waitsFor: readonly string[],
  planning: Pick<Planning, 'costs' | 'destroy'>,
  milliseconds = 0,
): StackPlan => ({
  ...blank(stack),
  ...costOf(stack.name, 'nothing', planning),
  status: 'pending',
  waitsFor,
  wouldCreate: { count: managed(stack), kinds: kinds(stack) },
  milliseconds,
});

/** Plans one stack and keeps the plan. Never throws: what is wrong is told in `problems`. */
export async function planStack(stack: StackToPlan, planning: Planning): Promise<StackPlan> {
  const started = performance.now();
  const { terraform, outdir, destroy } = planning;
  const folder = stackFolder(outdir, stack.name);
  const place = { stack: stack.name, folder, terraform: terraform.command };
  const file = `${stack.name}.tfplan`;
  const path = resolve(planning.folder, file);
  const since = () => Math.round(performance.now() - started);
  const failed = (run: Run): StackPlan => ({
    ...blank(stack),
    status: 'failed',
    problems: explain(run.errors, place),
    milliseconds: since(),
  });

  if (terraform.stopping) {
    return {
      ...blank(stack),
      status: 'failed',
      problems: ['not planned: it was told to stop'],
      milliseconds: 0,
    };
  }
  const initialised = await initialise(stack.json, folder, terraform);
  if (initialised) return failed(initialised);
  let differs = false;
  const args = ['plan', '-json', '-input=false', '-detailed-exitcode', `-out=${path}`];
  const run = await terraform.run(folder, destroy ? [...args, '-destroy'] : args, (message) => {
    if (message.type === 'resource_drift') differs = true;
    const address = message.hook?.resource?.addr;
    if (address) planning.onProgress?.(`${stack.name} ${address}`);
  });
  if (run.status === 1) {
    const missing = producersMissing(run.errors);
    if (!missing) return failed(run);
    if (destroy && (await isNeverApplied(folder, terraform))) {
      return { ...blank(stack), status: 'unchanged', milliseconds: since() };
    }
    return pendingStack(
      stack,
      missing.map((component) => `${stack.environment}-${component}`),
      planning,
      since(),
    );
  }
  let changes: Changes = { changes: [], drift: [], outputs: [] };
  let before: Before = 'same';
  if (run.status !== 0 || differs) {
    const shown = await terraform.run(folder, ['show', '-json', path]);
    if (shown.status !== 0) return failed(shown);
    const plan = JSON.parse(shown.stdout) as ShownPlan;
    changes = changesOf(plan);
    before = plan.prior_state?.values?.root_module?.resources ?? 'nothing';
  }
  return {
    ...blank(stack),
    ...changes,
    status: run.status === 0 ? 'unchanged' : 'changes',
    saved: identify(path, file),
    ...costOf(stack.name, before, planning),
    milliseconds: since(),
  };
}

const costOf = (
  name: string,
  before: Before,
  { costs, destroy }: Pick<Planning, 'costs' | 'destroy'>,
): Pick<StackPlan, 'monthlyUsd'> => {
  const monthlyUsd = costs?.(name, before, destroy);
  return monthlyUsd ? { monthlyUsd } : {};
};

/** Serial and lineage of the state as it is now; throws why they can't be read. */
export async function stateOf(
  folder: string,
  terraform: Terraform,
): Promise<{ readonly serial: number; readonly lineage: string; readonly resources: number }> {
  const run = await terraform.run(folder, ['state', 'pull']);
  if (run.status !== 0) {
    const stack = folder.split('/').at(-1) ?? folder;
    throw new Error(explain(run.errors, { stack, folder, terraform: terraform.command }).join('; '));
  }
  const state = JSON.parse(run.stdout || '{}') as {
    serial?: number;
    lineage?: string;
    resources?: unknown[];
  };
  return { serial: state.serial ?? 0, lineage: state.lineage ?? '', resources: state.resources?.length ?? 0 };
}

const isNeverApplied = (folder: string, terraform: Terraform): Promise<boolean> =>
  stateOf(folder, terraform).then(
    ({ resources }) => resources === 0,
    () => false,
  );

/** In Terraform's own folder of a stack: what it was initialised for. */
const stamp = join('.terraform', 'holdfast');

/** Initialises the stack unless that was done for the same backend and providers. Returns the run that failed. */
export async function initialise(
  json: StackJson,
  folder: string,
  terraform: Terraform,
): Promise<Run | undefined> {
  const wanted = sha256(
    JSON.stringify([json.terraform, terraform.command, terraform.version, process.env.TF_CLI_CONFIG_FILE]),
  );
  const file = join(folder, stamp);
  const done = existsSync(file) && existsSync(join(folder, '.terraform.lock.hcl'));
  if (done && readFileSync(file, 'utf8') === wanted) return undefined;
  const run = await terraform.init(folder);
  if (run.status !== 0) return run;
  writeFileSync(file, wanted);
  return undefined;
}
