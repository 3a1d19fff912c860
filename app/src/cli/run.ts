import { type Command, CommanderError } from 'commander';
import type { Cli } from './cli';
import { exitCodes } from './exit-codes';
import { type FailureReport, renderFailure, reportOf } from './failure';
import { clean } from './output/table';
import { createProgram } from './program';

/**
 * Runs one command line.
 *
 * @param argv what follows `holdfast`
 * @returns the exit code; everything is said already
 */
export async function run(argv: readonly string[], cli: Cli): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = createProgram(cli, (code) => {
    exitCode = code;
  });
  try {
    // `help flags list` is what people type who come from elsewhere.
    const [first, ...others] = argv;
    await program.parseAsync(first === 'help' ? [...others, '--help'] : [...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return fail(error, argv, cli, program);
  }
}

function fail(error: unknown, argv: readonly string[], cli: Cli, program: Command): number {
  let report: FailureReport;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.ok;
    // Commander has told people already. Without a subcommand it has shown the help, and has no message.
    const message =
      error.code === 'commander.help' ? 'A command is missing.' : error.message.replace(/^error: /, '');
    report = { message, exitCode: exitCodes.usage, remedy: `See "${program.name()} --help".` };
  } else {
    report = reportOf(error);
    cli.err(`${printable(renderFailure(report))}\n`);
  }
  if (argv.includes('--json')) cli.out(`${JSON.stringify({ error: report }, null, 2)}\n`);
  return report.exitCode;
}

/** A service's words must not move the cursor; our own line ends stay. */
const printable = (text: string): string => text.split('\n').map(clean).join('\n');
