import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedKeyLength } from '../../../app/src/contract';
import type { SecretName } from './model';
import { cacheUsers, type StoreUser, storeUsers } from './stores';

/** Below the Compose folder, and known to no repository. */
export const secretsFolder = 'secrets';

/** Generated once each. */
const random: readonly SecretName[] = [
  'database-superuser',
  'database-owner',
  ...storeUsers.flatMap((user) => [`database-${user}`, `cache-${user}`] as const),
  'signing-key',
  'management-token',
  'grafana-admin',
];

/**
 * Makes the passwords and keys that are missing, and keeps those that are there: PostgreSQL has written its own into its
 * volume. Compose hands a file to a container with the host's owner and mode, and each image runs as another user; so
 * everybody may read the files, and nobody but their owner may enter their folder.
 *
 * @returns names of those that were made
 */
export function writeSecrets(folder: string, environment: string): SecretName[] {
  const home = join(folder, secretsFolder);
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o700);
  const made = random.filter((name) => !existsSync(join(home, name)));
  const write = (name: SecretName, content: string) => {
    writeFileSync(join(home, name), content, { mode: 0o444 });
    // The mode of a new file is subject to the umask.
    chmodSync(join(home, name), 0o444);
  };
  for (const name of made) write(name, randomBytes(generatedKeyLength / 2).toString('hex'));
  const hash = (user: StoreUser) =>
    createHash('sha256')
      .update(readFileSync(join(home, `cache-${user}`), 'utf8'))
      .digest('hex');
  const users = cacheUsers(environment, hash);
  const file = join(home, 'cache-users' satisfies SecretName);
  if (!existsSync(file) || readFileSync(file, 'utf8') !== users) {
    if (existsSync(file)) chmodSync(file, 0o644);
    write('cache-users', users);
  }
  return made;
}
