import { type Generated, type Kysely, sql } from 'kysely';
import type { RenderedFlag } from '../../contract';
import { ResourceProblem } from '../problems';

/** The tables as migrations/ leaves them. jsonb is written as text and read as what it holds. */
export interface FlagTables {
  flag_overrides: {
    key: string;
    definition: unknown;
    /** bigint: a string with `pg`, a number with PGlite. */
    version: string | number;
    updated_at: Generated<Date>;
    updated_by: string;
  };
  flag_changes: {
    id: Generated<string | number>;
    at: Generated<Date>;
    key: string;
    actor: string;
    action: string;
    reason: string;
    before: unknown;
    after: unknown;
  };
}

export interface Override {
  readonly key: string;
  readonly definition: RenderedFlag;
  readonly version: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface Change {
  readonly key: string;
  readonly actor: string;
  readonly action: string;
  readonly reason: string;
  /** The new override; nothing takes the override away. */
  readonly after?: RenderedFlag;
  /** Version of the override that the caller saw, 0 for none. Default: whatever is there. */
  readonly version?: number;
}

export interface RecordedChange {
  readonly id: number;
  readonly at: string;
  readonly key: string;
  readonly actor: string;
  readonly action: string;
  readonly reason: string;
  readonly before: unknown;
  readonly after: unknown;
}

const json = (value: unknown) => (value === undefined ? null : sql`${JSON.stringify(value)}::jsonb`);
const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

export async function readOverrides(db: Kysely<FlagTables>): Promise<Override[]> {
  const rows = await db.selectFrom('flag_overrides').selectAll().orderBy('key').execute();
  return rows.map((row) => ({
    key: row.key,
    definition: row.definition as RenderedFlag,
    version: Number(row.version),
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  }));
}

/**
 * Makes all changes or none, and writes down each.
 *
 * @returns the version of each change, in their order
 * @throws Problem RES_VERSION_CONFLICT when somebody else was faster, RES_FLAG_READ_ONLY when the login may not
 */
export async function writeChanges(db: Kysely<FlagTables>, changes: readonly Change[]): Promise<number[]> {
  try {
    return await db.transaction().execute(async (trx) => {
      const versions: number[] = [];
      // In one order everywhere: two imports at once wait for each other instead of locking each other out.
      for (const change of [...changes].sort((a, b) => (a.key < b.key ? -1 : 1))) {
        versions.push(await writeChange(trx, change));
      }
      return versions;
    });
  } catch (error) {
    // Two made the first override of a flag at once.
    if (codeOf(error) === '23505') {
      const detail = 'somebody else made an override at the same moment; read it again and decide anew';
      throw new ResourceProblem('RES_VERSION_CONFLICT', { cause: error, detail });
    }
    if (codeOf(error) === '42501') throw new ResourceProblem('RES_FLAG_READ_ONLY', { cause: error });
    throw error;
  }
}

async function writeChange(trx: Kysely<FlagTables>, change: Change): Promise<number> {
  const { key, actor, action, reason, after } = change;
  const found = await trx
    .selectFrom('flag_overrides')
    .select(['definition', 'version'])
    .where('key', '=', key)
    .forUpdate()
    .executeTakeFirst();
  const current = Number(found?.version ?? 0);
  if (change.version !== undefined && change.version !== current) {
    throw new ResourceProblem('RES_VERSION_CONFLICT', {
      detail: `flag "${key}": the version is ${current}, not ${change.version}; read it again and decide anew`,
      members: { key, version: current },
    });
  }
  const { id } = await trx
    .insertInto('flag_changes')
    .values({ key, actor, action, reason, before: json(found?.definition), after: json(after) } as never)
    .returning('id')
    .executeTakeFirstOrThrow();
  const version = Number(id);
  const row = { definition: json(after), version, updated_at: sql`now()`, updated_by: actor } as never;
  if (!after) await trx.deleteFrom('flag_overrides').where('key', '=', key).execute();
  else if (found) await trx.updateTable('flag_overrides').set(row).where('key', '=', key).execute();
  else
    await trx
      .insertInto('flag_overrides')
      .values({ key, ...(row as object) } as never)
      .execute();
  return version;
}

/** The newest changes first. */
export async function readChanges(
  db: Kysely<FlagTables>,
  { key, limit }: { readonly key?: string; readonly limit: number },
): Promise<RecordedChange[]> {
  let select = db.selectFrom('flag_changes').selectAll();
  if (key !== undefined) select = select.where('key', '=', key);
  const rows = await select.orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => ({ ...row, id: Number(row.id), at: row.at.toISOString() }));
}
