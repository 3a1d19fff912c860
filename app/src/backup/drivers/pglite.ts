import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { lockDirectory } from '../../kernel/database/directory-lock';
import { pgliteDialect } from '../../kernel/database/pglite-dialect';
import { exitCodes, StartError } from '../../kernel/start-error';
import { readContents } from '../contents';
import { damaged } from '../format/container';
import type { Backup } from '../format/metadata';
import { outputOf, runProgram } from '../programs';
import {
  bringUpToDate,
  type CheckResult,
  checkContents,
  type Expectations,
  queryOn,
  runChecks,
} from '../verification';
import type { Driver, Found } from './driver';

/** The data directory of an embedded database, which nobody else has open meanwhile. */
export class PgliteDirectory implements Driver {
  readonly overwrites = true;

  /** @param directoryOf as HOLDFAST_DATABASE_DIRECTORY names it; looking at a backup needs none */
  constructor(
    private readonly directoryOf: () => string,
    private readonly expectations: Expectations,
  ) {}

  get target(): string {
    return this.directoryOf();
  }

  get #data(): string {
    return join(this.target, 'pglite');
  }

  get isEmpty(): boolean {
    return !existsSync(join(this.#data, 'PG_VERSION'));
  }

  create(_: string, save: (content: AsyncIterable<Buffer>) => Promise<void>): Promise<Found> {
    if (this.isEmpty) {
      throw new StartError(
        `There is no database in ${this.target}. See HOLDFAST_DATABASE_DIRECTORY.`,
        exitCodes.usage,
      );
    }
    return this.#locked(async () => {
      const found = await withPglite(this.#data, async (db) => {
        const [{ version } = { version: '' }] = await queryOn(db)<{ version: string }>(
          `select current_setting('server_version') as version`,
        );
        return { serverVersion: version, contents: await readContents(queryOn(db), true) };
      });
      // Closed by now: its files are at rest.
      await save(outputOf('tar', ['-cf', '-', '-C', this.#data, '.'], { env: { COPYFILE_DISABLE: '1' } }));
      return found;
    });
  }

  async inspect(backup: Backup, content: AsyncIterable<Buffer>, deep: boolean): Promise<CheckResult[]> {
    if (!deep) {
      const names = (await runProgram('tar', ['-tf', '-'], {}, content)).split('\n');
      if (!names.includes('./PG_VERSION')) throw damaged(backup.id, 'the archive holds no database');
      return [{ name: 'archive', ok: true, detail: `${names.length} files of a data directory` }];
    }
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-verify-'));
    try {
      await runProgram('tar', ['-xf', '-', '-C', folder], {}, content);
      return await withPglite(folder, async (db) => [
        { ...(await checkContents(db, backup)), name: 'rehearsal' },
        ...(await runChecks(db, this.expectations)),
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  restore(backup: Backup, content: AsyncIterable<Buffer>): Promise<CheckResult[]> {
    mkdirSync(this.target, { recursive: true });
    return this.#locked(async () => {
      const [fresh, old] = [`${this.#data}.restoring`, `${this.#data}.replaced`];
      for (const each of [fresh, old]) rmSync(each, { recursive: true, force: true });
      mkdirSync(fresh, { mode: 0o700 });
      await runProgram('tar', ['-xf', '-', '-C', fresh], {}, content);
      if (existsSync(this.#data)) renameSync(this.#data, old);
      renameSync(fresh, this.#data);
      rmSync(old, { recursive: true, force: true });
      return withPglite(this.#data, async (db) => [
        await checkContents(db, backup),
        await bringUpToDate(db, this.expectations.schema, { logins: false }),
        ...(await runChecks(db, this.expectations)),
      ]);
    });
  }

  async #locked<Result>(work: () => Promise<Result>): Promise<Result> {
    const unlock = await lockDirectory(this.target);
    try {
      return await work();
    } finally {
      unlock();
    }
  }
}

export async function withPglite<Result>(
  data: string,
  work: (db: Kysely<unknown>) => Promise<Result>,
): Promise<Result> {
  const { PGlite } = await import('@electric-sql/pglite');
  const pglite = new PGlite(data);
  await pglite.waitReady;
  const db = new Kysely<unknown>({ dialect: pgliteDialect(pglite) });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}
