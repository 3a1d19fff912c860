import { readFileSync } from 'node:fs';
import { isPlanJson, plannedAddresses, withPlan } from '../../../gates/engine/plan-json';
import type { ToJudge } from './environments';

/** The environment with one stack as a plan would leave it: `terraform show -json x.tfplan > plan.json`. */
export function planned(environments: readonly ToJudge[], file: string): ToJudge {
  const plan = readPlan(file);
  const addresses = new Set(plannedAddresses(plan));
  const [environment] = environments as [ToJudge];
  // A plan doesn't say whose it is: it is of the stack that it has most in common with.
  const [best] = environment.stacks
    .map((stack) => {
      const own = Object.entries(stack.json.resource ?? {}).flatMap(([type, byName]) =>
        Object.keys(byName).map((name) => `${type}.${name}`),
      );
      return { stack, common: own.filter((address) => addresses.has(address)).length };
    })
    .sort((a, b) => b.common - a.common);
  if (!best || best.common === 0) {
    throw new Error(
      `${file} has no resource in common with a stack of ${environment.facts.name}: is it a plan of another environment?`,
    );
  }
  return {
    ...environment,
    stacks: environment.stacks.map((stack) => (stack === best.stack ? withPlan(stack, plan) : stack)),
  };
}

function readPlan(file: string) {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} can't be read as JSON: ${(error as Error).message}`);
  }
  if (!isPlanJson(read)) {
    throw new Error(`${file} is no plan: make it by terraform show -json x.tfplan > ${file}`);
  }
  return read;
}
