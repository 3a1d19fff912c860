import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../../kernel/start-error';

/** Seconds between two looks at something that AWS makes, and until it is given up. */
const everySeconds = 15;
const longestSeconds = 4 * 3600;

/**
 * Asks until AWS says that it is there.
 *
 * @param what as a sentence names it
 * @throws StartError when AWS says that it failed, or after four hours
 */
export async function untilAvailable(what: string, status: () => Promise<string | undefined>): Promise<void> {
  const deadline = Date.now() + longestSeconds * 1000;
  for (;;) {
    const now = (await status()) ?? 'missing';
    if (now === 'available') return;
    if (/fail|incompatible|delet|missing/.test(now))
      throw new StartError(`${what} is ${now}. AWS's events say why.`);
    if (Date.now() > deadline) {
      throw new StartError(
        `${what} is still ${now} after ${longestSeconds / 3600} h. Look at it in AWS's console.`,
      );
    }
    await sleep(everySeconds * 1000);
  }
}

/** Turns what AWS, or the way to it, said into one sentence. */
export async function explained<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StartError) throw error;
    const { name, message, code } = error as Error & { code?: string };
    const remedy = /AccessDenied|NotAuthorized|Credentials/.test(name)
      ? 'Give credentials of a role that may: docs/backups.md lists its permissions.'
      : 'See the name, AWS_REGION and AWS_ENDPOINT_URL.';
    throw new StartError(`${what}: ${name}: ${message || code}. ${remedy}`);
  }
}
