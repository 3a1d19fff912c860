import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backup, Kind } from '../../src/backup';
import { type KeyRing, keyOf } from '../../src/backup/format/keys';

/** A key ring of keys that are made of one byte each, the newest first. */
export function ring(...bytes: readonly number[]): KeyRing {
  const all = bytes.map((byte) => keyOf(Buffer.alloc(32, byte)));
  const [current] = all;
  if (!current) throw new Error('a ring needs a key');
  return { current, all };
}

export const bytesOf = async (content: AsyncIterable<Buffer>): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts);
};

/** Bytes in pieces of a size, as a stream brings them. */
export async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Metadata of a backup that was taken at a time; without data. */
export function backupAt(startedAt: string, changes: Partial<Backup> = {}): Backup {
  const kind: Kind = changes.kind ?? 'postgres';
  const stamp = startedAt.replace(/[-:]|\.\d+/g, '').toLowerCase();
  return {
    ...{ format: 1, id: `${kind}-${stamp}-0000`, kind, environment: 'local', target: 'holdfast@db:5432' },
    ...{ reason: 'by hand', startedAt, finishedAt: startedAt, durationSeconds: 1 },
    ...{ toolVersion: '0.0.0', serverVersion: '15', ...changes },
  };
}

export interface Folder {
  readonly path: string;
  remove(): void;
}
export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-backup-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
