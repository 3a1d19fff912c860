import { argument, option, spec, whole } from './command';

const serve = spec({
  name: 'serve',
  summary: 'run a role until SIGTERM',
  asks: 'nothing',
  withoutJson: 'it writes its log, one JSON document a line, until it is stopped',
  arguments: [
    argument('<role>', 'gateway, collector, worker; all of them in one process where HOLDFAST_TIER is local'),
  ],
  examples: [['serve gateway', 'answer queries until the process is told to stop']],
  run: async ({ cli, args: [role = ''] }) => {
    await (await import('./serve.js')).serve(role, cli.env);
    return undefined;
  },
});

const migrate = spec<{ wait: number }>({
  name: 'migrate',
  summary: "change the schema to this version's, and create the roles' logins",
  asks: 'nothing',
  options: [option('--wait <seconds>', 'how long to wait for the database').argParser(whole(0)).default(120)],
  examples: [['migrate --wait 300', 'wait five minutes for a database that is being created']],
  run: async ({ cli, options: { wait, json } }) => {
    const outcome = await (await import('./migrate.js')).migrate(cli.env, wait, logTo(json));
    return { json: outcome, text: '' };
  },
});

const exporter = spec({
  name: 'exporter',
  summary: 'tell Prometheus how PostgreSQL and Valkey are, until SIGTERM',
  asks: 'nothing',
  withoutJson: 'it writes its log, one JSON document a line, until it is stopped',
  examples: [['exporter', 'answer /metrics on the management port']],
  run: async ({ cli }) => {
    await (await import('./exporter.js')).exportMetrics(cli.env);
    return undefined;
  },
});

const healthcheck = spec({
  name: 'healthcheck',
  summary: 'exit 0 when the service on this machine answers its liveness probe, 1 when not',
  asks: 'nothing',
  examples: [['healthcheck', "a container's own health check"]],
  run: async () => ({ json: await (await import('./healthcheck.js')).healthcheck(), text: '' }),
});

const prepareDatabase = spec({
  name: 'prepare-database',
  summary: 'create (or migrate) an embedded database, so that the first start is quick',
  asks: 'nothing',
  arguments: [argument('<directory>', 'what HOLDFAST_DATABASE_DIRECTORY will be')],
  examples: [['prepare-database ./database', 'make it in the folder ./database']],
  run: async ({ cli, options: { json }, args: [directory = ''] }) => {
    const { prepareDatabase } = await import('./prepare-database.js');
    return { json: await prepareDatabase(directory, cli.env, logTo(json)), text: '' };
  },
});

/** The file descriptor of the log: with --json, the standard output belongs to the document. */
const logTo = (json: true | undefined): 1 | 2 => (json ? 2 : 1);

/** What runs the service, or makes its database ready. */
export const commands = [serve, migrate, exporter, healthcheck, prepareDatabase];
