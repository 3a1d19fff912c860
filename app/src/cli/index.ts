import { Command, InvalidArgumentError } from 'commander';
import { exitCodes } from '../kernel/start-error';
import { version } from '../kernel/version';

/**
 * The command line. Commands are loaded when they are called, so that the health check of a container doesn't
 * load the whole service every time.
 */
export function createProgram(): Command {
  const program = new Command('holdfast')
    .version(version)
    .description('The Holdfast service: one image, several roles.')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage));

  program
    .command('serve')
    .description('run a role until SIGTERM')
    .argument('<role>', 'gateway, collector, worker; all of them in one process where HOLDFAST_TIER is local')
    .action(async (role: string) => (await import('./serve.js')).serve(role, process.env));
  program
    .command('migrate')
    .description("change the schema to this version's, and create the roles' logins")
    .option('--wait <seconds>', 'how long to wait for the database', wholeSeconds, 120)
    .action(async ({ wait }: { wait: number }) => (await import('./migrate.js')).migrate(process.env, wait));
  program
    .command('healthcheck')
    .description('exit 0 when the service on this machine answers its liveness probe, 1 when not')
    .action(async () => (await import('./healthcheck.js')).healthcheck());
  program
    .command('prepare-database')
    .description('create (or migrate) an embedded database, so that the first start is quick')
    .argument('<directory>', 'what HOLDFAST_DATABASE_DIRECTORY will be')
    .action(async (directory: string) =>
      (await import('./prepare-database.js')).prepareDatabase(directory, process.env),
    );
  return program;
}

function wholeSeconds(given: string): number {
  if (!/^\d+$/.test(given)) throw new InvalidArgumentError('It must be a whole number of seconds.');
  return Number(given);
}
