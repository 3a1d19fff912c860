import type { NamedAccount } from '../../environments/load';

/** What is run for an account's bootstrap stack, and what is left to a person. */
export interface BootstrapPlan {
  /** Arguments of Terraform, in the stack's folder, one after the other. */
  readonly commands: readonly (readonly [string, ...string[]])[];
  /** Said when all of them succeeded. */
  readonly next: string;
}

/** Where bootstrap's first state lies, from the root of the repository. */
export const localStateFile = ({ name }: Pick<NamedAccount, 'name'>): string =>
  `.state/bootstrap-${name}.tfstate`;

/**
 * The bucket can't hold the state of what makes it: the first deployment keeps it beside the code, the next run moves it.
 * `hasLocalState`: whether that file is there.
 */
export function bootstrapPlan(
  account: Pick<NamedAccount, 'name' | 'bootstrapState'>,
  hasLocalState: boolean,
): BootstrapPlan {
  if (account.bootstrapState === 'local') {
    return {
      commands: [['init'], ['apply']],
      next: `Now set bootstrapState: 's3' for ${account.name} in environments/accounts.ts and run this again: it moves the state into the bucket.`,
    };
  }
  if (!hasLocalState) return { commands: [['init'], ['apply']], next: '' };
  return {
    // A move that changed something would say so by its exit code.
    commands: [
      ['init', '-migrate-state'],
      ['plan', '-detailed-exitcode'],
    ],
    next: `The state lies in the bucket. Commit the edit, then delete ${localStateFile(account)}*.`,
  };
}
