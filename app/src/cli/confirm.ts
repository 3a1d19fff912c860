import type { Cli } from './cli';
import type { CommonOptions } from './command';
import { exitCodes } from './exit-codes';
import { CliError, usageError } from './failure';

/**
 * Asks before something is changed.
 *
 * @param change what would happen, as a sentence without its full stop
 * @throws CliError when the person says no (1), or when nobody can be asked (64)
 */
export async function confirm(cli: Cli, { yes }: CommonOptions, change: string): Promise<void> {
  if (yes) return;
  if (!cli.terminal.input) {
    throw usageError(
      `Not done, because nobody can be asked: ${change}.`,
      'Without a terminal, agree by --yes.',
    );
  }
  const answer = await cli.ask(`${change}. Go on? [y/N] `);
  if (/^\s*(y|yes)\s*$/i.test(answer)) return;
  throw new CliError('Nothing was changed.', { exitCode: exitCodes.failure });
}

/**
 * Asks before something is overwritten that cannot be had back by a second command: the person types its name.
 *
 * @param change what would happen, as a sentence without its full stop
 * @throws CliError when another name was typed (1), or when nobody can be asked (64)
 */
export async function confirmByName(
  cli: Cli,
  { yes }: CommonOptions,
  change: string,
  name: string,
): Promise<void> {
  if (yes) return;
  if (!cli.terminal.input) {
    throw usageError(
      `Not done, because nobody can be asked: ${change}.`,
      'Without a terminal, agree by --yes.',
    );
  }
  const answer = await cli.ask(`${change}. Type ${name} to go on: `);
  if (answer.trim() === name) return;
  throw new CliError('Nothing was changed.', { exitCode: exitCodes.failure });
}
