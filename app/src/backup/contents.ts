import type { Contents, TableFigures } from './format/metadata';

/** Runs one statement on one connection. */
export type Query = <Row>(text: string) => Promise<Row[]>;

const userTables = `
  select n.nspname as schema, c.relname as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  order by 1, 2`;

/** Written the same way everywhere, or the same values would have different checksums. */
const format = [
  `set timezone = 'UTC'`,
  `set datestyle = 'ISO, YMD'`,
  `set intervalstyle = 'iso_8601'`,
  'set extra_float_digits = 1',
  `set bytea_output = 'hex'`,
  'set statement_timeout = 0',
];

/**
 * Counts and sums up every table of the database, in the transaction that the connection is in.
 *
 * @param exact whether that transaction sees just what is saved
 */
export async function readContents(query: Query, exact: boolean): Promise<Contents> {
  for (const statement of format) await query(statement);
  const tables: Record<string, TableFigures> = {};
  for (const { schema, name } of await query<{ schema: string; name: string }>(userTables)) {
    const [row] = await query<{ rows: string; checksum: string }>(`
      select count(*)::text as rows,
        coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text as checksum
      from only ${quoted(schema)}.${quoted(name)} t`);
    tables[`${schema}.${name}`] = { rows: Number(row?.rows), checksum: row?.checksum ?? '' };
  }
  return { tables, exact, migrations: await readMigrations(query, tables) };
}

async function readMigrations(query: Query, tables: object): Promise<string[]> {
  if (!('public.kysely_migration' in tables)) return [];
  const rows = await query<{ name: string }>('select name from public.kysely_migration order by name');
  return rows.map(({ name }) => name);
}

/** What differs, a line each; nothing where all is as it was. */
export function compareContents(expected: Contents, found: Contents): string[] {
  const names = [...new Set([...Object.keys(expected.tables), ...Object.keys(found.tables)])].sort();
  const tables = names.flatMap((name) => {
    const [before, now] = [expected.tables[name], found.tables[name]];
    if (!now) return [`table ${name} is missing`];
    if (!before) return [`table ${name} was not in the backup`];
    // What was counted shortly before the snapshot tells which tables there were, and no more.
    if (!expected.exact) return [];
    if (before.rows !== now.rows) return [`table ${name} has ${now.rows} rows instead of ${before.rows}`];
    return before.checksum === now.checksum ? [] : [`the rows of table ${name} are not those of the backup`];
  });
  const [before, now] = [expected.migrations.join(', '), found.migrations.join(', ')];
  return before === now ? tables : [...tables, `the schema has the migrations ${now} instead of ${before}`];
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
