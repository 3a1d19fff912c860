import { crc32 } from 'node:zlib';

/** 1 January 1980, midnight: the earliest that the format knows. A real time would change the archive with every run. */
const date = 0x00_21;
const regularFile = 0o100_644 * 0x1_00_00;
const madeOnUnix = 0x03_14;

/**
 * A ZIP archive, not compressed: the same files give the same bytes, on every machine and Node.
 *
 * @param files content by path, with forward slashes and in ASCII
 */
export function zip(files: Readonly<Record<string, Buffer>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const names = Object.keys(files).sort();
  for (const path of names) {
    const content = files[path] as Buffer;
    const name = Buffer.from(path, 'ascii');
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(10, 0); // version that is needed to extract it: 1.0
    shared.writeUInt16LE(date, 8);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(content.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(name.length, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), shared, name, content);

    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(regularFile, 6);
    entry.writeUInt32LE(offset, 10);
    const maker = Buffer.alloc(2);
    maker.writeUInt16LE(madeOnUnix, 0);
    directory.push(Buffer.from('PK\x01\x02', 'latin1'), maker, shared, entry, name);
    offset += 4 + shared.length + name.length + content.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(names.length, 4);
  end.writeUInt16LE(names.length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, index, Buffer.from('PK\x05\x06', 'latin1'), end]);
}
