import { type Kysely, type RawBuilder, sql } from 'kysely';
import { backupLogin, exporter, roles, serviceRoleNames, viewerLogin } from '../../contract';
import type { Grants } from './index';

/** Two migrations at once must not create the same login; any number will do that nobody else uses. */
const lockId = 4_857_102_113;

/**
 * Creates one login per service role and gives it exactly the rights in `grants`, one for people, who read, one for backups, which read it all, and one
 * for the exporter, which reads statistics;
 * rights that a release no longer lists are taken away. The logins have no password: on RDS they log in with IAM tokens (`rds_iam`);
 * elsewhere an operator sets one, or the server trusts its network.
 */
export async function provisionLogins(db: Kysely<unknown>, grants: Grants): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(lockId)})`.execute(trx);
    const rdsIam = await exists(trx, 'rds_iam');
    const provision = async (name: string) => {
      const login = sql.id(name);
      if (!(await exists(trx, name))) await sql`create role ${login} login`.execute(trx);
      if (rdsIam) await sql`grant rds_iam to ${login}`.execute(trx);
      // Set on the login, not on the session: RDS Proxy would pin a session that changes its settings.
      await sql`alter role ${login} set statement_timeout = '30s'`.execute(trx);
      await sql`alter role ${login} set idle_in_transaction_session_timeout = '30s'`.execute(trx);
      await sql`revoke all on all tables in schema public from ${login}`.execute(trx);
      await sql`grant usage on schema public to ${login}`.execute(trx);
      return login;
    };
    for (const role of serviceRoleNames) {
      const login = await provision(roles[role].databaseUser);
      for (const [table, privileges] of Object.entries(grants[role])) {
        const list = sql.raw(privileges.join(', '));
        await sql`grant ${list} on ${sql.table(table)} to ${login}`.execute(trx);
      }
    }
    const viewer = await provision(viewerLogin.databaseUser);
    await sql`alter role ${viewer} set default_transaction_read_only = on`.execute(trx);
    await sql`grant select on all tables in schema public to ${viewer}`.execute(trx);
    await provisionBackup(trx, await provision(backupLogin.databaseUser));
    await provisionExporter(trx, await provision(exporter.databaseUser));
  });
}

/** Lets backups read all there is, for as long as that takes. */
async function provisionBackup(trx: Kysely<unknown>, login: RawBuilder<unknown>): Promise<void> {
  await sql`alter role ${login} set default_transaction_read_only = on`.execute(trx);
  await sql`alter role ${login} set statement_timeout = 0`.execute(trx);
  await sql`alter role ${login} set idle_in_transaction_session_timeout = 0`.execute(trx);
  await sql`grant select on all tables in schema public to ${login}`.execute(trx);
  await sql`grant select on all sequences in schema public to ${login}`.execute(trx);
}

/**
 * Lets the exporter see what all sessions do. Where the owner may not give that away, or there is no such extension, the
 * service runs as well, and the exporter tells less: that is no reason to stop a release.
 */
async function provisionExporter(trx: Kysely<unknown>, login: RawBuilder<unknown>): Promise<void> {
  await sql`alter role ${login} set default_transaction_read_only = on`.execute(trx);
  await attempt(trx, sql`grant pg_monitor to ${login}`);
  // RDS loads its library everywhere; its view reads the statistics of all databases, and no data.
  await attempt(trx, sql`create extension if not exists pg_stat_statements`);
}

/** Does it if this server and its owner's rights allow it. */
async function attempt(trx: Kysely<unknown>, statement: RawBuilder<unknown>): Promise<void> {
  await sql`savepoint attempt`.execute(trx);
  try {
    await statement.execute(trx);
    await sql`release savepoint attempt`.execute(trx);
  } catch (error) {
    if (!refusals.includes(String((error as { code?: unknown }).code))) throw error;
    await sql`rollback to savepoint attempt`.execute(trx);
  }
}

/** insufficient_privilege; an extension whose files are not there: undefined_file, feature_not_supported. */
const refusals = ['42501', '58P01', '0A000'];

async function exists(db: Kysely<unknown>, role: string): Promise<boolean> {
  const found = await sql`select 1 from pg_roles where rolname = ${role}`.execute(db);
  return found.rows.length > 0;
}
