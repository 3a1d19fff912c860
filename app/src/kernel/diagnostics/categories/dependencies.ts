import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Finding, fail, pass } from '../types';

/** Packages are installed, in the versions that package.json pins. */
export function dependencies(): Finding[] {
  const root = join(__dirname, '..', '..', '..', '..');
  const pinned = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies;
  return compareInstalled(root, pinned);
}

export function compareInstalled(root: string, pinned: Readonly<Record<string, string>>): Finding[] {
  const findings = Object.entries(pinned).flatMap(([name, wanted]) => {
    const found = installedVersion(root, name);
    if (found === wanted) return [];
    const message = found ? `is ${found}, and ${wanted} is pinned` : `${wanted} is not installed`;
    return [fail(name, message, 'Run npm ci, or build the image again.')];
  });
  if (findings.length > 0) return findings;
  return [pass('packages', `all ${Object.keys(pinned).length} are installed as pinned`)];
}

/** Looked up as Node does, from the folder upwards; many packages don't export their package.json. */
function installedVersion(folder: string, name: string): string | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
  } catch {
    const above = dirname(folder);
    return above === folder ? undefined : installedVersion(above, name);
  }
}
