import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { recordBackup } from '../../kernel/backups';
import { lockDirectory } from '../../kernel/database/directory-lock';
import type { Environment } from '../../kernel/settings';
import type { Backup } from '../format/metadata';
import { type CheckResult, checkContents, type Expectations, runChecks } from '../verification';
import { defaultKind, pgliteDirectory, postgresServer } from './index';
import { withPglite } from './pglite';
import { withDatabase } from './postgres-server';

/** The database that the settings name, whatever its engine is. */
async function withConfigured<Result>(
  env: Environment,
  login: string | undefined,
  work: (db: Kysely<unknown>) => Promise<Result>,
): Promise<Result> {
  if (defaultKind(env) === 'postgres') return withDatabase(postgresServer(env, login), work);
  const directory = pgliteDirectory(env);
  const unlock = await lockDirectory(directory);
  try {
    return await withPglite(join(directory, 'pglite'), work);
  } finally {
    unlock();
  }
}

/** The checks that end a restore, on whatever database the settings name. @param backup to compare its rows with */
export const checkDatabase = (
  env: Environment,
  login: string | undefined,
  expectations: Expectations,
  backup: Backup | undefined,
): Promise<CheckResult[]> =>
  withConfigured(env, login, async (db) => [
    ...(backup ? [await checkContents(db, backup)] : []),
    ...(await runChecks(db, expectations)),
  ]);

/** Notes in the database that a backup was taken, for the metric. */
export const noteBackup = (env: Environment, login: string | undefined, backup: Backup): Promise<void> =>
  withConfigured(env, login, (db) => recordBackup(db, backup));
