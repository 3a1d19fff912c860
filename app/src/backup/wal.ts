import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exitCodes, StartError } from '../kernel/start-error';
import type { Catalog } from './catalog';
import type { KeyRing } from './format/keys';

/** What PostgreSQL archives: segments, and the small files about timelines and backups. */
const archived = /^[0-9A-F]{8}(\.history|[0-9A-F]{16}(\.[0-9A-F]{8}\.backup|\.partial)?)$/;
const walPrefix = 'wal/';

function nameOf(path: string): string {
  const name = basename(path);
  if (archived.test(name)) return `${walPrefix}${name}`;
  throw new StartError(
    `${name} is no file of a write-ahead log. In archive_command, give %p; to fetch one, %f and %p.`,
    exitCodes.usage,
  );
}

/**
 * For PostgreSQL's archive_command: done when it is stored. The same file may come again after a crash; another one of
 * its name is refused, for it is that of another server.
 */
export async function archiveSegment(
  catalog: Catalog,
  keys: KeyRing,
  path: string,
): Promise<'stored' | 'there'> {
  const name = nameOf(path);
  const there = await catalog.read(name, keys);
  if (there) {
    if (await isEqual(there, createReadStream(path))) return 'there';
    throw new StartError(
      `${name} in ${catalog.store.place} has another content: is it the archive of another server? Give each its own --store.`,
    );
  }
  await catalog.write(name, createReadStream(path), keys);
  return 'stored';
}

/** For PostgreSQL's restore_command. @throws StartError when there is no such file, which ends the recovery's way */
export async function fetchSegment(catalog: Catalog, keys: KeyRing, file: string, to: string): Promise<void> {
  const content = await catalog.read(nameOf(file), keys);
  if (!content) throw new StartError(`${file} is not in the archive ${catalog.store.place}.`);
  const temporary = `${to}.partial`;
  try {
    await pipeline(
      Readable.from(content, { objectMode: false }),
      createWriteStream(temporary, { mode: 0o600 }),
    );
    await rename(temporary, to);
  } finally {
    await rm(temporary, { force: true });
  }
}

export const listSegments = async (catalog: Catalog): Promise<string[]> =>
  (await catalog.store.list(walPrefix)).map((name) => name.slice(walPrefix.length));
export const removeSegment = (catalog: Catalog, name: string): Promise<void> =>
  catalog.store.remove(`${walPrefix}${name}`);

/**
 * Follows the archived log from a segment on, whatever its timeline.
 *
 * @returns after which segment the next one is missing; else the last one, and how many there are
 */
export function firstGap(
  names: readonly string[],
  from: string,
): { readonly after?: string; readonly last?: string; readonly count: number } {
  const segments = names
    .filter((name) => /^[0-9A-F]{24}$/.test(name) && name.slice(8) >= from.slice(8))
    .sort((a, b) => a.slice(8).localeCompare(b.slice(8)));
  const numbers = (name: string) => [8, 16].map((at) => Number.parseInt(name.slice(at, at + 8), 16));
  for (const [index, name] of segments.entries()) {
    const next = segments[index + 1];
    if (next === undefined) break;
    const [[high = 0, low = 0], [nextHigh = 0, nextLow = 0]] = [numbers(name), numbers(next)];
    const follows = nextHigh === high ? nextLow - low <= 1 : nextHigh === high + 1 && nextLow === 0;
    if (!follows) return { after: name, count: segments.length };
  }
  return { last: segments.at(-1), count: segments.length };
}

async function isEqual(a: AsyncIterable<Buffer>, b: AsyncIterable<Buffer>): Promise<boolean> {
  const [one, other] = [createHash('sha256'), createHash('sha256')];
  for await (const part of a) one.update(part);
  for await (const part of b) other.update(part);
  return one.digest('hex') === other.digest('hex');
}
