import { createHmac, hkdfSync } from 'node:crypto';
import { readSecretFile } from '../../kernel/settings';
import { exitCodes, StartError } from '../../kernel/start-error';

/** A key of 256 bits, and what it is called in public. */
export interface BackupKey {
  /** 16 hexadecimal digits, derived from the key: tells which key is needed, and nothing about it. */
  readonly id: string;
  readonly secret: Buffer;
}

/** The keys in force: the first encrypts, all of them decrypt. */
export interface KeyRing {
  readonly current: BackupKey;
  readonly all: readonly BackupKey[];
}

const remedy =
  'Name a file (--key-file, HOLDFAST_BACKUP_KEY_FILE) with one key of 64 hexadecimal digits a line, the newest first; ' +
  'make one with: openssl rand -hex 32';

/**
 * Reads a key file. To rotate, put a new line above the old ones: older backups need their keys as long as they are kept.
 *
 * @throws StartError when there is none, or it isn't one
 */
export function readKeys(path: string | undefined): KeyRing {
  if (!path) throw new StartError(`Backups are encrypted, and no key was given. ${remedy}`, exitCodes.usage);
  let text: string;
  try {
    text = readSecretFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`The key file ${path} cannot be read (${code}). ${remedy}`, exitCodes.usage);
  }
  const all = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line, index) => {
      if (/^[0-9a-f]{64}$/i.test(line)) return keyOf(Buffer.from(line, 'hex'));
      throw new StartError(`Line ${index + 1} of the key file ${path} is no key. ${remedy}`, exitCodes.usage);
    });
  const [current] = all;
  if (!current) throw new StartError(`The key file ${path} is empty. ${remedy}`, exitCodes.usage);
  return { current, all };
}

/** @throws StartError that names both keys when the ring doesn't hold the one that is needed */
export function keyWithId(keys: KeyRing, id: string, of: string): BackupKey {
  const found = keys.all.find((key) => key.id === id);
  if (found) return found;
  const given = keys.all.map((key) => key.id).join(', ');
  throw new StartError(
    `${of} was encrypted with the key ${id}, and the key file holds ${given}. Add the key of that time to the file.`,
  );
}

export const keyOf = (secret: Buffer): BackupKey => ({
  id: derive(secret, Buffer.alloc(0), 'holdfast backup key id').subarray(0, 8).toString('hex'),
  secret,
});

/** 32 bytes for one purpose. */
export const derive = (secret: Buffer, salt: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, purpose, 32));

/** Code that only a holder of the key can make for the text. */
export const authenticate = (key: BackupKey, text: string): string =>
  createHmac('sha256', derive(key.secret, Buffer.alloc(0), 'holdfast backup metadata'))
    .update(text)
    .digest('hex');
