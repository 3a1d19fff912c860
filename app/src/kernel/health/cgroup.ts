import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the container may use; absent where it has no limit of its own. */
export interface Limits {
  /** Processors, such as 0.5. */
  readonly processors?: number;
  readonly memoryBytes?: number;
  /** Memory in use that can't be taken back, as the kernel (and the kubelet) counts it. */
  readonly memoryUsedBytes?: number;
}

/** Version 1 writes "no limit" as the largest multiple of a page. */
const unlimitedBytes = 2 ** 60;

/**
 * Reads control groups of version 2, or else of version 1. Inside a container they lie at the root; where they don't
 * (a process of systemd, a shared mount), the process's own path below it is tried first.
 *
 * @param root default /sys/fs/cgroup
 * @param self default /proc/self/cgroup
 */
export function readLimits(root = '/sys/fs/cgroup', self = '/proc/self/cgroup'): Limits {
  const own = parseSelf(read(self) ?? '');
  return fromV2(root, own.get('') ?? '/') ?? fromV1(root, own);
}

/** Lines such as `0::/pod` (version 2) and `4:cpu,cpuacct:/pod` (version 1): controller → path. */
function parseSelf(text: string): Map<string, string> {
  const paths = new Map<string, string>();
  for (const line of text.trim().split('\n')) {
    const [, controllers = '', ...path] = line.split(':');
    for (const controller of controllers.split(',')) paths.set(controller, path.join(':') || '/');
  }
  return paths;
}

function fromV2(root: string, path: string): Limits | undefined {
  const file = (name: string) => read(join(root, path, name)) ?? read(join(root, name));
  const used = file('memory.current');
  const [quota, period] = (file('cpu.max') ?? '').trim().split(' ');
  if (used === undefined && !quota) return undefined;
  return limits({
    processors: quota && quota !== 'max' ? Number(quota) / Number(period) : undefined,
    memoryBytes: number(file('memory.max')),
    usage: number(used),
    inactive: statistic(file('memory.stat'), 'inactive_file'),
  });
}

function fromV1(root: string, own: ReadonlyMap<string, string>): Limits {
  const file = (controller: string, name: string) =>
    read(join(root, controller, own.get(controller) ?? '/', name)) ?? read(join(root, controller, name));
  const quota = number(file('cpu', 'cpu.cfs_quota_us'));
  const period = number(file('cpu', 'cpu.cfs_period_us'));
  return limits({
    processors: quota !== undefined && quota > 0 && period ? quota / period : undefined,
    memoryBytes: number(file('memory', 'memory.limit_in_bytes')),
    usage: number(file('memory', 'memory.usage_in_bytes')),
    inactive: statistic(file('memory', 'memory.stat'), 'total_inactive_file'),
  });
}

function limits(found: {
  processors: number | undefined;
  memoryBytes: number | undefined;
  usage: number | undefined;
  inactive: number;
}): Limits {
  const { processors, memoryBytes, usage, inactive } = found;
  return {
    ...(processors === undefined || Number.isNaN(processors) ? {} : { processors }),
    ...(memoryBytes === undefined || memoryBytes >= unlimitedBytes ? {} : { memoryBytes }),
    ...(usage === undefined ? {} : { memoryUsedBytes: Math.max(0, usage - inactive) }),
  };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** `max` is no number. */
function number(text: string | undefined): number | undefined {
  const value = Number(text?.trim() || Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

function statistic(text: string | undefined, key: string): number {
  const line = text?.split('\n').find((each) => each.startsWith(`${key} `));
  return number(line?.slice(key.length)) ?? 0;
}
