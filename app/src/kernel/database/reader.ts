import type { Kysely } from 'kysely';
import type { Logger } from '../logging';
import { isDatabaseUnavailable, isTransient } from './failures';

export type Query<Result> = (db: Kysely<unknown>) => Promise<Result>;

/** Milliseconds for which a replica that failed is left alone: not every request shall wait for it. */
const pauseMs = 30_000;

/**
 * Reads from a replica, and from the primary when the replica can't: it is gone, it ended the query because replay needed
 * the rows (40001), or it doesn't know the newest table yet (42P01). A query that took too long (57014) is not tried
 * again: it would take as long there, and load the primary.
 */
export function readingFrom(
  reader: Kysely<unknown>,
  primary: Kysely<unknown>,
  log: Logger,
  now: () => number = Date.now,
): <Result>(query: Query<Result>) => Promise<Result> {
  let pausedUntil = 0;
  return async (query) => {
    if (now() < pausedUntil) return query(primary);
    try {
      return await query(reader);
    } catch (error) {
      if (!isTransient(error) || (error as { code?: unknown }).code === '57014') throw error;
      if (isDatabaseUnavailable(error)) {
        if (now() >= pausedUntil)
          log.warn({ err: error }, 'the read replica fails; reading from the primary');
        pausedUntil = now() + pauseMs;
      }
      return query(primary);
    }
  };
}
