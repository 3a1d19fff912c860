import { ConfigurationError } from '../../../constructs/core/errors';
import { type Deployment, isAws, type NamedAccount } from '../../../environments/load';
import { expiredWaivers } from '../../../gates/engine/expired';
import type { Waiver } from '../../../gates/engine/model';
import { waivers } from '../../../gates/waivers';
import { expiredVersions } from '../../../stacks/props';

interface Loaded {
  readonly accounts: readonly NamedAccount[];
  readonly deployments: readonly Deployment[];
}

interface Named {
  readonly environment: string;
  readonly component: string;
}

/**
 * What may not be planned, whatever Terraform would say: stacks in an account whose id is an example, and versions that
 * AWS no longer supports, unless they are waived; nor with waivers of gates that are over. Neither stands in the way of a
 * destroy.
 */
export function refuseUnplannable(
  { accounts, deployments }: Loaded,
  stacks: readonly Named[],
  destroy: boolean,
  waived: readonly Waiver[] = waivers,
): void {
  const environments = new Set(stacks.map(({ environment }) => environment));
  const onAws = deployments.filter(isAws).filter(({ environment }) => environments.has(environment.name));
  const bootstrapped = stacks.filter(({ environment }) => environment === 'bootstrap');
  const concerned = new Set([
    ...onAws.map(({ account }) => account.name),
    ...bootstrapped.map(({ component }) => component),
  ]);
  const examples = accounts
    .filter(({ name, isExample }) => isExample && concerned.has(name))
    .map(
      ({ name, id }) =>
        `environments/accounts.ts still holds the example account id ${id} for ${name}: write the id of your own AWS account there`,
    );
  const expired = destroy
    ? []
    : onAws.flatMap((deployment) =>
        expiredVersions(deployment).map(
          ({ product, version, until, remedy }) =>
            `environments/${deployment.environment.name}.ts: AWS's standard support of ${product} ${version} ended on ${until}: ${remedy}, or give a reason and a last day in waivers`,
        ),
      );
  const [first] = onAws;
  const overdue = destroy || !first ? [] : expiredWaivers(waived, first.today);
  const problems = [...examples, ...expired, ...overdue];
  if (problems.length > 0) throw new ConfigurationError(problems);
}
