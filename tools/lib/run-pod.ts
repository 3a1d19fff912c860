import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PodContainer, PodProbe } from './local-pod';

export interface RunPodOptions {
  /** Folder that stands for the container's file system: every mount lies below it. */
  readonly root: string;
  /** Working directory, the image's /app. */
  readonly cwd: string;
  /** Content of mounted Secrets: file name to value. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Variables to add or replace, for what only a cluster can know: hosts of servers, how to log in to them. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Writes the mounts below `root` and returns the environment of the container, with every value that lies below a
 * mount path moved along: on this machine there is no mount namespace.
 */
export function materialise(container: PodContainer, options: RunPodOptions): Record<string, string> {
  for (const mount of container.mounts) {
    const folder = join(options.root, mount.path);
    mkdirSync(folder, { recursive: true });
    if (mount.kind === 'files') writeProjected(folder, mount.files);
    if (mount.kind === 'secret') writeProjected(folder, options.secrets ?? {});
  }
  const within = (value: string) =>
    container.mounts.some((mount) => value === mount.path || value.startsWith(`${mount.path}/`));
  const env = Object.fromEntries(
    Object.entries(container.env).map(([key, value]) => [
      key,
      within(value) ? join(options.root, value) : value,
    ]),
  );
  return { ...env, ...options.env };
}

/**
 * As the kubelet writes a ConfigMap or Secret: the files lie in a folder that `..data` points at, and an update swaps
 * that link. Who watches files here watches them as in a pod.
 */
export function writeProjected(folder: string, files: Readonly<Record<string, string>>): void {
  const link = join(folder, '..data');
  const old = existsSync(link) ? readlinkSync(link) : undefined;
  const version = basename(mkdtempSync(join(folder, '..version-')));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, version, name), content);
  symlinkSync(version, `${link}.new`);
  renameSync(`${link}.new`, link);
  if (old) rmSync(join(folder, old), { recursive: true, force: true });
  for (const name of Object.keys(files)) {
    rmSync(join(folder, name), { force: true });
    symlinkSync(join('..data', name), join(folder, name));
  }
}

/** Starts the container's command. In a process group of its own: Ctrl-C reaches us alone, and we pass it on once. */
export function startContainer(container: PodContainer, options: RunPodOptions): ChildProcess {
  const [command = '', ...rest] = [...container.command, ...container.args];
  const inherited = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR };
  return spawn(command === 'node' ? process.execPath : command, rest, {
    cwd: options.cwd,
    env: { ...inherited, ...materialise(container, options) } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

export const probeUrl = (container: PodContainer, probe: PodProbe): string => {
  const named = container.ports.find((port) => port.name === probe.port);
  return `http://127.0.0.1:${named?.containerPort ?? probe.port}${probe.path}`;
};

/** Asks once, as the kubelet does: any answer from 200 to 399 within the timeout is a success. */
export async function ask(container: PodContainer, probe: PodProbe): Promise<boolean> {
  try {
    const answer = await fetch(probeUrl(container, probe), {
      redirect: 'manual',
      signal: AbortSignal.timeout(probe.timeoutSeconds * 1000),
    });
    await answer.arrayBuffer();
    return answer.status >= 200 && answer.status < 400;
  } catch {
    return false;
  }
}

/** Asks with the probe's own timings until it succeeds; false after `failureThreshold` failures or when aborted. */
export async function waitFor(
  container: PodContainer,
  probe: PodProbe,
  signal: AbortSignal,
): Promise<boolean> {
  await sleep(probe.initialDelaySeconds * 1000);
  for (let failures = 0; failures < probe.failureThreshold; failures += 1) {
    if (signal.aborted) return false;
    if (await ask(container, probe)) return true;
    await sleep(probe.periodSeconds * 1000, undefined, { signal }).catch(() => undefined);
  }
  return false;
}
