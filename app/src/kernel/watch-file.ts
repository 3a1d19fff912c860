import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Identity of the file's content as far as stat can tell; `absent` when there is no readable file. */
const signatureOf = (found: { ino: bigint; mtimeNs: bigint; size: bigint }): string =>
  `${found.ino}:${found.mtimeNs}:${found.size}`;

/**
 * Calls `onChange` after the file changed. Polls stat instead of using inotify, because a mounted ConfigMap
 * or Secret is changed by swapping the symbolic link `..data` above it: stat follows links, so the inode
 * differs afterwards.
 *
 * The first signature is taken at once: watch first, then load, and no change in between is missed.
 *
 * @param intervalMs milliseconds between two looks, default 1000
 * @returns stops watching
 */
export function watchFile(path: string, onChange: () => void, intervalMs = 1000): () => void {
  let signature = 'absent';
  try {
    signature = signatureOf(statSync(path, { bigint: true }));
  } catch {
    // An absent file is a state like any other: its appearance is a change.
  }
  const look = async () => {
    const now = await stat(path, { bigint: true }).then(signatureOf, () => 'absent');
    if (now === signature || stopped) return;
    signature = now;
    onChange();
  };
  let stopped = false;
  const timer = setInterval(() => void look(), intervalMs);
  timer.unref();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
