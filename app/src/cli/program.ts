import { Command } from 'commander';
import { version } from '../kernel/version';
import type { Cli } from './cli';
import { addCommand, argument, type CommandSpec, showExamples, spec } from './command';
import { groups } from './groups';
import { commands as serviceCommands } from './service-commands';

/**
 * The command line. A group's commands are loaded when one of them is called, so that the health check of a container
 * doesn't load everything every time.
 *
 * @param leave takes the exit code of a command that went through
 */
export function createProgram(cli: Cli, leave: (exitCode: number) => void): Command {
  const program = new Command('holdfast')
    .version(version, '-V, --version', 'print the version')
    .description('Runs the Holdfast service, and looks after one that runs.')
    .helpCommand(false)
    .showHelpAfterError('(add --help for how it is used)')
    .configureOutput({
      writeOut: (text) => cli.out(text),
      writeErr: (text) => cli.err(text),
      getOutHelpWidth: () => cli.columns ?? 110,
      getErrHelpWidth: () => cli.columns ?? 110,
      getOutHasColors: () => cli.colour,
      getErrHasColors: () => cli.colour,
    })
    .configureHelp({ showGlobalOptions: false })
    .exitOverride();
  showExamples(program, [
    ['health check', 'how is the service on this machine?'],
    ['flags list --json', 'all flags, for a script'],
    ['completion bash > /etc/bash_completion.d/holdfast', 'completion by the Tab key'],
  ]);

  program.commandsGroup('Look after a running service:');
  for (const { name, summary } of groups) {
    const group = program.command(name).summary(summary).description(`${summary}.`);
    showExamples(group, [[`${name} <command> --help`, 'options and examples of one command']]);
  }
  program.commandsGroup('Run the service:');
  for (const each of serviceCommands) addCommand(program, each, cli, leave);
  program.commandsGroup('This command line:');
  addCommand(program, completion(cli), cli, leave);

  program.hook('preSubcommand', (_, command) => fill(command, cli, leave));
  return program;
}

/** Gives a group its commands. */
async function fill(command: Command, cli: Cli, leave: (exitCode: number) => void): Promise<void> {
  const group = groups.find(({ name }) => name === command.name());
  if (!group || command.commands.length > 0) return;
  for (const each of await group.load()) addCommand(command, each, cli, leave);
  command.helpCommand(false);
}

/** The command line with the commands of all groups, for what has to know all of it. */
export async function completeProgram(cli: Cli): Promise<Command> {
  const program = createProgram(cli, () => {});
  for (const command of program.commands) await fill(command, cli, () => {});
  return program;
}

const completion = (cli: Cli): CommandSpec<never> =>
  spec({
    name: 'completion',
    summary: 'print what makes the Tab key complete commands, options and flag keys',
    asks: 'nothing',
    arguments: [argument('<shell>', 'bash, zsh or fish')],
    examples: [
      ['completion bash > /etc/bash_completion.d/holdfast', 'for bash, for everybody on this machine'],
      ['completion zsh > "${fpath[1]}/_holdfast"', 'for zsh'],
      ['completion fish > ~/.config/fish/completions/holdfast.fish', 'for fish'],
    ],
    run: async ({ args: [shell = ''] }) => {
      const { completionScript } = await import('./completion/index.js');
      const script = completionScript(shell, await completeProgram(cli));
      return { json: { shell, script }, text: script };
    },
  });
