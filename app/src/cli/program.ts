import { Command, InvalidArgumentError } from 'commander';
import { version } from '../kernel/version';
import type { Cli } from './cli';
import { addCommand, showExamples } from './command';
import { groups } from './groups';

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
  addServiceCommands(program);
  program.commandsGroup('This command line:');
  addCompletion(program, cli, leave);

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

function addServiceCommands(program: Command): void {
  const serve = program
    .command('serve')
    .description('run a role until SIGTERM')
    .argument('<role>', 'gateway, collector, worker; all of them in one process where HOLDFAST_TIER is local')
    .action(async (role: string) => (await import('./serve.js')).serve(role, process.env));
  showExamples(serve, [['serve gateway', 'answer queries until the process is told to stop']]);
  const migrate = program
    .command('migrate')
    .description("change the schema to this version's, and create the roles' logins")
    .option('--wait <seconds>', 'how long to wait for the database', wholeSeconds, 120)
    .action(async ({ wait }: { wait: number }) => (await import('./migrate.js')).migrate(process.env, wait));
  showExamples(migrate, [['migrate --wait 300', 'wait five minutes for a database that is being created']]);
  const exporter = program
    .command('exporter')
    .description('tell Prometheus how PostgreSQL and Valkey are, until SIGTERM')
    .action(async () => (await import('./exporter.js')).exportMetrics(process.env));
  showExamples(exporter, [['exporter', 'answer /metrics on the management port']]);
  const healthcheck = program
    .command('healthcheck')
    .description('exit 0 when the service on this machine answers its liveness probe, 1 when not')
    .action(async () => (await import('./healthcheck.js')).healthcheck());
  showExamples(healthcheck, [['healthcheck', "a container's own health check"]]);
  const prepare = program
    .command('prepare-database')
    .description('create (or migrate) an embedded database, so that the first start is quick')
    .argument('<directory>', 'what HOLDFAST_DATABASE_DIRECTORY will be')
    .action(async (directory: string) =>
      (await import('./prepare-database.js')).prepareDatabase(directory, process.env),
    );
  showExamples(prepare, [['prepare-database ./database', 'make it in the folder ./database']]);
}

function addCompletion(program: Command, cli: Cli, leave: (exitCode: number) => void): void {
  const completion = program
    .command('completion')
    .description('print what makes the Tab key complete commands, options and flag keys')
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (shell: string) => {
      const { completionScript } = await import('./completion/index.js');
      cli.out(completionScript(shell, await completeProgram(cli)));
      leave(0);
    });
  showExamples(completion, [
    ['completion bash > /etc/bash_completion.d/holdfast', 'for bash, for everybody on this machine'],
    ['completion zsh > "${fpath[1]}/_holdfast"', 'for zsh'],
    ['completion fish > ~/.config/fish/completions/holdfast.fish', 'for fish'],
  ]);
}

function wholeSeconds(given: string): number {
  if (!/^\d+$/.test(given)) throw new InvalidArgumentError('It must be a whole number of seconds.');
  return Number(given);
}
