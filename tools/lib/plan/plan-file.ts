import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import type { SavedPlan } from './model';

export const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');

/** What identifies a saved plan: its own content, and the state that it was made against. */
export function identify(path: string, file: string): SavedPlan {
  const content = readFileSync(path);
  const state = readZipEntry(content, 'tfstate');
  const { serial, lineage } = JSON.parse(state?.toString() ?? '{}') as { serial?: number; lineage?: string };
  return { file, sha256: sha256(content), serial: serial ?? 0, lineage: lineage ?? '' };
}

const endOfDirectory = 0x06054b50;
const stored = 0;

/** One file out of a zip archive, which is what Terraform's plan files are; undefined where it has none of that name. */
export function readZipEntry(zip: Buffer, name: string): Buffer | undefined {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== endOfDirectory) end -= 1;
  if (end < 0) return undefined;
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const start = zip.readUInt32LE(at + 42);
    if (zip.toString('utf8', at + 46, at + 46 + (nameLength ?? 0)) === name) {
      const data = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
      const content = zip.subarray(data, data + size);
      return method === stored ? content : inflateRawSync(content);
    }
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return undefined;
}
