/**
 * A database's rows as a script that psql would run, too, on a database whose schema has the same migrations:
 *
 *     -- holdfast rows {"format":1,"tables":[…],"sequences":[…]}
 *     copy "public"."event_batches" ("id", "events") from stdin;
 *     1    [{"name": "a"}]
 *     \.
 *     select setval('"public"."event_batches_id_seq"', 1);
 */
import { Readable } from 'node:stream';
import type { Client } from 'pg';
import { z } from 'zod';
import type { Query } from '../contents';
import { damaged } from '../format/container';
import { copyOut } from './copy';

const layoutSchema = z.object({
  format: z.literal(1),
  /** In the order in which they follow. */
  tables: z.array(
    z.object({ schema: z.string(), name: z.string(), columns: z.array(z.string()).nonempty() }),
  ),
  /** The last number that each gave; one that gave none is left out. */
  sequences: z.array(z.object({ schema: z.string(), name: z.string(), last: z.string().regex(/^-?\d+$/) })),
});
export type Layout = z.infer<typeof layoutSchema>;
export type Table = Layout['tables'][number];

const beginning = '-- holdfast rows ';
const ending = '\\.\n';

/** A name with its schema, as SQL. */
export const nameOf = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  `${quoted(schema)}.${quoted(name)}`;
export const copyFrom = (table: Table): string =>
  `copy ${nameOf(table)} (${table.columns.map(quoted).join(', ')}) from stdin`;
const copyTo = (table: Table): string =>
  `copy ${nameOf(table)} (${table.columns.map(quoted).join(', ')}) to stdout`;
export const setSequence = (sequence: Layout['sequences'][number]): string =>
  `select setval('${nameOf(sequence).replaceAll("'", "''")}', ${sequence.last})`;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Tables with the columns that are stored, and sequences; as the transaction that the connection is in sees them. */
export async function readLayout(query: Query): Promise<Layout> {
  const tables = await query<Table>(`
    select n.nspname as schema, c.relname as name,
      array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    group by 1, 2 order by 1, 2`);
  const sequences = await query<Layout['sequences'][number]>(`
    select schemaname as schema, sequencename as name, last_value::text as last
    from pg_sequences where last_value is not null order by 1, 2`);
  return { format: 1, tables, sequences };
}

/** The script of what the transaction sees that the connection is in. */
export async function* writeScript(client: Client, layout: Layout): AsyncGenerator<Buffer> {
  yield Buffer.from(`${beginning}${JSON.stringify(layout)}\n`);
  for (const table of layout.tables) {
    yield Buffer.from(`${copyFrom(table)};\n`);
    yield* copyOut(client, copyTo(table));
    yield Buffer.from(ending);
  }
  for (const sequence of layout.sequences) yield Buffer.from(`${setSequence(sequence)};\n`);
}

/** Reads a script again: first what it holds, then the rows of one table after the other. */
export class ScriptReader {
  readonly #parts: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  /** @param id of the backup, for messages */
  constructor(
    private readonly id: string,
    content: AsyncIterable<Buffer>,
  ) {
    this.#parts = Readable.from(content, { objectMode: false })[Symbol.asyncIterator]();
  }

  /** @throws StartError when it is none of ours */
  async layout(): Promise<Layout> {
    const line = await this.#line();
    const text = line.startsWith(beginning) ? line.slice(beginning.length) : '';
    const layout = layoutSchema.safeParse(parsed(text));
    if (!layout.success) throw damaged(this.id, 'it does not begin with what it holds');
    return layout.data;
  }

  /** Rows of the next table, which has to be this one. Each part ends with a row's end. */
  async *rows(table: Table): AsyncGenerator<Buffer> {
    if ((await this.#line()) !== `${copyFrom(table)};`)
      throw damaged(this.id, `the rows of ${table.schema}.${table.name} are not where they should be`);
    for (;;) {
      const whole = this.#held.subarray(0, this.#held.lastIndexOf(0x0a) + 1);
      // COPY writes a backslash twice: this line is no row.
      const end = whole.indexOf(ending) === 0 ? 0 : whole.indexOf(`\n${ending}`) + 1;
      if (whole.length > 0 && (end > 0 || whole.indexOf(ending) === 0)) {
        if (end > 0) yield whole.subarray(0, end);
        this.#held = this.#held.subarray(end + ending.length);
        return;
      }
      if (whole.length > 0) yield whole;
      this.#held = this.#held.subarray(whole.length);
      await this.#more();
    }
  }

  /** Reads to the end, so that whoever wrote it sees no broken pipe. */
  async drain(): Promise<void> {
    for (let next = await this.#parts.next(); !next.done; next = await this.#parts.next());
  }

  async #line(): Promise<string> {
    let end = this.#held.indexOf(0x0a);
    for (; end < 0; end = this.#held.indexOf(0x0a)) await this.#more();
    const line = this.#held.toString('utf8', 0, end);
    this.#held = this.#held.subarray(end + 1);
    return line;
  }

  async #more(): Promise<void> {
    const next = await this.#parts.next();
    if (next.done) throw damaged(this.id, 'it ends before its last table does');
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, next.value]) : next.value;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
