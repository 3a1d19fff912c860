import type { Account } from './account-schema';
import { addressConflicts } from './address-book';
import { recoveryProblems } from './recovery-rules';
import type { AwsEnvironment, ReservedRange } from './schema';

/**
 * What environments and accounts must agree on: their addresses, the zones that names lie in, and what recovers what.
 * `names`: of all environments on AWS, those with problems of their own too. Default: of these.
 */
export function betweenEnvironments(
  environments: readonly AwsEnvironment[],
  accounts: ReadonlyMap<string, Account>,
  reserved: readonly ReservedRange[],
  names: readonly string[] = environments.map(({ name }) => name),
): string[] {
  return [
    ...addressConflicts(environments, reserved),
    ...recoveryProblems(environments, names),
    ...[...accounts].flatMap(([name, account]) => budgetProblems(name, account, environments)),
    ...environments.flatMap((environment) => [
      ...zoneProblems(environment, accounts.get(environment.account)),
      ...sameName(environment, environments),
    ]),
  ];
}

/** Nothing is looked up at synthesis: the account's entry says which zones there are. */
function zoneProblems({ name, account, domain }: AwsEnvironment, owner: Account | undefined): string[] {
  if (!domain || !owner || owner.zones.some((zone) => zone.name === domain.zone)) return [];
  const known = owner.zones.map((zone) => zone.name).join(', ') || 'none so far';
  return [
    `environments/${name}.ts: domain.zone must be one of the zones of account "${account}" in environments/accounts.ts (${known}), not "${domain.zone}"`,
  ];
}

const sameName = (environment: AwsEnvironment, all: readonly AwsEnvironment[]): string[] =>
  all
    .slice(0, all.indexOf(environment))
    .filter((other) => other.domain && other.domain.name === environment.domain?.name)
    // One name that leads to either of the two.
    .filter((other) => environment.recovery?.of !== other.name && other.recovery?.of !== environment.name)
    .map(
      (other) =>
        `environments/${environment.name}.ts: domain.name must not be that of environments/${other.name}.ts`,
    );

/** What the environments may cost has to fit into what their account may. */
function budgetProblems(
  name: string,
  { monthlyBudgetUsd }: Account,
  all: readonly AwsEnvironment[],
): string[] {
  const inIt = all.filter(({ account, monthlyBudgetUsd: own }) => account === name && own !== undefined);
  const sum = inIt.reduce((total, { monthlyBudgetUsd: own = 0 }) => total + own, 0);
  if (sum <= monthlyBudgetUsd) return [];
  const parts = inIt.map((environment) => `${environment.name} ${environment.monthlyBudgetUsd}`).join(', ');
  return [
    `environments/accounts.ts: ${name}.monthlyBudgetUsd must be at least ${sum}, what its environments may cost together (${parts}), not ${monthlyBudgetUsd}`,
  ];
}
