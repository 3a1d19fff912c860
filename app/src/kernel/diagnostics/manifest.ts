import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** What `npm run build` leaves beside the compiled code. No time of day: the same source gives the same bytes. */
interface Manifest {
  readonly version: string;
  /** SHA-256 of each script, in hexadecimal digits. */
  readonly files: Readonly<Record<string, string>>;
}
const fileName = 'manifest.json';

function hashes(dist: string): Record<string, string> {
  const scripts = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(
    scripts.map((path) => [
      relative(dist, path).split(sep).join('/'),
      createHash('sha256').update(readFileSync(path)).digest('hex'),
    ]),
  );
}

export function writeManifest(dist: string, version: string): void {
  const manifest: Manifest = { version, files: hashes(dist) };
  writeFileSync(join(dist, fileName), `${JSON.stringify(manifest, null, 1)}\n`);
}

/** How the folder differs from what was built; nothing where it has no readable manifest. */
export function compareWithManifest(
  dist: string,
): { readonly version: string; readonly count: number; readonly differences: readonly string[] } | undefined {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(join(dist, fileName), 'utf8'));
  } catch {
    return undefined;
  }
  const now = hashes(dist);
  const names = [...new Set([...Object.keys(manifest.files), ...Object.keys(now)])].sort();
  const differences = names.flatMap((name) => {
    if (now[name] === manifest.files[name]) return [];
    if (now[name] === undefined) return [`${name} is missing`];
    return [manifest.files[name] === undefined ? `${name} was added` : `${name} was changed`];
  });
  return { version: manifest.version, count: names.length, differences };
}
