import { archiveSegment, fetchSegment } from '../../backup';
import { argument, spec } from '../command';
import { type BackupOptions, backupOptions, vaultOf } from './backup-context';

const archive = spec<BackupOptions>({
  name: 'archive-wal',
  summary: "store a segment of PostgreSQL's log, as its archive_command",
  details:
    'Set archive_mode = on, archive_timeout = 60 (seconds that may be lost) and archive_command to this on a ' +
    'self-managed server. A segment that is there already, with the same content, is well; with another, refused.',
  asks: 'nothing',
  arguments: [argument('<path>', "the segment; in archive_command: '%p'")],
  options: backupOptions,
  examples: [
    ['backup archive-wal %p --store /backups/db1 --key-file /etc/holdfast/backup.key', 'archive_command'],
  ],
  run: async ({ cli, options, args: [path = ''] }) => {
    const { catalog, keys } = await vaultOf(cli, options);
    const outcome = await archiveSegment(catalog, keys, path);
    // PostgreSQL's log would have a line each time.
    return { json: { path, outcome }, text: '' };
  },
});

const fetch = spec<BackupOptions>({
  name: 'fetch-wal',
  summary: "bring back a segment of PostgreSQL's log, as its restore_command",
  details: 'Exits with 1 when there is no such segment. "backup restore" sets it for the recovery by itself.',
  asks: 'nothing',
  arguments: [argument('<file>', "its name; in restore_command: '%f'"), argument('<path>', "where to: '%p'")],
  options: backupOptions,
  examples: [
    ['backup fetch-wal %f %p --store /backups/db1 --key-file /etc/holdfast/backup.key', 'restore_command'],
  ],
  run: async ({ cli, options, args: [file = '', path = ''] }) => {
    const { catalog, keys } = await vaultOf(cli, options);
    await fetchSegment(catalog, keys, file, path);
    return { json: { file, path }, text: '' };
  },
});

export const segments = [archive, fetch];
