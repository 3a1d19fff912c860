import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { currentCommit, ordered } from './make-plan';
import { lossesOf, type Plan, type StackPlan } from './model';
import { sha256 } from './plan-file';
import { initialise, stackFolder, stateOf, synthesisHash } from './plan-stack';
import { inOrder } from './schedule';
import { closest } from './select';
import type { Session } from './session';
import type { Applied } from './store';

/** Why a saved plan may not be applied as it is; empty where it may. Asks no state yet. */
export function planProblems(
  plan: Plan,
  stacks: readonly StackPlan[],
  folder: string,
  session: Session,
  applied: Applied,
): string[] {
  const again = `look again: npm run plan -- ${plan.asked.join(' ')}`;
  const { name, version } = session.terraform;
  if (name !== plan.terraform.name || version !== plan.terraform.version) {
    const made = `${plan.terraform.name} ${plan.terraform.version}`;
    return [
      `the plan was made by ${made} and this is ${name} ${version}: apply with the former, or ${again}`,
    ];
  }
  const commit = currentCommit();
  if (commit !== plan.commit) {
    const short = (hash: string | undefined) => hash?.slice(0, 8) ?? 'none';
    return [
      `the plan is stale: it was made of commit ${short(plan.commit)} and this is ${short(commit)}; ${again}`,
    ];
  }
  return stacks.flatMap((stack) => {
    const now = session.stacks.find((one) => one.name === stack.name);
    if (!now || synthesisHash(now.json) !== stack.synthesis) {
      return [`${stack.name}: the plan is stale: the program or its environment was edited since; ${again}`];
    }
    if (stack.status === 'failed')
      return [`${stack.name} could not be planned: ${stack.problems.join('; ')}`];
    return stack.status === 'changes' && !applied[stack.name] ? fileProblems(stack, folder, again) : [];
  });
}

function fileProblems({ name, saved }: StackPlan, folder: string, again: string): string[] {
  const file = saved && join(folder, saved.file);
  if (!file || !existsSync(file)) return [`${name}: its plan file ${file ?? ''} is missing; ${again}`];
  return sha256(readFileSync(file)) === saved.sha256
    ? []
    : [`${name}: ${file} is not the file that npm run plan wrote: it is broken or somebody else's; ${again}`];
}

/** Losses that nobody has acknowledged by name, and names that acknowledge nothing. */
export function acknowledgementProblems(
  plan: Plan,
  stacks: readonly StackPlan[],
  given: readonly string[],
): string[] {
  const losses = lossesOf(stacks).map(({ resource }) => resource);
  const stackOf = (resource: string) => resource.slice(0, resource.indexOf('/'));
  // To destroy a stack is to mean all of it; a replacement is easily overlooked among other changes.
  const isGiven = (resource: string) =>
    given.includes(resource) || (plan.destroy && given.includes(stackOf(resource)));
  const all = lossesOf(plan.stacks).map(({ resource }) => resource);
  const idle = given.filter((one) => !all.includes(one) && !(plan.destroy && all.map(stackOf).includes(one)));
  return [
    ...losses
      .filter((resource) => !isGiven(resource))
      .map((resource) => {
        const whole = plan.destroy ? `, or the whole stack by --acknowledge ${stackOf(resource)}` : '';
        return `${resource} would be lost with what it holds: if that is meant, add --acknowledge '${resource}'${whole}`;
      }),
    ...idle.map((one) => {
      const close = closest(one, all);
      return `--acknowledge ${one}: the plan loses no such thing${close ? `; did you mean ${close}?` : ''}`;
    }),
  ];
}

/** Which states have changed since they were planned, asked before anything is applied. */
export async function stateProblems(
  plan: Plan,
  stacks: readonly StackPlan[],
  session: Session,
): Promise<string[]> {
  const { terraform, outdir } = session;
  const synthesised = ordered(session.stacks, outdir);
  const answers = await inOrder(
    stacks.map((stack) => ({ name: stack.name, dependencies: [], stack })),
    async ({ stack }): Promise<string[]> => {
      const folder = stackFolder(outdir, stack.name);
      const json = synthesised.find(({ name }) => name === stack.name)?.json ?? {};
      try {
        // Where another machine planned, nothing is initialised here; what is wrong with that, the state tells.
        await initialise(json, folder, terraform);
        const { serial, lineage } = await stateOf(folder, terraform);
        if (serial === stack.saved?.serial && lineage === stack.saved.lineage) return [];
        return [
          `${stack.name}: its saved plan is stale: its state is at serial ${serial}${lineage === stack.saved?.lineage ? '' : ' of another lineage'}, and was at ${stack.saved?.serial}; look again: npm run plan -- ${plan.asked.join(' ')}`,
        ];
      } catch (error) {
        return [`${stack.name}: ${(error as Error).message}`];
      }
    },
  );
  return answers.flat();
}
