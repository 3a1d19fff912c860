import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { appendFile, chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exitCodes, StartError } from '../../kernel/start-error';
import { readContents } from '../contents';
import { damaged } from '../format/container';
import type { Backup } from '../format/metadata';
import { outputOf, type ProgramOptions, postgresProgram, runProgram } from '../programs';
import { type CheckResult, checkContents, type Expectations, queryOn, runChecks } from '../verification';
import type { Driver, Found, RestoreOptions } from './driver';
import { addressOf, type PostgresServer, withDatabase, withProgramEnvironment } from './postgres-server';
import { withRecoveredServer } from './recovery-server';

/**
 * The files of a whole self-managed server by pg_basebackup: together with its archived write-ahead log they go back to
 * any moment after the backup. Needs a login with REPLICATION.
 */
export class PostgresBase implements Driver {
  readonly overwrites = false;

  /** @param fetchCommand what PostgreSQL runs to get a segment: %f is its name, %p its place */
  constructor(
    private readonly serverOf: () => PostgresServer,
    private readonly expectations: Expectations,
    private readonly fetchCommand: string,
  ) {}

  get target(): string {
    return addressOf(this.#server);
  }

  /** Asked for when it is needed: looking at a backup needs no settings of a server. */
  get #server(): PostgresServer {
    return this.serverOf();
  }

  async create(id: string, save: (content: AsyncIterable<Buffer>) => Promise<void>): Promise<Found> {
    const program = postgresProgram('pg_basebackup');
    const found = await withDatabase(this.#server, async (db) => {
      const query = queryOn(db);
      const [row] = await query<{ version: string; segment: string; archive: string }>(`
        select current_setting('server_version') as version, current_setting('archive_mode') as archive,
          pg_walfile_name(pg_current_wal_lsn()) as segment`);
      return {
        serverVersion: row?.version ?? '',
        contents: await readContents(query, false),
        // Taken before the backup begins, so none that it needs comes before it.
        ...(row?.archive === 'off' ? {} : { walFrom: row?.segment }),
      };
    });
    const args = ['--pgdata=-', '--format=tar', '--wal-method=fetch', '--checkpoint=fast', '--no-password'];
    const more = ['--manifest-checksums=SHA256', `--label=${id}`];
    await withProgramEnvironment(this.#server, (env) => save(outputOf(program, [...args, ...more], { env })));
    return found;
  }

  async inspect(backup: Backup, content: AsyncIterable<Buffer>, deep: boolean): Promise<CheckResult[]> {
    if (!deep) {
      const names = (await runProgram('tar', ['-tf', '-'], {}, content)).split('\n');
      const missing = ['PG_VERSION', 'backup_label', 'backup_manifest', 'global/pg_control'].filter(
        (name) => !names.includes(name),
      );
      if (missing.length > 0) throw damaged(backup.id, `the archive lacks ${missing.join(', ')}`);
      return [{ name: 'archive', ok: true, detail: `${names.length} files of a server` }];
    }
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-verify-'));
    try {
      await runProgram('tar', ['-xf', '-', '-C', folder], {}, content);
      return [await checkManifest(folder, {})];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /**
   * Fills an empty folder, lets a server of its own recover there up to the moment, checks it and stops it again. That
   * folder is then a data directory for PostgreSQL to start in.
   */
  async restore(
    backup: Backup,
    content: AsyncIterable<Buffer>,
    { into, until }: RestoreOptions,
  ): Promise<CheckResult[]> {
    const folder = await emptyFolder(into);
    checkMoment(backup, until);
    // The files must belong to whom PostgreSQL will run as, and it refuses to run as root.
    const { uid, gid } = statSync(folder);
    const owner: ProgramOptions = process.getuid?.() === 0 ? { uid, gid } : {};
    if (process.getuid?.() === 0 && uid === 0) {
      throw new StartError(
        `${folder} belongs to root, and PostgreSQL refuses to run as root. Give it to the server's user: chown postgres ${folder}`,
        exitCodes.usage,
      );
    }
    await chmod(folder, 0o700);
    await runProgram('tar', ['-xf', '-', '-C', folder], owner, content);
    const files = await checkManifest(folder, owner);
    const configuration = join(folder, 'postgresql.auto.conf');
    const before = await readFile(configuration, 'utf8');
    await appendFile(configuration, recoverySettings(this.fetchCommand, until, backup.walFrom !== undefined));
    await writeFile(join(folder, 'recovery.signal'), '');
    const results = await withRecoveredServer(folder, owner, this.#server, async (db) => [
      until === undefined
        ? await checkContents(db, backup)
        : { name: 'contents', ok: true, detail: `recovered up to ${until.toISOString()}` },
      ...(await runChecks(db, this.expectations)),
    ]);
    // Recovered: what told it how must not be in the way of the next replica or restore.
    await writeFile(configuration, before);
    return [files, ...results];
  }
}

function checkMoment(backup: Backup, until: Date | undefined): void {
  if (until === undefined) return;
  if (backup.walFrom === undefined) {
    throw new StartError(
      `${backup.id} was taken while the server archived no log (archive_mode = off): it cannot go to another moment. ` +
        'Restore it without --until.',
      exitCodes.usage,
    );
  }
  if (until.toISOString() < backup.finishedAt) {
    throw new StartError(
      `${backup.id} was finished at ${backup.finishedAt}, after ${until.toISOString()}. Choose an older backup.`,
      exitCodes.usage,
    );
  }
}

async function emptyFolder(into: string | undefined): Promise<string> {
  const remedy = 'Name by --into an empty folder that belongs to the user as whom PostgreSQL runs.';
  if (!into) throw new StartError(`A base backup is restored beside the server. ${remedy}`, exitCodes.usage);
  const folder = resolve(into);
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new StartError(`${folder} cannot be read (${error.code}). ${remedy}`, exitCodes.usage);
  });
  if (entries.length > 0) throw new StartError(`${folder} is not empty. ${remedy}`, exitCodes.usage);
  return folder;
}

const checkManifest = async (folder: string, owner: ProgramOptions): Promise<CheckResult> => {
  await runProgram(postgresProgram('pg_verifybackup'), ['--quiet', folder], owner);
  return { name: 'files', ok: true, detail: 'every file has the checksum of the backup’s manifest' };
};

/** Without an archive the backup's own log leads to its end, and no further. */
function recoverySettings(fetchCommand: string, until: Date | undefined, archived: boolean): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const lines = [
    `restore_command = ${quoted(archived ? fetchCommand : 'false')}`,
    `recovery_target_action = 'promote'`,
    ...(until
      ? [`recovery_target_time = ${quoted(postgresTime(until))}`]
      : [`recovery_target = 'immediate'`]),
  ];
  return `\n${lines.join('\n')}\n`;
}

/** PostgreSQL reads its configuration before it knows the names of zones, Z included. */
const postgresTime = (moment: Date): string => moment.toISOString().replace('T', ' ').replace('Z', '+00');
