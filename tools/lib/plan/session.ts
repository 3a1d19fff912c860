import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from '../../../environments';
import { isAws, type LoadedEnvironments } from '../../../environments/load';
import { type CostOfPlan, costsOfPlans } from '../cost/of-plan';
import { defaultOutdir, readAndSynthesise } from '../run-synth';
import type { SynthesisedStack } from '../synthesise';
import { duration, paint, progress } from '../terminal';
import { refuseUnplannable } from './gate';
import { makePlan } from './make-plan';
import type { Plan, StackPlan } from './model';
import { htmlReport } from './report-html';
import { markdownReport } from './report-markdown';
import { textReport } from './report-text';
import { selectStacks } from './select';
import { createPlanFolder, plansFolder, writePlan } from './store';
import { Terraform } from './terraform';
import { headline } from './words';

/** What tests put in place of the product's own. */
export interface SessionOptions {
  /** Reads the environments. Default: those in environments/. */
  readonly load?: () => LoadedEnvironments;
  readonly outdir?: string;
  readonly plansFolder?: string;
}

/** One run of plan or apply: a synthesis, the stacks of it that are meant, and Terraform. */
export interface Session {
  readonly terraform: Terraform;
  readonly outdir: string;
  readonly plansFolder: string;
  readonly stacks: readonly SynthesisedStack[];
  readonly costs: CostOfPlan;
}

/** Synthesises once. Returns undefined where that fails, which is told; throws what else is wrong, as sentences. */
export function openSession(
  asked: readonly string[],
  destroy: boolean,
  options: SessionOptions = {},
): Session | undefined {
  const terraform = Terraform.find();
  const outdir = options.outdir ?? defaultOutdir;
  progress('Reading environments/ …');
  const done = readAndSynthesise((options.load ?? load)(), outdir);
  if (!done) return undefined;
  const stacks = selectStacks(done.synthesis.stacks, asked);
  refuseUnplannable(done.loaded, stacks, destroy);
  const environments = done.loaded.deployments.filter(isAws).map(({ environment }) => environment);
  const costs = costsOfPlans(environments, done.synthesis.stacks);
  return { terraform, outdir, plansFolder: options.plansFolder ?? plansFolder, stacks, costs };
}

/** Plans, writes the reports and prints one; returns the plan and its folder. */
export async function planAndReport(
  { terraform, outdir, plansFolder: root, costs }: Session,
  stacks: readonly SynthesisedStack[],
  asked: readonly string[],
  destroy: boolean,
): Promise<{ readonly plan: Plan; readonly folder: string }> {
  const createdAt = new Date();
  const folder = createPlanFolder(createdAt, root);
  let done = 0;
  const plan = await makePlan(stacks, {
    ...{ terraform, outdir, folder, destroy, asked, createdAt, costs },
    onStack: (stack) => {
      done += 1;
      told(stack);
    },
    onProgress: (text) =>
      progress(`Planning ${done}/${stacks.length} ${text}`.slice(0, process.stdout.columns)),
  });
  progress('');
  writePlan(folder, plan);
  writeFileSync(join(folder, 'report.md'), markdownReport(plan));
  writeFileSync(join(folder, 'report.html'), htmlReport(plan));
  console.log(`\n${textReport(plan)}\n${paint('dim', `→ ${folder}/report.html, report.md, plan.json`)}`);
  return { plan, folder };
}

/** A line a stack, as each is done. */
function told(stack: StackPlan): void {
  progress('');
  console.log(`${stack.name}: ${headline(stack)} (${duration(stack.milliseconds)})`);
}
