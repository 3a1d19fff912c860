import {
  type Backup,
  createBackup,
  defaultKind,
  type Kind,
  kinds,
  noteBackup,
  type Pruned,
  planPruning,
  prune,
  retentionDays,
} from '../../backup';
import { argument, option, spec, whole } from '../command';
import { confirm } from '../confirm';
import { usageError } from '../failure';
import { table } from '../output/table';
import { lines, plural, since, time } from '../output/text';
import {
  type BackupOptions,
  backupOptions,
  catalogOf,
  driverOf,
  environmentOf,
  sourceOptions,
  vaultOf,
} from './backup-context';
import { restoring } from './backup-restore';
import { amount, contentsOf, one } from './backup-text';
import { segments } from './backup-wal';

const create = spec<BackupOptions & { reason: string; note: boolean }>({
  name: 'create',
  summary: 'take a backup: compressed, encrypted, with metadata and checksums',
  details:
    'postgres: pg_dump. postgres-copy: the rows, for which the right to read is enough and no program is needed; a restore ' +
    'migrates to the schema of that time. postgres-base: pg_basebackup of a whole self-managed server, for point in time restores. pglite: ' +
    'the data directory, while no service uses it. valkey: the memory of a self-managed server, which goes on answering. ' +
    'rds, elasticache: a snapshot at AWS. Without a kind, the one that fits HOLDFAST_DATABASE_ENGINE. Exits with 0 only ' +
    'when the backup is complete; what was interrupted never counts as one.',
  asks: 'nothing',
  arguments: [argument('[kind]', `what to save: ${kinds.join(', ')}`, kinds)],
  options: [
    ...backupOptions,
    ...sourceOptions,
    option('--reason <text>', 'kept with the backup').default('by hand'),
    option('--no-note', 'do not note its time in the database, for a login that only reads'),
  ],
  examples: [
    ['backup create --store s3://my-backups/prod', 'the database that the settings name'],
    ['backup create valkey --store ./backups --key-file ./backup.key', 'the cache, into a folder'],
    ['backup create rds --source prod-postgres', 'a snapshot at AWS'],
  ],
  run: async ({ cli, options, args: [given] }) => {
    const kind = given === undefined ? defaultKind(cli.env) : kindOf(given);
    const vault = await vaultOf(cli, options);
    const driver = await driverOf(cli, options, kind);
    const about = { kind, environment: environmentOf(cli), reason: options.reason };
    const backup = await createBackup(vault, driver, about);
    try {
      if (options.note) await noteBackup(cli.env, kind === 'valkey' ? undefined : options.login, backup);
    } catch (error) {
      cli.err(
        `The backup is complete. Its time could not be noted for the metric: ${(error as Error).message}\n`,
      );
    }
    return { json: backup, text: (view) => one(view, backup) };
  },
});

const list = spec<BackupOptions & { kind?: Kind }>({
  name: 'list',
  summary: 'the backups of a store, newest first; what is broken is told apart',
  details: 'Needs no key. Reads the metadata alone: "backup verify" reads the data.',
  asks: 'nothing',
  options: [...backupOptions, option('--kind <kind>', 'those of one kind').choices(kinds)],
  examples: [
    ['backup list', 'what is there?'],
    ['backup list --kind postgres --json | jq -r .backups[0].startedAt', 'when was the last one taken?'],
  ],
  run: async ({ cli, options }) => {
    const { backups, broken } = await (await catalogOf(cli, options)).list();
    const chosen = backups.filter(({ kind }) => !options.kind || kind === options.kind);
    return {
      json: { backups: chosen, broken },
      text: (view) =>
        lines(
          chosen.length === 0
            ? 'There is no backup.'
            : table(view, chosen, [
                { header: 'backup', cell: ({ id }) => id },
                { header: 'of', cell: ({ target }) => target, flexible: true },
                { header: 'at', cell: ({ startedAt }) => time(startedAt) },
                { header: 'age', cell: ({ startedAt }) => since(startedAt), align: 'right' },
                { header: 'size', cell: ({ payload }) => payload && amount(payload.bytes), align: 'right' },
                { header: 'holds', cell: contentsOf, flexible: true },
                { header: 'because', cell: ({ reason }) => reason, flexible: true },
              ]),
          ...broken.map(({ id, problem }) => view.paint('red', `${id} is broken: ${problem}`)),
        ),
    };
  },
});

const pruning = spec<BackupOptions & { keepDays: number; check?: true }>({
  name: 'prune',
  summary: 'remove backups that are too old, never the last good one of its kind and target',
  details:
    'Reads the newest backup of everything that has old ones, to know that it is good. Also removes what interrupted ' +
    'backups left behind, and log segments that no base backup needs any more.',
  asks: 'nothing',
  changes: true,
  options: [
    ...backupOptions,
    option('--keep-days <days>', 'how long backups are kept')
      .default(retentionDays)
      .argParser(whole(1, 36_500)),
    option('--check', 'only tell what would be removed'),
  ],
  examples: [
    ['backup prune --check', 'what would go?'],
    ['backup prune --keep-days 90 --yes', 'keep a quarter, in a scheduled job'],
  ],
  run: async ({ cli, options }) => {
    const vault = await vaultOf(cli, options);
    const now = new Date();
    const driver = (backup: Backup) => driverOf(cli, options, backup.kind, backup);
    const plan = await planPruning(vault, options.keepDays, driver, now);
    const { remove, spared, segments: gone } = plan;
    const what = `${plural(remove.length, 'backup')} and ${plural(gone.length, 'log segment')}`;
    const planned = {
      removed: remove.map(({ id }) => id),
      spared: spared.map(({ id }) => id),
      segments: gone.length,
    };
    const told = (done: string, { removed, spared: kept }: Pick<Pruned, 'removed' | 'spared'>) =>
      lines(
        `${done}.`,
        ...removed.map((id) => `  ${id}`),
        ...kept.map((id) => `Kept, because nothing newer of its kind and target is good: ${id}`),
      );
    if (options.check) return { json: planned, text: told(`Would remove ${what}`, planned) };
    if (remove.length + gone.length > 0) {
      await confirm(cli, options, `Remove ${what} from ${vault.catalog.store.place} for good`);
    }
    const done = await prune(vault, plan, driver, now);
    const swept = done.leftovers > 0 ? `, and ${plural(done.leftovers, 'unfinished file')}` : '';
    return { json: done, text: told(`Removed ${what}${swept}`, done) };
  },
});

function kindOf(given: string): Kind {
  const found = kinds.find((kind) => kind === given);
  if (found) return found;
  throw usageError(`There is no kind of backup ${given}.`, `The kinds are ${kinds.join(', ')}.`);
}

export const commands = [create, list, ...restoring, pruning, ...segments];
