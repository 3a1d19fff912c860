import { resolve } from 'node:path';
import { exitCodes, StartError } from '../../kernel/start-error';

/** A place for backups: files by names with slashes. */
export interface Store {
  /** For people: the folder, or the address of the bucket. */
  readonly place: string;
  /** Writes a file whole or not at all; one of that name is replaced. */
  put(name: string, content: AsyncIterable<Buffer>): Promise<void>;
  /** Nothing when there is no such file. */
  get(name: string): Promise<AsyncIterable<Buffer> | undefined>;
  /** Names that begin with the prefix, unfinished files left out. */
  list(prefix: string): Promise<string[]>;
  /** Nothing happens when there is no such file. */
  remove(name: string): Promise<void>;
  /** Removes what interrupted writes left behind. @returns how many */
  sweep(before: Date): Promise<number>;
}

/**
 * @param location a folder, or s3://bucket/prefix
 * @throws StartError when none was given, or it isn't one
 */
export async function openStore(location: string | undefined): Promise<Store> {
  if (!location) {
    throw new StartError(
      'No place for backups was given. Name a folder or s3://bucket/prefix by --store or HOLDFAST_BACKUP_STORE.',
      exitCodes.usage,
    );
  }
  if (!location.includes('://')) return new (await import('./folder.js')).FolderStore(resolve(location));
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)\/?(.*?)\/?$/.exec(location) ?? [];
  if (bucket) return (await import('./s3.js')).openS3Store(bucket, prefix);
  throw new StartError(
    `${location} is no place for backups. Name a folder or s3://bucket/prefix.`,
    exitCodes.usage,
  );
}

/** @throws StartError that names the file when it is longer than a metadata file can be */
export async function readText(store: Store, name: string): Promise<string | undefined> {
  const content = await store.get(name);
  if (!content) return undefined;
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of content) {
    bytes += part.length;
    if (bytes > 16 * 1024 * 1024) throw new StartError(`${name} in ${store.place} is too long for metadata.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

export const writeText = (store: Store, name: string, text: string): Promise<void> =>
  store.put(
    name,
    (async function* () {
      yield Buffer.from(text);
    })(),
  );
