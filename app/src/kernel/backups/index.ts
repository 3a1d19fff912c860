import { type Kysely, sql } from 'kysely';
import type { Grants } from '../database';
import type { Kernel, Part } from '../kernel';

export { migrations as backupMigrations } from './migrations';

interface BackupTables {
  backup_successes: { kind: string; backup: string; succeeded_at: Date };
}

/** The worker tells of it; the schema's owner alone, who takes the backups, writes it. */
export const backupGrants: Grants = {
  collector: {},
  worker: { backup_successes: ['select'] },
  gateway: {},
};

/** Remembers that a backup was taken, for the metric that an alert watches. */
export async function recordBackup(
  db: Kysely<unknown>,
  { kind, id, finishedAt }: { readonly kind: string; readonly id: string; readonly finishedAt: string },
): Promise<void> {
  await sql`
    insert into backup_successes (kind, backup, succeeded_at) values (${kind}, ${id}, ${finishedAt}::timestamptz)
    on conflict (kind) do update set backup = excluded.backup, succeeded_at = excluded.succeeded_at`.execute(
    db,
  );
}

const everyMs = 60_000;

/** Exports when backups were last taken. While the database is away, the last known times stay. */
export function backupTimes({ database, metrics, log }: Kernel): Part {
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const look = async () => {
    try {
      const rows = await database.tables<BackupTables>().selectFrom('backup_successes').selectAll().execute();
      for (const { kind, succeeded_at } of rows) {
        metrics.holdfast_backup_last_success_timestamp_seconds.set({ kind }, succeeded_at.getTime() / 1000);
      }
    } catch (error) {
      log.debug({ err: error }, 'when backups were last taken is not known');
    }
  };
  return {
    name: 'backup times',
    start: () => {
      looking = look();
      timer = setInterval(() => {
        looking = look();
      }, everyMs);
    },
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
