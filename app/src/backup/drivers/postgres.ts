import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { StartError } from '../../kernel/start-error';
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
import { type Driver, drain, type Found } from './driver';
import { emptyDatabase } from './empty-database';
import { addressOf, type PostgresServer, withDatabase, withProgramEnvironment } from './postgres-server';

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
    if (deep) return this.#rehearse(backup, content);
    const list = await runProgram(postgresProgram('pg_restore'), ['--list'], {}, content);
    const tables = [...list.matchAll(/^\d+; \d+ \d+ TABLE DATA (\S+) (\S+) /gm)].map(
      ([, s, t]) => `${s}.${t}`,
    );
    const missing = Object.keys(backup.contents?.tables ?? {}).filter((table) => !tables.includes(table));
    if (missing.length > 0) throw damaged(backup.id, `the dump lacks ${missing.join(', ')}`);
    return [{ name: 'dump', ok: true, detail: `pg_restore lists the rows of ${tables.length} tables` }];
  }

  async restore(backup: Backup, content: AsyncIterable<Buffer>): Promise<CheckResult[]> {
    await this.#load(this.#server, content);
    return withDatabase(this.#server, async (db) => [
      await checkContents(db, backup),
      await bringUpToDate(db, this.expectations.schema),
      ...(await runChecks(db, this.expectations)),
    ]);
  }

  /** In one transaction: the database holds all of the backup, or what it held before. */
  async #load(server: PostgresServer, content: AsyncIterable<Buffer>): Promise<void> {
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
  }

  /** Restores into a database of its own on the same server, compares, and drops it. */
  async #rehearse(backup: Backup, content: AsyncIterable<Buffer>): Promise<CheckResult[]> {
    const name = `holdfast_verify_${randomBytes(4).toString('hex')}`;
    const settings = { ...this.#server.settings, HOLDFAST_DATABASE_NAME: name };
    const scratch = { ...this.#server, settings };
    return withDatabase(this.#server, async (db) => {
      await createDatabase(db, name, this.#server.login, content);
      try {
        await this.#load(scratch, content);
        return await withDatabase(scratch, async (restored) => {
          const compared = await checkContents(restored, backup);
          return [{ ...compared, name: 'rehearsal' }, ...(await runChecks(restored, this.expectations))];
        });
      } finally {
        await sql`drop database if exists ${sql.id(name)} with (force)`.execute(db);
      }
    });
  }
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
