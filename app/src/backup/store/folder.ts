import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { StartError } from '../../kernel/start-error';
import type { Store } from './index';

/** End of the name of a file that is being written. */
const unfinished = /\.partial-[0-9a-f]{12}$/;

/** Backups in a folder, readable by their owner alone. */
export class FolderStore implements Store {
  constructor(readonly place: string) {}

  async put(name: string, content: AsyncIterable<Buffer>): Promise<void> {
    const path = join(this.place, name);
    const temporary = `${path}.partial-${randomBytes(6).toString('hex')}`;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(temporary, 'wx', 0o600);
      try {
        for await (const part of content) await file.writeFile(part);
        // On the disk before it gets its name, and the name before anybody is told.
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw this.#explain(error, 'written', path);
    }
  }

  async get(name: string): Promise<AsyncIterable<Buffer> | undefined> {
    const path = join(this.place, name);
    const exists = await stat(path).then(
      () => true,
      (error) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
        throw this.#explain(error, 'read', path);
      },
    );
    return exists ? createReadStream(path) : undefined;
  }

  async list(prefix: string): Promise<string[]> {
    const names = (await this.#files()).map(({ name }) => name);
    return names.filter((name) => name.startsWith(prefix) && !unfinished.test(name)).sort();
  }

  async remove(name: string): Promise<void> {
    const path = join(this.place, name);
    await rm(path, { force: true }).catch((error) => {
      throw this.#explain(error, 'removed', path);
    });
    // The folder of a backup goes with its last file.
    if (dirname(name) !== '.') await rmEmpty(dirname(path));
  }

  async sweep(before: Date): Promise<number> {
    let removed = 0;
    for (const { name } of (await this.#files()).filter((file) => unfinished.test(file.name))) {
      const info = await stat(join(this.place, name)).catch(() => undefined);
      if (!info || info.mtime >= before) continue;
      await this.remove(name);
      removed += 1;
    }
    return removed;
  }

  async #files(): Promise<{ name: string }[]> {
    try {
      const entries = await readdir(this.place, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => ({
          name: relative(this.place, join(entry.parentPath, entry.name)).split(sep).join('/'),
        }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw this.#explain(error, 'listed', this.place);
    }
  }

  #explain(error: unknown, verb: string, path: string): unknown {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !/^E[A-Z]+$/.test(code)) return error;
    const remedy =
      code === 'ENOSPC'
        ? 'Free space there, or prune older backups ("holdfast backup prune").'
        : 'The folder must exist or be creatable, and be writable by this user.';
    return new StartError(`${path} cannot be ${verb} (${code}). ${remedy}`);
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function rmEmpty(path: string): Promise<void> {
  const { rmdir } = await import('node:fs/promises');
  await rmdir(path).catch(() => {});
}
