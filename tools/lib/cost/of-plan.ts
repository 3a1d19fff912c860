/** What a stack costs before and after a plan: from its state, and from the synthesis that is planned. */
import type { AwsEnvironment } from '../../../environments/schema';
import type { SynthesisedStack } from '../synthesise';
import { type Estate, type PricedResource, resourcesOfStack } from './estate';
import { estimate, total } from './estimate';
import { usageOf } from './usage';

/** US dollars a month. */
export interface MonthlyUsd {
  readonly before: number;
  readonly after: number;
}

/** A resource as `terraform show -json` has it in a plan's prior state. */
export interface StateResource {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** What is there before: the same as after, nothing at all, or what the state says. */
export type Before = 'same' | 'nothing' | readonly StateResource[];

/** Undefined for a stack that is of no environment on AWS: what an account holds once is priced by `npm run cost`. */
export type CostOfPlan = (stack: string, before: Before, destroy: boolean) => MonthlyUsd | undefined;

export function costsOfPlans(
  environments: readonly AwsEnvironment[],
  stacks: readonly SynthesisedStack[],
): CostOfPlan {
  return (name, before, destroy) => {
    const stack = stacks.find((one) => one.name === name);
    const environment = environments.find((one) => one.name === stack?.environment);
    if (!stack || !environment) return undefined;
    const all = stacks.filter((one) => one.environment === environment.name);
    const others = all
      .filter((one) => one.name !== name)
      .flatMap((one) => resourcesOfStack(one.name, one.json));
    // Others' resources are there to be asked about (a proxy is paid by its database's size), not to be counted.
    const cost = (resources: readonly PricedResource[]): number => {
      const estate: Estate = {
        name: environment.name,
        region: environment.region,
        usage: usageOf(environment.tier, environment.recovery),
        copiedGib: environment.recovery && environment.database.storageGiB.initial,
        resources: [...resources, ...others],
      };
      return total(estimate(estate).lines.filter((line) => line.stack === name));
    };
    const synthesised = cost(resourcesOfStack(name, stack.json));
    const now =
      before === 'same' ? synthesised : before === 'nothing' ? 0 : cost(before.flatMap(inStack(name)));
    return { before: round(now), after: destroy ? 0 : round(synthesised) };
  };
}

const inStack =
  (stack: string) =>
  ({ address, mode, type, values = {} }: StateResource): PricedResource[] =>
    mode === 'managed' ? [{ stack, address, type, values }] : [];

const round = (usd: number): number => Math.round(usd * 100) / 100;
