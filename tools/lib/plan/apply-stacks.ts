import { resolve } from 'node:path';
import { duration, paint, progress } from '../terminal';
import { explain } from './diagnostics';
import type { Plan, StackPlan } from './model';
import { stackFolder, stateOf } from './plan-stack';
import { inOrder } from './schedule';
import type { Session } from './session';
import { type Applied, writeApplied } from './store';

/**
 * Applies saved plans, each after those that it depends on (destroying, after those that depend on it). A stack that
 * fails takes with it only those after it. Returns whether all are applied; how far each came is written beside the plan.
 */
export async function applyStacks(
  plan: Plan,
  stacks: readonly StackPlan[],
  folder: string,
  session: Session,
  before: Applied,
): Promise<boolean> {
  let applied = before;
  const mark = (name: string, how: Applied[string]) => {
    applied = { ...applied, [name]: how };
    writeApplied(folder, applied);
  };
  const stopped = new Set<string>();
  const tasks = stacks.map((stack) => ({ name: stack.name, dependencies: predecessors(plan, stack), stack }));
  await inOrder(tasks, async ({ name, dependencies, stack }) => {
    const cause = dependencies.find((one) => stopped.has(one));
    if (cause || session.terraform.stopping) {
      stopped.add(name);
      say(`${name}: not begun, ${cause ? `because ${cause} failed` : 'because it was told to stop'}`);
      return;
    }
    if (await applyStack(stack, folder, session, () => mark(name, 'failed'))) mark(name, 'applied');
    else stopped.add(name);
  });
  return stopped.size === 0;
}

const predecessors = (plan: Plan, { name, dependencies }: StackPlan): readonly string[] =>
  plan.destroy
    ? plan.stacks.filter((other) => other.dependencies.includes(name)).map((other) => other.name)
    : dependencies;

async function applyStack(
  { name, saved, changes }: StackPlan,
  folder: string,
  { terraform, outdir }: Session,
  usedUp: () => void,
): Promise<boolean> {
  const started = performance.now();
  const where = stackFolder(outdir, name);
  let done = 0;
  const run = await terraform.run(
    where,
    ['apply', '-json', '-input=false', resolve(folder, saved?.file ?? '')],
    ({ type, hook }) => {
      if (type === 'apply_complete') done += 1;
      const address = hook?.resource?.addr;
      if (address) progress(`${name} ${done}/${changes.length} ${address}`.slice(0, process.stdout.columns));
    },
  );
  const time = duration(performance.now() - started);
  if (run.status === 0) {
    say(`${paint('green', `${name}: applied`)}, ${done} done (${time})`);
    return true;
  }
  const place = { stack: name, folder: where, terraform: terraform.command };
  for (const sentence of explain(run.errors, place)) say(`${paint('red', 'error')} ${name}: ${sentence}`);
  // Where it stopped before it began, for a lock say, the plan can still be applied.
  const state = await stateOf(where, terraform).catch(() => undefined);
  if (state?.serial !== saved?.serial) usedUp();
  say(`${paint('red', `${name}: failed`)} after ${done} (${time})`);
  return false;
}

function say(text: string): void {
  progress('');
  console.log(text);
}
