import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from './start-error';

/** How the command line of the same user reaches a process of the tier `local`. */
export interface ManagementAccess {
  readonly url: string;
  readonly token: string;
  readonly role: string;
  readonly pid: number;
}

const suffix = '.management.json';

/** Not from the list of users: a container's user needn't be in it. Where users have no number, files have 0. */
const userId = (): number => process.getuid?.() ?? 0;

/** Where these are kept unless HOLDFAST_RUN_DIRECTORY says otherwise. */
export const defaultRunDirectory = (): string => join(tmpdir(), `holdfast-${userId()}`);

/**
 * Leaves the address and the token of this process where only its user can read them.
 *
 * @returns takes them away
 * @throws StartError when the directory belongs to somebody else, or others may write to it
 */
export function leaveAccess(directory: string, access: ManagementAccess): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const found = lstatSync(directory);
  const foreign = found.uid !== userId() || (found.mode & 0o022) !== 0 || !found.isDirectory();
  if (foreign) {
    throw new StartError(
      `${directory} must be a directory of this user that nobody else may write to, because a token is left there. ` +
        'Remove it, or name another one by HOLDFAST_RUN_DIRECTORY.',
    );
  }
  const path = join(directory, `${access.pid}${suffix}`);
  rmSync(path, { force: true });
  writeFileSync(path, JSON.stringify(access), { mode: 0o600, flag: 'wx' });
  return () => rmSync(path, { force: true });
}

/** What running processes of this user have left; leftovers of dead ones are skipped. */
export function findAccess(directory: string): ManagementAccess[] {
  return filesIn(directory)
    .filter((name) => name.endsWith(suffix))
    .flatMap((name) => {
      try {
        const access = JSON.parse(readFileSync(join(directory, name), 'utf8')) as ManagementAccess;
        process.kill(access.pid, 0);
        return [access];
      } catch {
        return [];
      }
    });
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
