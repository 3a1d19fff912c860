import type { Environment } from '../kernel/settings';
import type { Client } from './client/client';
import type { CommonOptions, Invocation } from './command';
import { exitCodes } from './exit-codes';
import { CliError } from './failure';

/**
 * The service to ask, or nothing when this machine alone is to be looked at: with --local, or when none is named and
 * none runs here.
 */
export function optionalClient({ cli, options, client }: Invocation<object>): Client | undefined {
  const { local }: CommonOptions = options;
  if (local) return undefined;
  try {
    return client();
  } catch (error) {
    const isNone = error instanceof CliError && error.report.exitCode === exitCodes.unavailable;
    if (!isNone) throw error;
    cli.err('No service was found: looking at this machine alone, with the settings of this shell.\n');
    return undefined;
  }
}

/** Without what is for the command line itself, and no setting of a service. */
export function ownSettings(env: Environment): Environment {
  const own = ['HOLDFAST_MANAGEMENT_URL', 'HOLDFAST_BACKUP_STORE', 'HOLDFAST_BACKUP_KEY_FILE'];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.includes(name)));
}
