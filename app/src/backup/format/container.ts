/**
 * How a backup's bytes lie in the store (docs/backups.md describes it for other programs):
 *
 *     header   "HFBACKUP" | version 1 (1 byte) | key id (8 bytes) | salt (32 bytes)
 *     chunks   AES-256-GCM of up to 64 KiB each, followed by its tag of 16 bytes
 *
 * The key of a file is HKDF-SHA256(key, salt, "holdfast backup v1:" + name of the file), so that no file passes for
 * another. A chunk's nonce is its number and whether it is the last one; the header is authenticated with each. Chunks
 * that are changed, swapped, repeated or missing, at the end too, do not decrypt.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { StartError } from '../../kernel/start-error';
import { type BackupKey, derive, type KeyRing, keyWithId } from './keys';

const magic = Buffer.from('HFBACKUP');
const version = 1;
const headerBytes = magic.length + 1 + 8 + 32;
/** Plain bytes of every chunk but the last. */
export const chunkBytes = 64 * 1024;
const tagBytes = 16;

function nonce(index: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(index, 7);
  bytes[11] = last ? 1 : 0;
  return bytes;
}

/** Collects bytes and gives them back in pieces of one size. */
class Pieces {
  #held: Buffer[] = [];
  length = 0;

  add(bytes: Buffer): void {
    this.#held.push(bytes);
    this.length += bytes.length;
  }

  take(count: number): Buffer {
    const all = this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held);
    this.#held = [all.subarray(count)];
    this.length = all.length - count;
    return all.subarray(0, count);
  }
}

/** Encrypts a stream of any length in constant memory. */
export class Encrypt extends Transform {
  readonly #header: Buffer;
  readonly #fileKey: Buffer;
  readonly #pieces = new Pieces();
  #index = 0;

  /** @param name of the file in its store */
  constructor(key: BackupKey, name: string) {
    super();
    const salt = randomBytes(32);
    this.#header = Buffer.concat([magic, Buffer.from([version]), Buffer.from(key.id, 'hex'), salt]);
    this.#fileKey = derive(key.secret, salt, `holdfast backup v1:${name}`);
    this.push(this.#header);
  }

  override _transform(bytes: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.#pieces.add(bytes);
    // What may be the last chunk is held back until it is known.
    while (this.#pieces.length > chunkBytes) this.#push(this.#pieces.take(chunkBytes), false);
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#push(this.#pieces.take(this.#pieces.length), true);
    done();
  }

  #push(plain: Buffer, last: boolean): void {
    const cipher = createCipheriv('aes-256-gcm', this.#fileKey, nonce(this.#index, last));
    cipher.setAAD(this.#header);
    this.push(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
    this.#index += 1;
  }
}

/** Decrypts what `Encrypt` made. Ends with a StartError at the first chunk that isn't what was written. */
export class Decrypt extends Transform {
  readonly #pieces = new Pieces();
  #header: Buffer | undefined;
  #fileKey: Buffer | undefined;
  #index = 0;

  /** @param name of the file in its store */
  constructor(
    private readonly keys: KeyRing,
    private readonly fileName: string,
  ) {
    super();
  }

  override _transform(bytes: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.#pieces.add(bytes);
    this.#attempt(done, () => {
      if (!this.#header && this.#pieces.length >= headerBytes) this.#begin(this.#pieces.take(headerBytes));
      const whole = chunkBytes + tagBytes;
      while (this.#header && this.#pieces.length > whole) this.#push(this.#pieces.take(whole), false);
    });
  }

  override _flush(done: TransformCallback): void {
    this.#attempt(done, () => {
      const left = this.#pieces.length;
      if (!this.#header || left < tagBytes) throw damaged(this.fileName, 'it ends too early');
      this.#push(this.#pieces.take(left), true);
    });
  }

  #attempt(done: TransformCallback, work: () => void): void {
    try {
      work();
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  #begin(header: Buffer): void {
    if (!header.subarray(0, magic.length).equals(magic))
      throw damaged(this.fileName, 'it is no backup of Holdfast');
    if (header[magic.length] !== version) {
      throw new StartError(
        `${this.fileName} has format ${header[magic.length]}; this version reads format ${version}. Use a newer holdfast.`,
      );
    }
    const id = header.subarray(magic.length + 1, magic.length + 9).toString('hex');
    const key = keyWithId(this.keys, id, this.fileName);
    this.#header = Buffer.from(header);
    const salt = header.subarray(headerBytes - 32);
    this.#fileKey = derive(key.secret, salt, `holdfast backup v1:${this.fileName}`);
  }

  #push(sealed: Buffer, last: boolean): void {
    const cipher = createDecipheriv('aes-256-gcm', this.#fileKey as Buffer, nonce(this.#index, last));
    cipher.setAAD(this.#header as Buffer);
    cipher.setAuthTag(sealed.subarray(-tagBytes));
    try {
      this.push(Buffer.concat([cipher.update(sealed.subarray(0, -tagBytes)), cipher.final()]));
    } catch {
      throw damaged(
        this.fileName,
        `chunk ${this.#index + 1}${last ? ', its last,' : ''} is not what was written`,
      );
    }
    this.#index += 1;
  }
}

export const damaged = (name: string, how: string): StartError =>
  new StartError(
    `${name} is damaged: ${how}. Do not use it; "holdfast backup list" shows the others, "holdfast backup verify" checks them.`,
  );
