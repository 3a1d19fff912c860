import {
  type Backup,
  type CheckResult,
  checkDatabase,
  restoreBackup,
  seriesOf,
  verifyBackup,
} from '../../backup';
import type { Cli } from '../cli';
import { argument, type CommonOptions, type Outcome, option, spec } from '../command';
import { confirmByName } from '../confirm';
import { exitCodes } from '../exit-codes';
import { usageError } from '../failure';
import { lines } from '../output/text';
import {
  type BackupOptions,
  backupOptions,
  catalogOf,
  driverOf,
  environmentOf,
  expectations,
  sourceOptions,
  vaultOf,
} from './backup-context';
import { checksTable } from './backup-text';

const verify = spec<BackupOptions & { deep?: true; all?: true }>({
  name: 'verify',
  summary: 'whether backups are whole and can be restored',
  details:
    'Checksum, decryption to the end, and what the tool of its kind says of the content. Exits with 1 when one is not ' +
    'good. Without a name: the newest of each kind and target.',
  asks: 'nothing',
  arguments: [argument('[backup]', 'its name, or a kind for its newest one')],
  options: [
    ...backupOptions,
    ...sourceOptions,
    option('--all', 'all backups of the store'),
    option('--deep', 'restore it beside everything else, compare every row, and throw it away'),
  ],
  examples: [
    ['backup verify', 'the newest of everything'],
    ['backup verify postgres --deep', 'restore the newest dump into a database of its own'],
  ],
  run: async ({ cli, options, args: [name] }) => {
    const vault = await vaultOf(cli, options);
    const { backups, broken } = await vault.catalog.list();
    const chosen =
      name === undefined ? (options.all ? backups : newest(backups)) : [await vault.catalog.find(name)];
    const verdicts: { id: string; ok: boolean; checks: CheckResult[]; problem?: string }[] = [];
    for (const backup of chosen) {
      try {
        const driver = await driverOf(cli, options, backup.kind, backup);
        const checks = await verifyBackup(vault, driver, backup, options.deep === true);
        verdicts.push({ id: backup.id, ok: checks.every(({ ok }) => ok), checks });
      } catch (error) {
        verdicts.push({ id: backup.id, ok: false, checks: [], problem: (error as Error).message });
      }
    }
    if (name === undefined) {
      for (const { id, problem } of broken) verdicts.push({ id, ok: false, checks: [], problem });
    }
    const ok = verdicts.length > 0 && verdicts.every((verdict) => verdict.ok);
    return {
      json: { ok, backups: verdicts },
      exitCode: ok ? exitCodes.ok : exitCodes.failure,
      text: (view) =>
        lines(
          ...(verdicts.length === 0 ? ['There is no backup.'] : []),
          ...verdicts.flatMap(({ id, ok: good, problem, checks }) => [
            view.paint(
              good ? 'green' : 'red',
              `${id} is ${good ? 'good' : 'not good'}${problem ? `: ${problem}` : ''}`,
            ),
            checksTable(view, checks),
          ]),
        ),
    };
  },
});

function newest(backups: readonly Backup[]): Backup[] {
  const seen = new Map<string, Backup>();
  for (const backup of backups) if (!seen.has(seriesOf(backup))) seen.set(seriesOf(backup), backup);
  return [...seen.values()];
}

const restore = spec<BackupOptions & { into?: string; until?: Date; skipBackup?: true }>({
  name: 'restore',
  summary: 'bring a backup back, and check that the service can work with it',
  details:
    'postgres, pglite and valkey overwrite what the settings name, after a backup of it; a dump is loaded in one ' +
    'transaction, so that all of it is there or nothing has changed. postgres-base, rds and elasticache make something ' +
    'new beside it (--into). Asks for the name of what is overwritten or made. Exits with 1 when a check afterwards fails.',
  asks: 'nothing',
  changes: true,
  arguments: [argument('<backup>', 'its name, or a kind for its newest one')],
  options: [
    ...backupOptions,
    ...sourceOptions,
    option('--into <name>', 'empty folder for a base backup; name of a new instance or group at AWS'),
    option('--until <time>', 'up to this moment, as 2026-01-31T12:00:00Z (postgres-base, rds)').argParser(
      moment,
    ),
    option('--skip-backup', 'do not back up what is overwritten: it is beyond saving'),
  ],
  examples: [
    ['backup restore postgres', 'the newest dump'],
    [
      'backup restore postgres-base --into /var/lib/postgresql/restored --until 2026-01-31T11:59:00Z',
      'the moment before a bad DELETE',
    ],
    ['backup restore rds --source prod-postgres --into prod-postgres-restored', 'a snapshot at AWS'],
    [
      'backup restore rds --source prod-postgres --into prod-postgres-earlier --until 2026-01-31T11:59:00Z',
      'a moment, from what RDS keeps by itself: needs no store',
    ],
  ],
  run: async ({ cli, options, args: [name = ''] }) => {
    if (name === 'rds' && options.until && options.source) return restoreMoment(cli, options, options.until);
    const vault = await vaultOf(cli, options);
    const backup = await vault.catalog.find(name);
    const driver = await driverOf(cli, options, backup.kind, backup);
    if (options.until && !['postgres-base', 'rds'].includes(backup.kind)) {
      throw usageError(`A ${backup.kind} backup goes back to its own moment only.`, 'Leave --until out.');
    }
    const place = driver.overwrites ? driver.target : (options.into ?? 'nothing');
    const from = `${backup.id} (${backup.target}, ${backup.environment})`;
    await confirmByName(
      cli,
      options,
      driver.overwrites
        ? `Everything in ${place} (${environmentOf(cli)}) is replaced by ${from}`
        : `${place} is made from ${from}`,
      place,
    );
    const { into, until, skipBackup = false } = options;
    const settled = { into, until, skipBackup, environment: environmentOf(cli) };
    const { before, checks } = await restoreBackup(vault, driver, backup, settled, (text) =>
      cli.err(`${text}\n`),
    );
    const ok = checks.every((check) => check.ok);
    const next = nextStep(backup, into);
    return {
      json: { ok, restored: backup.id, into: place, before: before?.id ?? null, checks, next: next ?? null },
      exitCode: ok ? exitCodes.ok : exitCodes.failure,
      text: (view) =>
        lines(
          `${backup.id} was restored into ${place}${ok ? '.' : ', and a check fails.'}`,
          checksTable(view, checks),
          ...(before ? [`What was there before is in ${before.id}.`] : []),
          ...(next ? [next] : []),
        ),
    };
  },
});

/** RDS goes back to any moment of its retention by itself: also when the store is lost, or never had a backup of it. */
async function restoreMoment(
  cli: Cli,
  options: BackupOptions & CommonOptions & { into?: string },
  until: Date,
): Promise<Outcome> {
  const driver = await driverOf(cli, options, 'rds');
  const [from, into = 'nothing'] = [`${driver.target} as it was at ${until.toISOString()}`, options.into];
  await confirmByName(cli, options, `${into} is made from ${from}`, into);
  const checks = (await driver.restoreMoment?.(options.into, until)) ?? [];
  const next = nextStep({ kind: 'rds' }, into);
  return {
    json: { ok: true, restored: from, into, before: null, checks, next },
    text: (view) => lines(`${into} was made from ${from}.`, checksTable(view, checks), next ?? ''),
  };
}

/** What the command cannot do itself. */
function nextStep({ kind, id }: Pick<Backup, 'kind'> & { id?: string }, into?: string): string | undefined {
  if (kind === 'postgres-base') return `Stop the old server, and start PostgreSQL in ${into}.`;
  if (kind === 'rds') {
    const command = ['holdfast backup check', id].filter(Boolean).join(' ');
    return `Check it: HOLDFAST_DATABASE_HOST=<its address> ${command}; then point the service at it.`;
  }
  return kind === 'elasticache'
    ? 'Point the service at it (HOLDFAST_CACHE_HOST, HOLDFAST_CACHE_NAME).'
    : undefined;
}

const check = spec<BackupOptions>({
  name: 'check',
  summary: 'whether the service can work with the database that the settings name',
  details:
    'The checks that end a restore: migrations, flags, an event that goes the whole way and is taken back; with a ' +
    "backup's name, also whether every row is as it was then.",
  asks: 'nothing',
  arguments: [argument('[backup]', 'to compare with; its name, or a kind for its newest one')],
  options: [...backupOptions, ...sourceOptions],
  examples: [['backup check', 'after a restore that was done elsewhere']],
  run: async ({ cli, options, args: [name] }) => {
    const backup = name === undefined ? undefined : await (await catalogOf(cli, options)).find(name);
    const checks = await checkDatabase(cli.env, options.login, expectations, backup);
    const ok = checks.every((each) => each.ok);
    return {
      json: { ok, checks },
      exitCode: ok ? exitCodes.ok : exitCodes.failure,
      text: (view) => checksTable(view, checks),
    };
  },
});

function moment(given: string): Date {
  const time = new Date(given);
  if (/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(given) && !Number.isNaN(time.getTime())) return time;
  throw usageError(`--until: ${given} is no moment.`, 'Write it with its offset: 2026-01-31T12:00:00Z.');
}

export const restoring = [verify, restore, check];
