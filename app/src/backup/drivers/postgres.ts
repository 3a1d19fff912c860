import { readContents } from '../contents';
import { damaged } from '../format/container';
import type { Backup } from '../format/metadata';
import { outputOf, postgresProgram, runProgram } from '../programs';
import {
  bringUpToDate,
  type CheckResult,
  checkContents,
  type Expectations,
  queryOn,
  runChecks,
} from '../verification';
import type { Driver, Found } from './driver';
import { emptyDatabase } from './empty-database';
import { addressOf, type PostgresServer, withDatabase, withProgramEnvironment } from './postgres-server';
import { type Load, rehearse } from './rehearsal';

/** A dump of one database by pg_dump, of the same moment as the rows that are counted for its metadata. */
export class PostgresDump implements Driver {
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
    const dump = postgresProgram('pg_dump');
    return withDatabase(this.#server, (db) =>
      // What pg_dump sees is what this transaction sees, whatever is written meanwhile.
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async (trx) => {
          const [{ snapshot, version } = { snapshot: '', version: '' }] = await queryOn(trx)<{
            snapshot: string;
            version: string;
          }>(`select pg_export_snapshot() as snapshot, current_setting('server_version') as version`);
          const contents = await readContents(queryOn(trx), true);
          const args = ['--format=custom', '--compress=0', '--no-password', `--snapshot=${snapshot}`];
          await withProgramEnvironment(this.#server, (env) => save(outputOf(dump, args, { env })));
          return { serverVersion: version, contents };
        }),
    );
  }

  async inspect(backup: Backup, content: AsyncIterable<Buffer>, deep: boolean): Promise<CheckResult[]> {
    if (deep) return rehearse(this.#server, this.expectations, backup, content, this.#load);
    const list = await runProgram(postgresProgram('pg_restore'), ['--list'], {}, content);
    const tables = [...list.matchAll(/^\d+; \d+ \d+ TABLE DATA (\S+) (\S+) /gm)].map(
      ([, s, t]) => `${s}.${t}`,
    );
    const missing = Object.keys(backup.contents?.tables ?? {}).filter((table) => !tables.includes(table));
    if (missing.length > 0) throw damaged(backup.id, `the dump lacks ${missing.join(', ')}`);
    return [{ name: 'dump', ok: true, detail: `pg_restore lists the rows of ${tables.length} tables` }];
  }

  async restore(backup: Backup, content: AsyncIterable<Buffer>): Promise<CheckResult[]> {
    await this.#load(this.#server, backup, content);
    return withDatabase(this.#server, async (db) => [
      await checkContents(db, backup),
      await bringUpToDate(db, this.expectations.schema),
      ...(await runChecks(db, this.expectations)),
    ]);
  }

  /** In one transaction: the database holds all of the backup, or what it held before. */
  readonly #load: Load = async (server, _, content) => {
    const [restore, psql] = [postgresProgram('pg_restore'), postgresProgram('psql')];
    const script = outputOf(restore, ['--no-owner', '--no-acl', '--file=-'], {}, content);
    const statements = (async function* () {
      yield Buffer.from(`begin;\n${emptyDatabase}\n`);
      yield* script;
      // The last word: a script that broke off is rolled back.
      yield Buffer.from('\ncommit;\n');
    })();
    await withProgramEnvironment(server, (env) =>
      runProgram(psql, ['-X', '-q', '-w', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null'], { env }, statements),
    );
  };
}
