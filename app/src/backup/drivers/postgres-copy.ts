import type { Client } from 'pg';
import { readContents } from '../contents';
import { damaged } from '../format/container';
import type { Backup } from '../format/metadata';
import { load, queryBy } from '../rows/load';
import { readLayout, ScriptReader, writeScript } from '../rows/script';
import {
  bringUpToDate,
  type CheckResult,
  checkContents,
  type Expectations,
  runChecks,
} from '../verification';
import type { Driver, Found } from './driver';
import { addressOf, type PostgresServer, withClient, withDatabase } from './postgres-server';
import { type Load, rehearse } from './rehearsal';

/**
 * The rows of every table by COPY, in the snapshot in which they are counted; the schema is what the migrations of that
 * time make. Needs no program of PostgreSQL's and no more than the right to read, so the service's own image can take it.
 */
export class PostgresCopy implements Driver {
  readonly overwrites = true;

  constructor(
    private readonly serverOf: () => PostgresServer,
    private readonly expectations: Expectations,
  ) {}

  get target(): string {
    return addressOf(this.#server);
  }

  /** Asked for when it is needed: looking at a backup needs no settings of a server. */
  get #server(): PostgresServer {
    return this.serverOf();
  }

  create(_: string, save: (content: AsyncIterable<Buffer>) => Promise<void>): Promise<Found> {
    return withClient(this.#server, async (client: Client) => {
      const query = queryBy(client);
      await query('begin isolation level repeatable read read only');
      // A table whose rows are hidden from this login fails the backup, instead of being saved in part.
      await query('set local row_security = off');
      const [{ version } = { version: '' }] = await query<{ version: string }>(
        `select current_setting('server_version') as version`,
      );
      const contents = await readContents(query, true);
      await save(writeScript(client, await readLayout(query)));
      await query('commit');
      return { serverVersion: version, contents };
    });
  }

  async inspect(backup: Backup, content: AsyncIterable<Buffer>, deep: boolean): Promise<CheckResult[]> {
    if (deep) return rehearse(this.#server, this.expectations, backup, content, this.#load);
    const script = new ScriptReader(backup.id, content);
    const { tables } = await script.layout();
    const expected = backup.contents?.tables ?? {};
    const missing = Object.keys(expected).filter(
      (name) => !tables.some((table) => `${table.schema}.${table.name}` === name),
    );
    if (missing.length > 0) throw damaged(backup.id, `the rows of ${missing.join(', ')} are missing`);
    let all = 0;
    for (const table of tables) {
      const name = `${table.schema}.${table.name}`;
      let rows = 0;
      for await (const part of script.rows(table)) rows += linesOf(part);
      if (rows !== (expected[name]?.rows ?? rows))
        throw damaged(backup.id, `${name} has ${rows} rows instead of ${expected[name]?.rows}`);
      all += rows;
    }
    await script.drain();
    return [
      { name: 'rows', ok: true, detail: `${all} rows of ${tables.length} tables, as many as were counted` },
    ];
  }

  async restore(backup: Backup, content: AsyncIterable<Buffer>): Promise<CheckResult[]> {
    await this.#load(this.#server, backup, content);
    return withDatabase(this.#server, async (db) => [
      await checkContents(db, backup),
      await bringUpToDate(db, this.expectations.schema),
      ...(await runChecks(db, this.expectations)),
    ]);
  }

  readonly #load: Load = (server, backup, content) =>
    withClient(server, (client) => load(client, backup, content, this.expectations.schema.migrations));
}

/** COPY writes one row a line. */
function linesOf(part: Buffer): number {
  let lines = 0;
  for (let at = part.indexOf(0x0a); at >= 0; at = part.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}
