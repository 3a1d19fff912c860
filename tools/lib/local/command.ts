import { parseArgs } from 'node:util';
import { ports, routes } from '../../../app/src/contract';
import { monitoringNamespace } from '../../../constructs/observability/names';
import { serviceNamespace, workloadName } from '../../../constructs/workload/names';
import { load } from '../../../environments';
import { isAws, type LoadedEnvironments } from '../../../environments/load';
import { applyCommand } from '../plan/apply-command';
import { lossesOf } from '../plan/model';
import { planCommand } from '../plan/plan-command';
import type { SessionOptions } from '../plan/session';
import { latestPlan, plansFolder, readPlan } from '../plan/store';
import { Terraform } from '../plan/terraform';
import { defaultOutdir } from '../run-synth';
import { paint } from '../terminal';
import { forgetCluster, recordCluster, refuseOtherCluster } from './deployed';
import { provideImage } from './image';
import { findContext, type KubeContext } from './kubeconfig';
import { laptopOf, refusal } from './laptop';
import { type Programs, programs } from './programs';

const usage = 'Use: npm run local [-- [--context NAME] [--observability] [--no-build] [--destroy]]';

/** What tests put in place of the product's own. */
export interface LocalOptions extends SessionOptions {
  readonly run?: Programs;
  readonly env?: NodeJS.ProcessEnv;
}

type Asked = ReturnType<typeof parse>;

/** What `npm run local` does: builds the image, deploys `local` to a laptop's cluster, waits, and says where it is. */
export async function localCommand(args: readonly string[], options: LocalOptions = {}): Promise<number> {
  const asked = parse(args);
  const { run = programs, env = process.env, outdir = defaultOutdir } = options;
  const context = findContext(asked.context, env);
  const reason = refusal(context, asked.context !== undefined);
  if (reason) throw new Error(`${reason}. Nothing was deployed.`);
  refuseOtherCluster(outdir, context);
  Terraform.find(env);
  const kubectl = [
    ...(['kubectl', '--kubeconfig', context.file] as const),
    ...['--context', context.name],
  ] as const;
  reach(run, kubectl, context);
  console.log(`cluster: context "${context.name}" of ${context.file}, ${context.server}`);

  const session: SessionOptions = { ...options, load: () => onCluster((options.load ?? load)(), context) };
  if (asked.destroy) return destroy(session, outdir);
  const isNew = asked.build && provideImage(run, laptopOf(context));
  const deployed = isDeployed(run, kubectl);
  recordCluster(outdir, context);
  if (!(await deploy(stacksOf(asked), session))) return 1;
  if (isNew && deployed) {
    // The image is called the same as before, so that the Deployment has not changed.
    run([...kubectl, '--namespace', serviceNamespace, 'rollout', 'restart', workload], true);
  }
  const waited = run(
    [...kubectl, '--namespace', serviceNamespace, 'rollout', 'status', workload, '--timeout=180s'],
    true,
  );
  if (waited.status !== 0) {
    throw new Error(
      `the service is not ready after three minutes: kubectl --context ${context.name} -n ${serviceNamespace} describe pods says why (the image is missing on the node where it was not built here)`,
    );
  }
  console.log(announcement(context, asked));
  return 0;
}

const workload = `deployment/${workloadName('all')}`;

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        context: { type: 'string' },
        observability: { type: 'boolean', default: false },
        'no-build': { type: 'boolean', default: false },
        destroy: { type: 'boolean', default: false },
      },
      allowPositionals: false,
    });
    const { context, observability, destroy: away, 'no-build': noBuild } = values;
    return { context, observability, destroy: away, build: !noBuild };
  } catch (error) {
    throw new Error(`${(error as Error).message.split('. ')[0]}. ${usage}`);
  }
}

function reach(run: Programs, kubectl: readonly [string, ...string[]], context: KubeContext): void {
  const { status, output } = run([...kubectl, '--request-timeout=10s', 'get', '--raw', '/readyz']);
  if (status === 127) {
    throw new Error(
      'kubectl was not found; it talks to the cluster: install it (kubernetes.io/docs/tasks/tools)',
    );
  }
  if (status === 0) return;
  const { kind, cluster } = laptopOf(context) ?? {};
  const start: Readonly<Record<string, string>> = {
    kind: `kind create cluster --name ${cluster}`,
    k3d: `k3d cluster start ${cluster}`,
    minikube: 'minikube start',
    colima: 'colima start --kubernetes',
  };
  const remedy = (kind && start[kind]) ?? 'start it';
  throw new Error(
    `the cluster of the context "${context.name}" does not answer at ${context.server} (${output.split('\n').at(-1)}): ${remedy}`,
  );
}

const isDeployed = (run: Programs, kubectl: readonly [string, ...string[]]): boolean =>
  run([...kubectl, '--namespace', serviceNamespace, 'get', workload]).status === 0;

/** The environments with every local one on this cluster. */
function onCluster(loaded: LoadedEnvironments, { name, file }: KubeContext): LoadedEnvironments {
  if (!loaded.ok) return loaded;
  return {
    ...loaded,
    deployments: loaded.deployments.map((deployment) =>
      isAws(deployment)
        ? deployment
        : { ...deployment, environment: { ...deployment.environment, kubeContext: name, kubeConfig: file } },
    ),
  };
}

const stacksOf = ({ observability }: Pick<Asked, 'observability'>): string[] => [
  'local-app',
  ...(observability ? ['local-observability'] : []),
];

/** Plans and applies at once: a laptop's cluster has nothing to lose. Returns whether all is applied. */
async function deploy(stacks: readonly string[], session: SessionOptions): Promise<boolean> {
  const planned = await planCommand(stacks, session);
  if (planned !== 2) return planned === 0;
  return (await applyCommand([...stacks, '--yes'], session)) === 0;
}

async function destroy(session: SessionOptions, outdir: string): Promise<number> {
  const stacks = stacksOf({ observability: true });
  const planned = await planCommand([...stacks, '--destroy'], session);
  if (planned === 1) return 1;
  if (planned === 2) {
    const folder = latestPlan(stacks, { root: session.plansFolder ?? plansFolder, destroy: true });
    // The volume of the embedded database goes: that is what was asked for.
    const losses = folder ? lossesOf(readPlan(folder).stacks) : [];
    const acknowledged = losses.flatMap(({ resource }) => ['--acknowledge', resource]);
    const code = await applyCommand([...stacks, '--destroy', '--yes', ...acknowledged], session);
    if (code !== 0) return code;
  }
  forgetCluster(outdir);
  console.log('Holdfast is removed from the cluster, with its data. The cluster and the image stay.');
  return 0;
}

function announcement({ name }: KubeContext, { observability, context }: Asked): string {
  const forward = (namespace: string, target: string, mapping: string) =>
    `kubectl --context ${name} -n ${namespace} port-forward ${target} ${mapping}`;
  const url = `http://localhost:${ports.public}`;
  return `
${paint('green', 'Holdfast is ready')} on the context "${name}".

  open           ${forward(serviceNamespace, `service/${workloadName('all')}`, `${ports.public}:${ports.public}`)}
  send events    curl -X POST ${url}${routes.ingestEvents.path} -H 'content-type: application/json' \\
                      -d '{"events":[{"name":"signup"},{"name":"payment","value":42}]}'
  query them     curl '${url}${routes.queryAggregates.path}?name=signup'
${observability ? `  dashboards     ${forward(monitoringNamespace, 'service/grafana', '3000:80')}, then http://localhost:3000 as admin; the password: kubectl --context ${name} -n ${monitoringNamespace} get secret grafana -o jsonpath='{.data.admin-password}' | base64 -d\n` : ''}  status         kubectl --context ${name} -n ${serviceNamespace} exec ${workload} -- holdfast system status
  remove         npm run local -- --destroy${context ? ` --context ${name}` : ''}`;
}
