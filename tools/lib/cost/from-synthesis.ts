import type { AwsEnvironment } from '../../../environments/schema';
import type { SynthesisedStack } from '../synthesise';
import { resourcesOfStack } from './estate';
import { type Estimate, estimate } from './estimate';
import { usageOf } from './usage';

const resourcesIn = (stacks: readonly SynthesisedStack[]) =>
  stacks.flatMap(({ name, json }) => resourcesOfStack(name, json));

/** Of an environment on AWS; `stacks` may hold others’. */
export const estimateEnvironment = (
  environment: AwsEnvironment,
  stacks: readonly SynthesisedStack[],
): Estimate =>
  estimate({
    name: environment.name,
    region: environment.region,
    usage: usageOf(environment.tier, environment.recovery),
    copiedGib: environment.recovery && environment.database.storageGiB.initial,
    resources: resourcesIn(stacks.filter((stack) => stack.environment === environment.name)),
  });

/** Of what an account holds once, whatever environments live in it. */
export const estimateAccount = (
  account: { readonly name: string; readonly region: string },
  stacks: readonly SynthesisedStack[],
): Estimate =>
  estimate({
    name: `bootstrap-${account.name}`,
    region: account.region,
    resources: resourcesIn(stacks.filter(({ name }) => name === `bootstrap-${account.name}`)),
  });
