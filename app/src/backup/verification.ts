import { type Kysely, sql } from 'kysely';
import { migrate, provisionLogins, type Schema } from '../kernel/database';
import type { RestoreCheck } from '../kernel/restore-check';
import { compareContents, type Query, readContents } from './contents';
import type { Backup } from './format/metadata';

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** What was seen, or what is wrong. */
  readonly detail: string;
}

/** What a restored database must pass. */
export interface Expectations {
  readonly schema: Schema;
  readonly checks: readonly RestoreCheck[];
}

/** Statements of one connection. */
export const queryOn =
  (db: Kysely<unknown>): Query =>
  async <Row>(text: string) =>
    (await sql.raw(text).execute(db)).rows as Row[];

/** Whether the database holds what the backup held. */
export async function checkContents(db: Kysely<unknown>, backup: Backup): Promise<CheckResult> {
  const { contents } = backup;
  return attempt('contents', async () => {
    if (!contents) return `nothing to compare with: ${backup.kind} backups may not count rows`;
    const found = await db.connection().execute((one) => readContents(queryOn(one), true));
    const differences = compareContents(contents, found);
    if (differences.length > 0) throw new Error(differences.join('; '));
    const rows = Object.values(found.tables).reduce((sum, table) => sum + table.rows, 0);
    const tables = Object.keys(found.tables).length;
    return contents.exact
      ? `${tables} tables with ${rows} rows, each as it was when it was saved`
      : `${tables} tables with ${rows} rows; rows were not counted in the snapshot that was saved`;
  });
}

/**
 * Migrations of this release that an older backup lacks, and the rights of the roles' logins, which no dump holds.
 *
 * @param logins whether the database knows logins at all
 */
export const bringUpToDate = (
  db: Kysely<unknown>,
  { migrations, grants }: Schema,
  { logins = true }: { readonly logins?: boolean } = {},
): Promise<CheckResult> =>
  attempt('schema', async () => {
    const names = await migrate(db, migrations);
    const done = names.length === 0 ? 'no migration was missing' : `migrated: ${names.join(', ')}`;
    if (!logins) return done;
    const allowed = await sql`
      select 1 from pg_roles where rolname = current_user and (rolcreaterole or rolsuper)`.execute(db);
    if (allowed.rows.length === 0) return `${done}; this login may not give the roles their rights`;
    await provisionLogins(db, grants);
    return `${done}; the roles have their rights`;
  });

/** What the service needs, looked at through its own code. */
export async function runChecks(
  db: Kysely<unknown>,
  { checks, schema }: Expectations,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, run } of checks) {
    results.push(await attempt(name, () => run({ db, migrations: Object.keys(schema.migrations) })));
  }
  return results;
}

export async function attempt(name: string, work: () => Promise<string>): Promise<CheckResult> {
  try {
    return { name, ok: true, detail: await work() };
  } catch (error) {
    return { name, ok: false, detail: (error as Error).message };
  }
}
