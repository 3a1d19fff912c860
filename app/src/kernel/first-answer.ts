import type { Settings } from '../contract';
import type { Database } from './database';
import { type Clock, causeOf, systemClock, within } from './health/clock';
import type { Logger } from './logging';

/** Milliseconds between two attempts. */
const pauseMs = 250;

/**
 * Waits until a database server answers, HOLDFAST_DATABASE_WAIT_SECONDS at most: it may be starting itself, or failing over. After
 * that the start goes on without it, degraded (health checks connect later): to end instead would take every pod away
 * that is started during an outage.
 */
export async function firstAnswer(
  database: Pick<Database, 'check'>,
  settings: Pick<Settings, 'HOLDFAST_DATABASE_ENGINE' | 'HOLDFAST_DATABASE_WAIT_SECONDS'>,
  log: Pick<Logger, 'info' | 'warn'>,
  clock: Clock = systemClock,
): Promise<void> {
  const { HOLDFAST_DATABASE_WAIT_SECONDS: seconds } = settings;
  // What is embedded is open by now.
  if (settings.HOLDFAST_DATABASE_ENGINE === 'pglite' || seconds === 0) return;
  const deadline = clock.elapsed() + seconds * 1000;
  const left = () => Math.max(0, deadline - clock.elapsed());
  for (let attempt = 1; ; attempt += 1) {
    const asked = database.check().then(() => undefined, causeOf);
    // An attempt that hangs is over with the time that is left.
    const answer = await within(asked, left(), clock);
    const cause = answer.done ? answer.value : 'no answer';
    if (cause === undefined) {
      if (attempt > 1) log.info({ attempts: attempt }, 'the database answers');
      return;
    }
    if (left() <= pauseMs) {
      log.warn(`the database did not answer within ${seconds} s (${cause}); starting degraded, without it`);
      return;
    }
    if (attempt === 1) log.info(`waiting for the database, ${seconds} s at most: ${cause}`);
    await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
  }
}
