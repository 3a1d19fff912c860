import {
  type DatabaseConnection,
  type Dialect,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import type { Client } from 'pg';
import { type MigrationSet, migrate } from '../../kernel/database';
import { StartError } from '../../kernel/start-error';
import type { Query } from '../contents';
import { emptyDatabase } from '../drivers/empty-database';
import type { Backup } from '../format/metadata';
import { copyIn } from './copy';
import { copyFrom, type Layout, nameOf, ScriptReader, setSequence } from './script';

/** Statements of a client. */
export const queryBy =
  (client: Client): Query =>
  async <Row>(text: string) =>
    (await client.query(text)).rows as Row[];

/**
 * Makes the database what the backup was: the schema by the migrations of that time, the rows by COPY. All in one
 * transaction: it holds all of the backup, or what it held before.
 */
export async function load(
  client: Client,
  backup: Backup,
  content: AsyncIterable<Buffer>,
  migrations: MigrationSet,
): Promise<void> {
  const query = queryBy(client);
  const script = new ScriptReader(backup.id, content);
  const layout = await script.layout();
  const schema = schemaOf(backup, migrations);
  await query('begin');
  await query(emptyDatabase);
  await migrate(within(client), schema);
  await checkTables(query, backup, layout);
  const links = await dropLinks(query);
  // A migration may have put rows in; its own triggers are not asked about rows that they saw already.
  for (const table of layout.tables) {
    await query(`truncate ${nameOf(table)}`);
    await query(`alter table ${nameOf(table)} disable trigger user`);
  }
  for (const table of layout.tables) await copyIn(client, copyFrom(table), script.rows(table));
  await script.drain();
  for (const sequence of layout.sequences) await query(setSequence(sequence));
  for (const table of layout.tables) await query(`alter table ${nameOf(table)} enable trigger user`);
  for (const link of links) await query(link);
  await query('commit');
}

/** The migrations that the schema had. */
function schemaOf({ id, contents }: Backup, migrations: MigrationSet): MigrationSet {
  const names = contents?.migrations ?? [];
  const unknown = names.filter((name) => !(name in migrations));
  if (unknown.length > 0) {
    throw new StartError(
      `${id} was taken by a newer release: this one does not know the migrations ${unknown.join(', ')}. ` +
        'Restore it with the release that took it, or a newer one.',
    );
  }
  return Object.fromEntries(Object.entries(migrations).filter(([name]) => names.includes(name)));
}

async function checkTables(query: Query, { id }: Backup, { tables }: Layout): Promise<void> {
  const rows = await query<{ schema: string; name: string }>(
    `select n.nspname as schema, c.relname as name from pg_class c
     join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r'`,
  );
  const there = new Set(rows.map(nameOf));
  const missing = tables.map(nameOf).filter((name) => !there.has(name));
  if (missing.length === 0) return;
  throw new StartError(
    `${id} holds rows of ${missing.join(', ')}, which no migration makes: somebody made them by hand. ` +
      'Nothing was restored. A backup of the kind "postgres" keeps such tables.',
  );
}

/** Takes away what one table demands of another, which no order of loading would meet. @returns how it comes back */
async function dropLinks(query: Query): Promise<string[]> {
  const links = await query<{ drop: string; add: string }>(`
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as add
    from pg_constraint where contype = 'f' and conparentid = 0 order by conrelid, conname`);
  for (const { drop } of links) await query(drop);
  return links.map(({ add }) => add);
}

/** The client's own session and transaction again, for kysely, which would begin another. */
function within(client: Client): Kysely<unknown> {
  const connection: DatabaseConnection = {
    executeQuery: async ({ sql, parameters }) => {
      const { rows } = await client.query(sql, [...parameters]);
      return { rows };
    },
    streamQuery: () => {
      throw new Error('migrations stream nothing');
    },
  };
  const nothing = async () => {};
  const dialect: Dialect = {
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createDriver: () => ({
      init: nothing,
      acquireConnection: async () => connection,
      releaseConnection: nothing,
      // What fails reaches whoever began it, and is rolled back there.
      beginTransaction: nothing,
      commitTransaction: nothing,
      rollbackTransaction: nothing,
      destroy: nothing,
    }),
  };
  return new Kysely<unknown>({ dialect });
}
