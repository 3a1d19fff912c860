import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** A package as package-lock.json has it. */
export interface Locked {
  readonly version?: string;
  readonly license?: string;
  /** A workspace, or the link to one. */
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** By the folder it is installed to: node_modules/fastify/node_modules/cookie. */
export type Lock = Readonly<Record<string, Locked>>;

export const readLock = (file = 'package-lock.json'): Lock => JSON.parse(readFileSync(file, 'utf8')).packages;

/** node_modules/@scope/name, however deep, is @scope/name. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 13);

/** The folders of all packages that are not ours. */
export const foreign = (lock: Lock): readonly string[] =>
  Object.keys(lock).filter((path) => path.includes('node_modules/') && !lock[path]?.link);

/**
 * What ends up in the service's image: what `workspace` depends on for production, and what that depends on, found as
 * Node finds it, from the folder of whoever asks upwards.
 */
export function shipped(lock: Lock, workspace = 'app'): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [workspace];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const { dependencies, optionalDependencies, peerDependencies } = lock[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const target = resolve(lock, path, name);
      if (target === undefined || found.has(target)) continue;
      found.add(target);
      queue.push(target);
    }
  }
  return found;
}

/** Undefined for what is optional and left out. */
function resolve(lock: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    const candidate = folder === '.' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (candidate in lock) return candidate;
    if (folder === '.') return undefined;
  }
}
