import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const packages = (
  JSON.parse(readFileSync(resolve(__dirname, '../../../package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, Locked>>;
  }
).packages;

export const isDevelopmentOnly = (path: string): boolean => packages[path]?.dev === true;

/** Where Node finds a package that is asked for in a folder, as the lock file lays it out. */
function resolvePackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder === '.' ? '' : folder, 'node_modules', name);
    if (packages[path]) return path;
    if (folder === '.' || folder === '') return undefined;
  }
}

/** Folders of the packages that the service needs to run, and of those that they need. */
export function installedPackages(): string[] {
  const found = new Set<string>();
  const visit = (path: string) => {
    const { dependencies, optionalDependencies, peerDependencies } = packages[path] ?? {};
    const names = { ...dependencies, ...optionalDependencies, ...peerDependencies };
    for (const name of Object.keys(names)) {
      const next = resolvePackage(name, path);
      if (next === undefined || found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit('app');
  return [...found].sort();
}
