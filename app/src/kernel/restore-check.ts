import type { Kysely } from 'kysely';

/** Of the database that was restored. */
export interface RestoredDatabase {
  /** As the schema's owner. */
  readonly db: Kysely<unknown>;
  /** Names of this release's migrations, in their order. */
  readonly migrations: readonly string[];
}

/**
 * One thing that must work again after a restore. Each module that keeps data exports its own; roles/restore-checks.ts
 * lists them all. A check leaves nothing behind: what it writes, it rolls back.
 */
export interface RestoreCheck {
  readonly name: string;
  /** @returns what was seen @throws Error that says what is wrong */
  run(restored: RestoredDatabase): Promise<string>;
}

class RolledBack extends Error {}

/** Does some work in a transaction that is always rolled back. */
export async function withoutTrace<Result>(
  db: Kysely<unknown>,
  work: (trx: Kysely<unknown>) => Promise<Result>,
): Promise<Result> {
  let result: { readonly value: Result } | undefined;
  try {
    await db.transaction().execute(async (trx) => {
      result = { value: await work(trx) };
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return (result as { readonly value: Result }).value;
}
