import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { routes } from '../../../app/src/contract';
import { load } from '../../../environments';
import { isAws, type LoadedEnvironments, type LocalDeployment } from '../../../environments/load';
import { type RunTool, runTool } from '../doctor/tools';
import { paint, printProblems } from '../terminal';
import { type PublishedName, portVariable, published } from './ports';
import { composeFiles, composeFolder, writeComposeFiles } from './project';
import { secretsFolder, writeSecrets } from './secrets';

export interface ComposeOptions {
  readonly load?: () => LoadedEnvironments;
  readonly folder?: string;
  readonly run?: RunTool;
}

/** What `npm run compose` does: writes the files, makes the secrets that are missing, and says what to type next. */
export async function composeCommand(args: readonly string[], options: ComposeOptions = {}): Promise<number> {
  const { folder = composeFolder, run = runTool } = options;
  refuseArguments(args);
  const loaded = (options.load ?? load)();
  if (!loaded.ok) {
    printProblems(loaded.problems);
    return 1;
  }
  const { environment } = localDeployment(loaded.deployments);
  const touched = writeComposeFiles(folder, composeFiles(environment));
  const made = writeSecrets(folder, environment.name);
  console.log(
    `${folder}/compose.yaml and ${folder}/config/: ${touched.length === 0 ? 'as they were' : `${touched.length} files changed`}\n` +
      `${folder}/${secretsFolder}/: ${made.length === 0 ? 'as it was' : `${made.length} passwords and keys made`}`,
  );
  const ports = portsOf(folder);
  for (const sentence of [...(await taken(ports)), ...missing(run)]) {
    console.warn(`${paint('yellow', 'warning')} ${sentence}`);
  }
  console.log(next(folder, ports));
  return 0;
}

function refuseArguments(args: readonly string[]): void {
  const usage = 'Use: npm run compose';
  try {
    parseArgs({ args: [...args], options: {}, allowPositionals: false });
  } catch {
    throw new Error(`npm run compose takes no arguments, and was given ${args.join(' ')}. ${usage}`);
  }
}

/** The environment of the tier `local`; the first, where there are several. */
export function localDeployment(
  deployments: Extract<LoadedEnvironments, { readonly ok: true }>['deployments'],
): LocalDeployment {
  const found = deployments.find((deployment): deployment is LocalDeployment => !isAws(deployment));
  if (!found) throw new Error('environments/ has none whose tier is "local": restore environments/local.ts');
  return found;
}

/** Ports as Compose will have them: of `.env` in its folder, else its defaults. */
function portsOf(folder: string): Record<PublishedName, number> {
  const file = join(folder, '.env');
  const told = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const names = Object.keys(published.defaults) as PublishedName[];
  return Object.fromEntries(
    names.map((name) => {
      const line = new RegExp(`^${portVariable(name)}=(\\d+)\\s*$`, 'm').exec(told);
      return [name, Number(line?.[1] ?? published.defaults[name])];
    }),
  ) as Record<PublishedName, number>;
}

async function taken(ports: Readonly<Record<PublishedName, number>>): Promise<string[]> {
  const checked = await Promise.all(
    (Object.entries(ports) as [PublishedName, number][]).map(async ([name, port]) =>
      (await isFree(port))
        ? []
        : [
            `port ${port} of this machine is in use: unless that is Holdfast already, write ${portVariable(name)}=<another> into ${composeFolder}/.env`,
          ],
    ),
  );
  return checked.flat();
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

function missing(run: RunTool): string[] {
  if (run(['docker', 'compose', 'version']) === undefined) {
    return [
      'docker compose was not found: install Docker with its Compose plugin (docs.docker.com/compose/install)',
    ];
  }
  return run(['docker', 'info']) === undefined
    ? ['Docker’s engine does not answer: start Docker Desktop, or the docker service']
    : [];
}

const next = (folder: string, { gateway, collector, grafana }: Readonly<Record<PublishedName, number>>) => `
  start          docker compose -f ${folder}/compose.yaml up --build --detach
  send events    curl -X POST http://localhost:${collector}${routes.ingestEvents.path} -H 'content-type: application/json' \\
                      -d '{"events":[{"name":"signup"},{"name":"payment","value":42}]}'
  query them     curl 'http://localhost:${gateway}${routes.queryAggregates.path}?name=signup'
  dashboards     http://localhost:${grafana}, as admin, with the password in ${folder}/${secretsFolder}/grafana-admin
  stop           docker compose -f ${folder}/compose.yaml down (with --volumes the data goes, too)`;
