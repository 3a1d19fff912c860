import type { Probe } from '../../app/src/contract';
import type { StackJson } from './stack-json';

/**
 * A container as the kubelet would start it, read from a synthesised Deployment or Job. `npm run up` and the contract
 * tests start the service from this and from nothing else, so what they prove holds for the manifest.
 */
export interface PodContainer {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly probes: Readonly<Partial<Record<'startup' | 'liveness' | 'readiness', PodProbe>>>;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly terminationGracePeriodSeconds: number;
}

export interface PodProbe extends Omit<Probe, 'path' | 'port'> {
  readonly path: string;
  /** Number, or name of one of the container's ports. */
  readonly port: string;
  readonly initialDelaySeconds: number;
}

export type Mount =
  /** Files with known content: a ConfigMap. */
  | { readonly kind: 'files'; readonly path: string; readonly files: Readonly<Record<string, string>> }
  /** Files whose content only the cluster knows: a Secret. */
  | { readonly kind: 'secret'; readonly path: string; readonly secretName: string }
  /** A folder that starts empty or keeps its content: emptyDir, PersistentVolumeClaim. */
  | { readonly kind: 'folder'; readonly path: string; readonly claimName?: string };

type Block = Record<string, unknown>;

/** Reads the first container of the workload called `name`. Throws where the manifest lacks what a pod needs. */
export function containerOf(stack: StackJson, name: string): PodContainer {
  const workload = [
    ...Object.values(stack.resource?.kubernetes_deployment_v1 ?? {}),
    ...Object.values(stack.resource?.kubernetes_job_v1 ?? {}),
  ].find((block) => one(block.metadata).name === name);
  if (!workload) throw new Error(`the stack holds no Deployment or Job called "${name}"`);
  const pod = one(one(one(workload.spec).template).spec);
  const container = one(pod.container);
  const text = (key: string): string[] => many(container[key]).map(String);
  return {
    command: text('command'),
    args: text('args'),
    env: environmentOf(stack, container),
    mounts: many(container.volume_mount).map((mount) => mountOf(stack, pod, mount as Block)),
    ports: many(container.port).map((port) => ({
      name: String((port as Block).name),
      containerPort: Number((port as Block).container_port),
    })),
    probes: {
      startup: probeOf(container.startup_probe),
      liveness: probeOf(container.liveness_probe),
      readiness: probeOf(container.readiness_probe),
    },
    terminationGracePeriodSeconds: Number(pod.termination_grace_period_seconds),
  };
}

function environmentOf(stack: StackJson, container: Block): Record<string, string> {
  const fromMaps = many(container.env_from).map((source) => {
    const reference = one((source as Block).config_map_ref);
    return configMap(stack, String(reference.name));
  });
  const own = many(container.env).map((variable) => {
    const { name, value } = variable as { name: string; value?: string };
    if (value === undefined) throw new Error(`the variable ${name} has no literal value`);
    return { [name]: value };
  });
  return Object.assign({}, ...fromMaps, ...own);
}

function mountOf(stack: StackJson, pod: Block, mount: Block): Mount {
  const path = String(mount.mount_path);
  const volume = many(pod.volume).find((candidate) => (candidate as Block).name === mount.name) as
    | Block
    | undefined;
  if (!volume)
    throw new Error(`nothing is called "${mount.name}" among the volumes that ${path} is mounted from`);
  if (volume.config_map) {
    return { kind: 'files', path, files: configMap(stack, String(one(volume.config_map).name)) };
  }
  if (volume.secret) return { kind: 'secret', path, secretName: String(one(volume.secret).secret_name) };
  if (volume.persistent_volume_claim) {
    return { kind: 'folder', path, claimName: String(one(volume.persistent_volume_claim).claim_name) };
  }
  return { kind: 'folder', path };
}

function configMap(stack: StackJson, name: string): Record<string, string> {
  const found = Object.values(stack.resource?.kubernetes_config_map_v1 ?? {}).find(
    (block) => one(block.metadata).name === name,
  );
  if (!found) throw new Error(`the stack holds no ConfigMap called "${name}"`);
  return Object.fromEntries(
    Object.entries(found.data as Record<string, string>).map(([key, value]) => [
      key,
      unescapeTemplate(value),
    ]),
  );
}

function probeOf(block: unknown): PodProbe | undefined {
  if (block === undefined) return undefined;
  const probe = one(block);
  const http = one(probe.http_get);
  return {
    path: String(http.path),
    port: String(http.port),
    initialDelaySeconds: Number(probe.initial_delay_seconds ?? 0),
    // Kubernetes' own defaults, where the manifest is silent.
    periodSeconds: Number(probe.period_seconds ?? 10),
    timeoutSeconds: Number(probe.timeout_seconds ?? 1),
    failureThreshold: Number(probe.failure_threshold ?? 3),
  };
}

/** Terraform's JSON allows a block to be given as an object or as a list of one. */
function one(block: unknown): Block {
  const found = Array.isArray(block) ? block[0] : block;
  if (found === null || typeof found !== 'object') throw new Error('a block that a pod needs is missing');
  return found as Block;
}
const many = (block: unknown): unknown[] =>
  block === undefined ? [] : Array.isArray(block) ? block : [block];

/** `$${` in Terraform's JSON is a literal `${`. */
const unescapeTemplate = (text: string): string =>
  text.replace(/([$%])\1\{/g, (_, sign: string) => `${sign}{`);
