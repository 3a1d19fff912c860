import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { StartError } from '../../kernel/start-error';
import type { Backup } from '../format/metadata';
import { type CheckResult, checkContents, type Expectations, runChecks } from '../verification';
import { drain } from './driver';
import { type PostgresServer, withDatabase } from './postgres-server';

/** Makes a database hold what the backup held. */
export type Load = (server: PostgresServer, backup: Backup, content: AsyncIterable<Buffer>) => Promise<void>;

/** Restores into a database of its own on the same server, compares, and drops it. */
export async function rehearse(
  server: PostgresServer,
  expectations: Expectations,
  backup: Backup,
  content: AsyncIterable<Buffer>,
  load: Load,
): Promise<CheckResult[]> {
  const name = `holdfast_verify_${randomBytes(4).toString('hex')}`;
  const scratch = { ...server, settings: { ...server.settings, HOLDFAST_DATABASE_NAME: name } };
  return withDatabase(server, async (db) => {
    await createDatabase(db, name, server.login, content);
    try {
      await load(scratch, backup, content);
      return await withDatabase(scratch, async (restored) => {
        const compared = await checkContents(restored, backup);
        return [{ ...compared, name: 'rehearsal' }, ...(await runChecks(restored, expectations))];
      });
    } finally {
      await sql`drop database if exists ${sql.id(name)} with (force)`.execute(db);
    }
  });
}

async function createDatabase(
  db: Kysely<unknown>,
  name: string,
  login: string,
  content: AsyncIterable<Buffer>,
): Promise<void> {
  try {
    await sql`create database ${sql.id(name)} template template0`.execute(db);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    await drain(content).catch(() => {});
    throw new StartError(
      `A deep check restores into a database of its own, and ${login} may not create one. ` +
        `Name another login (--login), or let it: alter role ${login} createdb`,
    );
  }
}
