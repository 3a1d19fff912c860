import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { closest } from '../plan/select';

const login = z.object({ command: z.string(), args: z.array(z.string()).nullish() });
/** As much of a kubeconfig as is looked at. */
const kubeconfigSchema = z.object({
  'current-context': z.string().nullish(),
  contexts: z
    .array(
      z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string().nullish() }) }),
    )
    .nullish(),
  clusters: z.array(z.object({ name: z.string(), cluster: z.object({ server: z.string() }) })).nullish(),
  users: z
    .array(z.object({ name: z.string(), user: z.object({ exec: login.nullish() }).nullish() }))
    .nullish(),
});
type Kubeconfig = z.output<typeof kubeconfigSchema>;

/** A cluster, and how one would log in to it. */
export interface KubeContext {
  readonly name: string;
  /** The kubeconfig that holds it. */
  readonly file: string;
  readonly cluster: string;
  /** Address of the Kubernetes API. */
  readonly server: string;
  readonly user: string;
  /** Program that gets a token, with its arguments; nothing where the login lies in the file. */
  readonly login: string;
}

const howToGetOne =
  'install Docker and kind (kind.sigs.k8s.io), then: kind create cluster. Without a cluster, npm run up runs the service all the same';

/**
 * The context that is asked for, or else the current one, of the files that KUBECONFIG names, or else of kubectl's own.
 *
 * @throws Error with one sentence, where there is none
 */
export function findContext(asked: string | undefined, env: NodeJS.ProcessEnv = process.env): KubeContext {
  const told = env.KUBECONFIG?.split(delimiter).filter(Boolean) ?? [];
  // Terraform runs in a folder of its own.
  const paths = (told.length > 0 ? told : [join(env.HOME ?? homedir(), '.kube/config')]).map((path) =>
    resolve(path),
  );
  const files = paths.filter((path) => existsSync(path)).map((path) => ({ path, config: read(path) }));
  if (files.length === 0) {
    const variable = told.length > 0 ? ', which KUBECONFIG names' : '';
    throw new Error(`there is no cluster: no kubeconfig at ${paths.join(', ')}${variable}: ${howToGetOne}`);
  }
  const name = asked ?? files.map(({ config }) => config['current-context']).find(Boolean);
  const names = files.flatMap(({ config }) => config.contexts?.map((context) => context.name) ?? []);
  if (names.length === 0) {
    throw new Error(`there is no cluster: ${paths.join(', ')} names no context: ${howToGetOne}`);
  }
  if (!name) {
    throw new Error(
      `no context is current in ${paths.join(', ')}: name one by --context, of ${names.join(', ')}`,
    );
  }
  if (!names.includes(name)) {
    const close = closest(name, names);
    throw new Error(
      `there is no context "${name}" in ${paths.join(', ')}: ${close ? `did you mean ${close}?` : `there are ${names.join(', ')}`}`,
    );
  }
  const found = files.flatMap(({ path, config }) => contextOf(name, path, config) ?? [])[0];
  if (found) return found;
  throw new Error(
    `no one file of ${paths.join(', ')} holds the context "${name}" with its cluster: write them into one, by kubectl config view --flatten --minify --context ${name}, and name that by KUBECONFIG`,
  );
}

function read(path: string): Kubeconfig {
  try {
    return kubeconfigSchema.parse(parse(readFileSync(path, 'utf8')) ?? {});
  } catch (error) {
    const why =
      error instanceof z.ZodError ? z.prettifyError(error).split('\n')[0] : (error as Error).message;
    throw new Error(`${path} is no kubeconfig: ${why?.split('\n')[0]}`);
  }
}

function contextOf(name: string, file: string, config: Kubeconfig): KubeContext | undefined {
  const context = config.contexts?.find((one) => one.name === name)?.context;
  const cluster = config.clusters?.find((one) => one.name === context?.cluster)?.cluster;
  if (!context || !cluster) return undefined;
  const exec = config.users?.find((one) => one.name === context.user)?.user?.exec;
  return {
    ...{ name, file, cluster: context.cluster, server: cluster.server, user: context.user ?? '' },
    login: exec ? [exec.command, ...(exec.args ?? [])].join(' ') : '',
  };
}
