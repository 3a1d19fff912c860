/** The container of a backup: what comes out is what went in, or nothing does. */
import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { chunkBytes, Decrypt, Encrypt } from '../src/backup/format/container';
import { readKeys } from '../src/backup/format/keys';
import { isAuthentic, parseMetadata, renderMetadata } from '../src/backup/format/metadata';
import { backupAt, bytesOf, inPieces, ring } from './support/backup';

const keys = ring(1);
const name = 'backups/a/data';
const header = 49;
const sealed = chunkBytes + 16;

const encrypt = (plain: Buffer, piece = 10_000) =>
  bytesOf(Readable.from(inPieces(plain, piece), { objectMode: false }).pipe(new Encrypt(keys.current, name)));
const decrypt = (bytes: Buffer, given = keys, as = name, piece = 10_000) => {
  const output = new Decrypt(given, as);
  Readable.from(inPieces(bytes, piece), { objectMode: false }).pipe(output);
  return bytesOf(output);
};

describe('the container', () => {
  it.each([0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes, 3 * chunkBytes + 5])(
    'gives back %i bytes as they were, and is as long as its format says',
    async (length) => {
      const plain = randomBytes(length);
      const stored = await encrypt(plain);
      expect(stored.length).toBe(header + length + 16 * Math.max(1, Math.ceil(length / chunkBytes)));
      expect((await decrypt(stored)).equals(plain)).toBe(true);
    },
  );

  it('does not depend on how the bytes come in pieces', async () => {
    const plain = randomBytes(2 * chunkBytes + 77);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1000, max: 200_000 }),
        fc.integer({ min: 1000, max: 200_000 }),
        async (a, b) => {
          expect((await decrypt(await encrypt(plain, a), keys, name, b)).equals(plain)).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('can be read by whoever has the key and docs/backups.md', async () => {
    const stored = await encrypt(Buffer.from('hello'));
    expect(stored.subarray(0, 9).toString('latin1')).toBe('HFBACKUP\u0001');
    expect(stored.subarray(9, 17).toString('hex')).toBe(keys.current.id);
    const key = Buffer.from(
      hkdfSync('sha256', Buffer.alloc(32, 1), stored.subarray(17, 49), `holdfast backup v1:${name}`, 32),
    );
    const nonce = Buffer.from('000000000000000000000001', 'hex');
    const cipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(stored.subarray(0, 49));
    cipher.setAuthTag(stored.subarray(-16));
    expect(Buffer.concat([cipher.update(stored.subarray(49, -16)), cipher.final()]).toString()).toBe('hello');
  });

  it('never repeats itself', async () => {
    const plain = Buffer.alloc(100);
    expect((await encrypt(plain)).equals(await encrypt(plain))).toBe(false);
  });
});

describe('damage', () => {
  let stored: Buffer;
  beforeAll(async () => {
    stored = await encrypt(randomBytes(3 * chunkBytes));
  });
  const chunk = (index: number) => stored.subarray(header + index * sealed, header + (index + 1) * sealed);

  it('is found wherever one bit is turned', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(stored.length - 1), fc.nat(7), async (at, bit) => {
        const changed = Buffer.from(stored);
        changed[at] = (changed[at] as number) ^ (1 << bit);
        await expect(decrypt(changed)).rejects.toThrow(/damaged|has format|was encrypted with the key/);
      }),
      {
        numRuns: 40,
        examples: [
          [0, 0],
          [8, 1],
          [12, 0],
          [20, 0],
          [header, 0],
          [stored.length - 1, 7],
        ],
      },
    );
  });

  it.each([
    ['nothing is left', () => Buffer.alloc(0)],
    ['half of the header is left', () => stored.subarray(0, 20)],
    ['the header alone is left', () => stored.subarray(0, header)],
    ['a part of the last chunk is lost', () => stored.subarray(0, -5)],
    ['the last chunk is lost, at its very beginning', () => stored.subarray(0, header + 2 * sealed)],
    ['a chunk in the middle is lost', () => Buffer.concat([stored.subarray(0, header), chunk(0), chunk(2)])],
    [
      'two chunks have changed places',
      () => Buffer.concat([stored.subarray(0, header), chunk(1), chunk(0), chunk(2)]),
    ],
    ['something was appended', () => Buffer.concat([stored, Buffer.from('x')])],
    ['a chunk is there twice', () => Buffer.concat([stored, chunk(2)])],
  ])('is found when %s', async (_, made) => {
    await expect(decrypt(made())).rejects.toThrow(/^backups\/a\/data is damaged: /);
  });

  it('is found when the file is that of another backup', async () => {
    await expect(decrypt(stored, keys, 'backups/b/data')).rejects.toThrow(/damaged/);
  });

  it('is told apart from a key that is not there', async () => {
    await expect(decrypt(stored, ring(2))).rejects.toThrow(
      `was encrypted with the key ${keys.current.id}, and the key file holds ${ring(2).current.id}`,
    );
    expect((await decrypt(stored, ring(2, 1))).length).toBe(3 * chunkBytes);
  });
});

describe('metadata', () => {
  const text = renderMetadata(backupAt('2026-11-01T00:00:00.000Z', { keys: 5 }), keys);

  it('is read as it was written, and known for ours', () => {
    expect(parseMetadata(text)).toMatchObject({ keys: 5, kind: 'postgres' });
    expect(isAuthentic(text, ring(2, 1))).toBe(true);
  });

  it('is known for not ours when anything in it was changed', () => {
    expect(isAuthentic(text.replace('"keys": 5', '"keys": 6'), keys)).toBe(false);
    expect(() => isAuthentic(text, ring(3))).toThrow(/was encrypted with the key/);
  });

  it.each([
    ['{', 'is no JSON'],
    ['{}', 'is not valid: backup'],
    [text.replace('"format": 1', '"format": 2'), 'is not valid: format'],
    [text.replace('"kind": "postgres"', '"kind": "mysql"'), 'is not valid: kind'],
  ])('that is wrong says where: %#', (wrong, message) => {
    expect(() => parseMetadata(wrong)).toThrow(message);
  });
});

describe('a key file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-keys-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (text: string) => {
    const path = join(folder, 'keys');
    writeFileSync(path, text);
    return path;
  };
  const [one, two] = ['01'.repeat(32), '02'.repeat(32)];

  it('has the newest key first', () => {
    const read = readKeys(file(`${two}\n\n${one}\r\n`));
    expect(read.current.id).toBe(ring(2).current.id);
    expect(read.all.map(({ id }) => id)).toEqual([ring(2).current.id, keys.current.id]);
  });

  it.each([
    [undefined, /no key was given.*openssl rand -hex 32/],
    ['/nowhere/key', /\/nowhere\/key cannot be read \(ENOENT\)/],
    ['', /is empty/],
    [`${one}\nshort`, /Line 2 of the key file .* is no key/],
  ])('that is wrong says what to do: %#', (given, message) => {
    const path = given === undefined || given.startsWith('/nowhere') ? given : file(given);
    expect(() => readKeys(path)).toThrow(message);
  });
});
