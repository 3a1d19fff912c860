import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ServiceRoleName, serviceRoleNames } from '../../../app/src/contract';
import type { Pod, Pods } from './pods';

interface Answer {
  readonly output?: string;
  readonly error?: string;
  /** Arguments of `holdfast`, and where the service is that it asks. */
  readonly run?: { readonly args: readonly string[]; readonly url: string };
  readonly forward?: { readonly from: number; readonly to: number };
}

/**
 * Answers what kubectl.cjs is asked, for as long as a drill lasts.
 *
 * @param exporterPort where the exporter is; default: there is none
 * @returns its address, and how to end it
 */
export async function serveKubectl(
  pods: Pods,
  exporterPort?: number,
): Promise<{ readonly url: string; close(): void }> {
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = await kubectl(JSON.parse(body) as string[], pods, exporterPort).catch((error: Error) => ({
      error: error.message,
    }));
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** What a step may ask of a drill's cluster; anything else is refused, so that no step seems to have worked. */
export async function kubectl(args: readonly string[], pods: Pods, exporterPort?: number): Promise<Answer> {
  const options = new Map<string, string>();
  const words: string[] = [];
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  for (let at = 0; at < own.length; at += 1) {
    const word = own[at] as string;
    if (!word.startsWith('-')) words.push(word);
    else if (word.includes('=')) options.set(word.split('=')[0] as string, word.slice(word.indexOf('=') + 1));
    else if (['-n', '-l', '-o', '-c'].includes(word)) {
      options.set(word, own[at + 1] ?? '');
      at += 1;
    } else options.set(word, '');
  }
  const [verb, first = '', second = ''] = words;
  const lines = Number(options.get('--tail') ?? 50);
  if (verb === 'get' && first === 'pods') return { output: table(pods.list()) };
  if (verb === 'logs') {
    const chosen = options.has('-l') ? pods.list() : [pod(first, pods)];
    return { output: chosen.flatMap(({ log }) => log.slice(-lines)).join('\n') };
  }
  if (verb === 'exec') {
    const [program, ...inside] = end < 0 ? [] : args.slice(end + 1);
    if (program !== 'holdfast')
      return { error: `a drill runs nothing but holdfast in a pod, not "${program}"` };
    return { run: { args: inside, url: pod(first, pods).process.managementUrl } };
  }
  if (verb === 'port-forward') {
    const from = Number(second);
    if (first === 'deployment/holdfast-exporter' && exporterPort !== undefined)
      return { forward: { from, to: exporterPort } };
    const to = pod(first, pods).process.ports[from === 8080 ? 'public' : 'management'];
    return { forward: { from, to } };
  }
  if (verb === 'rollout' && first === 'restart') {
    const role = roleOf(second);
    // kubectl says so at once; the roll-out goes on.
    void pods.rollOut(role);
    return { output: `deployment.apps/holdfast-${role} restarted` };
  }
  if (verb === 'rollout' && first === 'undo') {
    const role = roleOf(second);
    void pods.rollBack(role);
    return { output: `deployment.apps/holdfast-${role} rolled back` };
  }
  if (verb === 'rollout' && first === 'status') {
    pod(second, pods);
    return { output: `deployment "holdfast-${roleOf(second)}" successfully rolled out` };
  }
  if (verb === 'scale') {
    const role = roleOf(first);
    await pods.scale(role, Number(options.get('--replicas')));
    return { output: `deployment.apps/holdfast-${role} scaled` };
  }
  if (verb === 'delete' && first === 'pod') {
    pods.kill(roleOf(`deployment/${second}`));
    return { output: `pod "${second}" deleted` };
  }
  return { error: `a drill has no "kubectl ${words.join(' ')}"` };
}

function roleOf(target: string): ServiceRoleName {
  const role = /^deployment\/holdfast-(\w+)$/.exec(target)?.[1];
  const found = serviceRoleNames.find((name) => name === role);
  if (!found) throw new Error(`${target} not found`);
  return found;
}

function pod(target: string, pods: Pods): Pod {
  const found = pods.of(roleOf(target));
  if (!found) throw new Error(`${target} has no pod`);
  return found;
}

const table = (pods: readonly Pod[]): string =>
  [
    'NAME STATUS RESTARTS',
    ...pods.map(({ role, process, restarts }) =>
      [`holdfast-${role}`, process.child.exitCode === null ? 'Running' : 'CrashLoopBackOff', restarts].join(
        ' ',
      ),
    ),
  ].join('\n');
