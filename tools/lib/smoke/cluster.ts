import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ports, serviceRoleNames } from '../../../app/src/contract';
import { serviceNamespace, workloadName } from '../../../constructs/workload/names';
import type { AwsDeployment } from '../../../environments/load';
import type { SmokeResult, SmokeTarget } from './checks';

/** Milliseconds for a forwarded port to listen. */
const patience = 30_000;

/** kubectl, with a kubeconfig of its own: whoever runs this keeps theirs. */
interface Cluster {
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Opens the three roles of a deployed environment on ports of this machine, by kubectl: management ports have no route, and the service
 * may have no name yet. Says first which image runs. Needs the AWS CLI, kubectl, and a role that may forward ports.
 */
export async function withCluster(
  { environment, images }: AwsDeployment,
  work: (target: SmokeTarget) => Promise<SmokeResult[]>,
): Promise<SmokeResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-smoke-'));
  const cluster: Cluster = { env: { ...process.env, KUBECONFIG: join(folder, 'kubeconfig') } };
  const forwards: ChildProcess[] = [];
  try {
    run(cluster, 'aws', [
      ...['eks', 'update-kubeconfig', '--name', `holdfast-${environment.name}`],
      ...['--region', environment.region, '--kubeconfig', cluster.env.KUBECONFIG ?? ''],
    ]);
    const image = imageResult(cluster, images.service);
    const opened: Record<string, { readonly management: string; readonly public: string }> = {};
    for (const role of serviceRoleNames) {
      const child = spawn(
        'kubectl',
        [
          ...['port-forward', '--namespace', serviceNamespace, `deployment/${workloadName(role)}`],
          ...[`:${ports.management}`, ...(role === 'worker' ? [] : [`:${ports.public}`])],
        ],
        { env: cluster.env, stdio: ['ignore', 'pipe', 'pipe'] },
      );
      forwards.push(child);
      opened[role] = await forwarded(child, role);
    }
    const target: SmokeTarget = {
      management: Object.fromEntries(
        Object.entries(opened).map(([role, { management }]) => [role, management]),
      ),
      collector: opened.collector?.public ?? '',
      gateway: opened.gateway?.public ?? '',
    };
    return [image, ...(await work(target))];
  } finally {
    for (const each of forwards) each.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Workload {
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
  readonly status: Readonly<
    Partial<Record<'observedGeneration' | 'replicas' | 'updatedReplicas' | 'availableReplicas', number>>
  >;
}

/** Whether every role runs the image that images.json names, on all of its pods. */
function imageResult(cluster: Cluster, digest: string): SmokeResult {
  const started = performance.now();
  const listed = run(cluster, 'kubectl', [
    'get',
    'deployments',
    '--namespace',
    serviceNamespace,
    '--output',
    'json',
  ]);
  const problems = imageProblems((JSON.parse(listed) as { items: readonly Workload[] }).items, digest);
  return {
    check: 'the image is the one in images.json',
    milliseconds: performance.now() - started,
    ...(problems.length > 0 ? { problem: problems.join('; ') } : {}),
  };
}

export function imageProblems(workloads: readonly Workload[], digest: string): string[] {
  return serviceRoleNames.flatMap((role) => {
    const name = workloadName(role);
    const found = workloads.find(({ metadata }) => metadata.name === name);
    if (!found) return [`there is no Deployment ${name}`];
    const image = found.spec.template.spec.containers[0]?.image ?? '';
    if (!image.endsWith(`@${digest}`)) return [`${name} is to run ${image}, not ${digest}`];
    const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = found.status;
    const rolled =
      observedGeneration >= found.metadata.generation &&
      replicas > 0 &&
      updatedReplicas === replicas &&
      availableReplicas === replicas;
    return rolled
      ? []
      : [`${name}: ${updatedReplicas} of ${replicas} pods are new, ${availableReplicas} available`];
  });
}

/** Waits until kubectl says which ports it took. */
function forwarded(child: ChildProcess, role: string): Promise<{ management: string; public: string }> {
  return new Promise((done, failed) => {
    const found = new Map<number, string>();
    const wanted = role === 'worker' ? 1 : 2;
    let said = '';
    const timer = setTimeout(
      () => failed(new Error(`no port of ${role} was forwarded: ${said.trim()}`)),
      patience,
    );
    child.once('error', (error) =>
      failed(new Error(`kubectl can't be run (${error.message}): npm run doctor says how to install it`)),
    );
    child.once('exit', () => failed(new Error(`kubectl ended for ${role}: ${said.trim()}`)));
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    child.stdout?.on('data', (chunk) => {
      for (const [, local, port] of String(chunk).matchAll(/127\.0\.0\.1:(\d+) -> (\d+)/g))
        found.set(Number(port), `http://127.0.0.1:${local}`);
      if (found.size < wanted) return;
      clearTimeout(timer);
      done({ management: found.get(ports.management) ?? '', public: found.get(ports.public) ?? '' });
    });
  });
}

function run({ env }: Cluster, program: string, args: readonly string[]): string {
  const done = spawnSync(program, args, { encoding: 'utf8', env });
  if (done.error)
    throw new Error(`${program} can't be run (${done.error.message}): npm run doctor says how to install it`);
  if (done.status !== 0)
    throw new Error(`${program} ${args.slice(0, 2).join(' ')}: ${done.stderr.trim().split('\n').at(-1)}`);
  return done.stdout;
}
