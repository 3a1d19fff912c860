import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { isDatabaseUnavailable, surviveLostConnections } from '../../kernel/database';
import { StartError } from '../../kernel/start-error';
import { type ProgramOptions, postgresProgram } from '../programs';
import type { PostgresServer } from './postgres-server';

/**
 * Starts a server in a restored data directory that nobody but us can reach, waits until it has recovered, and stops it
 * in an orderly way afterwards. Its configuration is ours, because the real one may lie outside of the data directory.
 *
 * @throws StartError with the end of the server's log when it doesn't recover
 */
export async function withRecoveredServer<Result>(
  data: string,
  owner: ProgramOptions,
  { settings, login }: PostgresServer,
  work: (db: Kysely<unknown>) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-recovery-'));
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    chmodSync(path, 0o644);
    return path;
  };
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid ?? owner.uid);
  const given = {
    config_file: write('postgresql.conf', ''),
    hba_file: write('pg_hba.conf', 'local all all trust\n'),
    ident_file: write('pg_ident.conf', ''),
    listen_addresses: '',
    unix_socket_directories: folder,
    unix_socket_permissions: '0700',
    port: '5432',
    archive_mode: 'off',
    // Nobody is let in before it has recovered.
    hot_standby: 'off',
    logging_collector: 'off',
  };
  const args = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(postgresProgram('postgres'), ['-D', data, ...args], { ...owner, cwd: data });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (part: Buffer) => {
      log = (log + part.toString('utf8')).slice(-4000);
    });
  }
  const ended = once(server, 'close');
  ended.catch(() => {});
  const pool = new Pool({
    host: folder,
    port: 5432,
    user: login,
    database: settings.HOLDFAST_DATABASE_NAME,
    max: 1,
  });
  surviveLostConnections(pool, () => {});
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const ready = async () => {
    for (;;) {
      if (server.exitCode !== null || server.signalCode !== null) {
        throw new StartError(`The restored server did not recover:\n  ${lastLines(log)}\n${remedyFor(log)}`);
      }
      try {
        await sql`set statement_timeout = 0`.execute(db);
        return;
      } catch (error) {
        if (!isDatabaseUnavailable(error) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        await sleep(200);
      }
    }
  };
  try {
    await ready();
    return await work(db);
  } finally {
    await db.destroy();
    // SIGINT is its "fast" shutdown.
    server.kill('SIGINT');
    await ended.catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}

const lastLines = (log: string): string => log.trim().split('\n').slice(-8).join('\n  ');

function remedyFor(log: string): string {
  if (/recovery ended before configured recovery target was reached/.test(log)) {
    return 'The archive doesn’t reach that moment: choose an earlier one, or see whether archiving fails (pg_stat_archiver).';
  }
  return 'The folder can be emptied and the restore tried again; the running server was not touched.';
}
