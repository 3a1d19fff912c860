import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../../..');
const app = join(root, 'app');
const cache = join(root, 'node_modules/.cache/holdfast');

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}
const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
const contentsBelow = (directory: string) =>
  filesBelow(directory).flatMap((file) => [file, readFileSync(file, 'utf8')]);

/** Tar of a migrated PGlite data directory; a new one when the migrations, their runner or PGlite change. */
export const databaseTar = (): string => {
  const pglite = readFileSync(join(root, 'node_modules/@electric-sql/pglite/package.json'), 'utf8');
  const migrations = filesBelow(join(app, 'src')).filter((file) => /[\\/]migrations[\\/]/.test(file));
  const contents = migrations.flatMap((file) => [file, readFileSync(file, 'utf8')]);
  const parts = [...contents, JSON.parse(pglite).version];
  return join(cache, `pglite-${hashOf(parts)}.tar`);
};

/**
 * Folder that holds `dist/` and package.json like an installed image does; a new one when the sources change.
 */
export const buildDirectory = (): string =>
  join(
    cache,
    `app-${hashOf([...contentsBelow(join(app, 'src')), readFileSync(join(app, 'tsconfig.build.json'), 'utf8')])}`,
  );

/** Makes the file or folder once, whoever asks first: built beside its place, then renamed into it. */
export async function once(path: string, make: (temporary: string) => void | Promise<void>): Promise<void> {
  if (existsSync(path)) return;
  mkdirSync(cache, { recursive: true });
  const temporary = `${path}.${process.pid}`;
  await make(temporary);
  try {
    renameSync(temporary, path);
  } catch (error) {
    // Another run was quicker.
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  }
}
