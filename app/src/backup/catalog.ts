import { createHash } from 'node:crypto';
import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { exitCodes, StartError } from '../kernel/start-error';
import { Decrypt, damaged, Encrypt } from './format/container';
import type { KeyRing } from './format/keys';
import { type Backup, isAuthentic, kinds, parseMetadata, renderMetadata } from './format/metadata';
import { readText, type Store, writeText } from './store';

/** What a store holds: whole backups, newest first, and what looks like one and isn't. */
export interface Listing {
  readonly backups: readonly Backup[];
  readonly broken: readonly { readonly id: string; readonly problem: string }[];
}

export interface Written {
  readonly bytes: number;
  readonly sha256: string;
}

const metadataOf = (id: string) => `backups/${id}/backup.json`;
const payloadOf = (id: string) => `backups/${id}/data`;

/** @throws StartError unless the name is one of a backup or a kind, before it becomes part of a path */
const isName = (name: string) => /^[a-z0-9-]+$/.test(name);

/**
 * The backups of a store. A backup is there from the moment its metadata is: that is written last and removed first, so
 * that what was interrupted never passes for one.
 */
export class Catalog {
  constructor(readonly store: Store) {}

  async list(): Promise<Listing> {
    const names = await this.store.list('backups/');
    const ids = names.flatMap((name) => /^backups\/([^/]+)\/backup\.json$/.exec(name)?.[1] ?? []);
    const backups: Backup[] = [];
    const broken: { id: string; problem: string }[] = [];
    for (const id of ids) {
      try {
        const backup = parseMetadata((await readText(this.store, metadataOf(id))) ?? '');
        if (backup.id !== id) throw new Error(`backup.json is that of ${backup.id}`);
        if (backup.payload && !names.includes(payloadOf(id))) throw new Error('its data is missing');
        backups.push(backup);
      } catch (error) {
        broken.push({ id, problem: (error as Error).message });
      }
    }
    backups.sort((a, b) => b.startedAt.localeCompare(a.startedAt) || b.id.localeCompare(a.id));
    return { backups, broken };
  }

  /**
   * @param name of a backup, or a kind for its newest one
   * @throws StartError when there is none
   */
  async find(name: string): Promise<Backup> {
    const { backups, broken } = await this.list();
    const isKind = (kinds as readonly string[]).includes(name);
    const found = backups.find((backup) => (isKind ? backup.kind : backup.id) === name);
    if (found) return found;
    const bad = broken.find(({ id }) => id === name);
    if (bad) throw damaged(`${name} in ${this.store.place}`, bad.problem);
    throw new StartError(
      `There is no backup ${isKind ? `of the kind ${name}` : name} in ${this.store.place}. ` +
        'See "holdfast backup list".',
      isKind || isName(name) ? exitCodes.failure : exitCodes.usage,
    );
  }

  /** Compresses, encrypts and stores a file. */
  async write(name: string, content: AsyncIterable<Buffer>, keys: KeyRing): Promise<Written> {
    const hash = createHash('sha256');
    let bytes = 0;
    const measure = new Transform({
      transform(part: Buffer, _, done) {
        bytes += part.length;
        hash.update(part);
        done(null, part);
      },
    });
    const input = Readable.from(content, { objectMode: false });
    let stored: Promise<void> = Promise.resolve();
    try {
      await pipeline(
        ...([input, createGzip({ level: 6 }), new Encrypt(keys.current, name), measure] as const),
        (output) => {
          stored = this.store.put(name, output as AsyncIterable<Buffer>);
          return stored;
        },
      );
    } finally {
      // When the content breaks off, the store has yet to clear up.
      await stored.catch(() => {});
    }
    return { bytes, sha256: hash.digest('hex') };
  }

  /** Content of a file as it was given to `write`; nothing when there is no such file. */
  async read(name: string, keys: KeyRing): Promise<AsyncIterable<Buffer> | undefined> {
    const stored = await this.store.get(name);
    return stored && decoded(stored, name, keys);
  }

  writePayload(id: string, content: AsyncIterable<Buffer>, keys: KeyRing): Promise<Written> {
    return this.write(payloadOf(id), content, keys);
  }

  /** From here on it is a backup. */
  commit(backup: Backup, keys: KeyRing): Promise<void> {
    return writeText(this.store, metadataOf(backup.id), renderMetadata(backup, keys));
  }

  async open(backup: Backup, keys: KeyRing): Promise<AsyncIterable<Buffer>> {
    const content = await this.read(payloadOf(backup.id), keys);
    if (!content) throw damaged(backup.id, 'its data is missing');
    return content;
  }

  /**
   * Reads all of it: whether metadata and data are what was written.
   *
   * @throws StartError that says what is wrong
   */
  async check(backup: Backup, keys: KeyRing): Promise<void> {
    const text = (await readText(this.store, metadataOf(backup.id))) ?? '';
    if (!isAuthentic(text, keys)) throw damaged(backup.id, 'its metadata is not what was written');
    if (!backup.payload) return;
    const stored = await this.store.get(payloadOf(backup.id));
    if (!stored) throw damaged(backup.id, 'its data is missing');
    const hash = createHash('sha256');
    let bytes = 0;
    const measured = (async function* () {
      for await (const part of stored) {
        hash.update(part);
        bytes += part.length;
        yield part;
      }
    })();
    let failure: unknown;
    try {
      for await (const _ of decoded(measured, payloadOf(backup.id), keys));
    } catch (error) {
      failure = error;
    }
    // A different length or checksum says more than the chunk at which decryption gave up.
    if (!failure && bytes !== backup.payload.bytes)
      throw damaged(backup.id, `${bytes} bytes instead of ${backup.payload.bytes}`);
    if (failure) throw failure;
    if (hash.digest('hex') !== backup.payload.sha256) throw damaged(backup.id, 'its checksum differs');
  }

  async remove(id: string): Promise<void> {
    await this.store.remove(metadataOf(id));
    await this.store.remove(payloadOf(id));
  }

  /**
   * Removes what interrupted backups left behind: unfinished files, and data without metadata.
   *
   * @param before what is younger may still be on its way
   */
  async sweep(before: Date): Promise<number> {
    let removed = await this.store.sweep(before);
    const names = await this.store.list('backups/');
    for (const name of names.filter((each) => each.endsWith('/data'))) {
      const id = name.split('/')[1] as string;
      const started = startOf(id);
      if (names.includes(metadataOf(id)) || !started || started >= before) continue;
      await this.store.remove(name);
      removed += 1;
    }
    return removed;
  }
}

/** When the backup of that name was begun. */
function startOf(id: string): Date | undefined {
  const [, y, mo, d, h, mi, s] = /(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)z-/.exec(id) ?? [];
  return y === undefined ? undefined : new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}

function decoded(stored: AsyncIterable<Buffer>, name: string, keys: KeyRing): AsyncIterable<Buffer> {
  const output = new PassThrough();
  const steps = [
    Readable.from(stored, { objectMode: false }),
    new Decrypt(keys, name),
    createGunzip(),
  ] as const;
  // Whoever reads sees the error: the pipeline destroys the output with it.
  pipeline(...steps, output).catch(() => {});
  return output;
}
