import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { deploymentOrder, readManifest } from '../stack-json';
import type { SynthesisedStack } from '../synthesise';
import type { Plan, StackPlan } from './model';
import { type Planning, pendingStack, planStack, type StackToPlan } from './plan-stack';
import { inOrder } from './schedule';

export interface PlanOptions extends Planning {
  readonly asked: readonly string[];
  readonly createdAt: Date;
  /** Called as each stack is done. */
  readonly onStack?: (stack: StackPlan) => void;
}

/** Plans stacks side by side; plans no stack of which it knows that another has to be applied before. */
export async function makePlan(chosen: readonly SynthesisedStack[], options: PlanOptions): Promise<Plan> {
  const stacks = ordered(chosen, options.outdir);
  const done = new Map<string, StackPlan>();
  // A plan changes nothing, so that none has to wait: the order says only which starts first.
  const free = stacks.map((stack) => ({ name: stack.name, dependencies: [], stack }));
  const planned = await inOrder(
    free,
    async ({ stack }) => {
      const missing = options.destroy ? [] : stack.dependencies.filter((name) => isMissing(done.get(name)));
      const plan =
        missing.length > 0 ? pendingStack(stack, missing, options) : await planStack(stack, options);
      done.set(stack.name, plan);
      options.onStack?.(plan);
      return plan;
    },
    availableParallelism(),
  );
  const complete = planned.map((plan, index) =>
    plan.status === 'pending'
      ? withProducers(plan, planned)
      : // What is destroyed goes before what it reads from.
        options.destroy
        ? plan
        : withProvisional(plan, stacks[index] as StackToPlan, planned),
  );
  const commit = currentCommit();
  return {
    format: 1,
    createdAt: options.createdAt.toISOString(),
    asked: options.asked,
    destroy: options.destroy,
    ...(commit ? { commit } : {}),
    terraform: { name: options.terraform.name, version: options.terraform.version },
    stacks: options.destroy ? complete.reverse() : complete,
  };
}

/** With what each depends on, so that each comes after those. */
export function ordered(chosen: readonly SynthesisedStack[], outdir: string): StackToPlan[] {
  const manifest = readManifest(outdir);
  return deploymentOrder(manifest).flatMap((name) => {
    const stack = chosen.find((one) => one.name === name);
    if (!stack) return [];
    const { environment, json } = stack;
    return [{ name, environment, json, dependencies: manifest[name]?.dependencies ?? [] }];
  });
}

/** Whether it is known that the stack has no state yet, so that nothing can be read of it. */
const isMissing = (plan: StackPlan | undefined): boolean =>
  plan !== undefined &&
  (plan.status === 'pending' || (plan.saved !== undefined && plan.saved.lineage === ''));

/** Names every producer that is missing, not only those that were known to be when its turn came. */
const withProducers = (plan: StackPlan, all: readonly StackPlan[]): StackPlan => ({
  ...plan,
  waitsFor: plan.dependencies.filter(
    (name) => plan.waitsFor.includes(name) || isMissing(all.find((one) => one.name === name)),
  ),
});

/** Names the producers whose outputs, as far as this stack reads them, would change. */
function withProvisional(plan: StackPlan, { json }: StackToPlan, all: readonly StackPlan[]): StackPlan {
  if (plan.status !== 'changes' && plan.status !== 'unchanged') return plan;
  const text = JSON.stringify(json);
  const provisional = plan.dependencies.filter((name) => {
    const component = name.slice(name.indexOf('-') + 1);
    const outputs = all.find((one) => one.name === name)?.outputs ?? [];
    return outputs.some((key) =>
      new RegExp(`terraform_remote_state\\.${component}\\.outputs\\.${key}\\b`).test(text),
    );
  });
  return { ...plan, provisional };
}

/** The commit that is checked out; undefined where there is no Git. */
export function currentCommit(): string | undefined {
  const run = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' });
  return run.status === 0 ? run.stdout.trim() : undefined;
}
