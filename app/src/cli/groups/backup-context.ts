import { resolve } from 'node:path';
import {
  type Backup,
  Catalog,
  type DriverOptions,
  driverFor,
  type Kind,
  openStore,
  readKeys,
  type Vault,
} from '../../backup';
import { restoreChecks } from '../../roles/restore-checks';
import { schema } from '../../roles/schema';
import type { Cli } from '../cli';
import { option } from '../command';

export interface BackupOptions {
  readonly store?: string;
  readonly keyFile?: string;
  readonly login?: string;
  readonly source?: string;
}

export const backupOptions = [
  option('--store <place>', 'a folder, or s3://bucket/prefix; default: HOLDFAST_BACKUP_STORE'),
  option('--key-file <file>', 'keys of the backups, the newest first; default: HOLDFAST_BACKUP_KEY_FILE'),
];
export const sourceOptions = [
  option(
    '--login <name>',
    "who logs in at the server; default: the schema's owner, and at a cache its default user",
  ),
  option('--source <name>', 'RDS instance or replication group'),
];

/** What a restored database must pass. */
export const expectations = { schema, checks: restoreChecks };

const placeOf = ({ env }: Cli, { store }: BackupOptions) => store ?? env.HOLDFAST_BACKUP_STORE;
const keyFileOf = ({ env }: Cli, { keyFile }: BackupOptions) => keyFile ?? env.HOLDFAST_BACKUP_KEY_FILE;

export const catalogOf = async (cli: Cli, options: BackupOptions): Promise<Catalog> =>
  new Catalog(await openStore(placeOf(cli, options)));

export const vaultOf = async (cli: Cli, options: BackupOptions): Promise<Vault> => ({
  catalog: await catalogOf(cli, options),
  keys: readKeys(keyFileOf(cli, options)),
});

export const environmentOf = ({ env }: Cli): string => env.HOLDFAST_ENVIRONMENT || 'unknown';

export function driverOf(cli: Cli, options: BackupOptions, kind: Kind, backup?: Backup) {
  const { login, source } = options;
  const given: DriverOptions = {
    env: cli.env,
    expectations,
    login,
    source,
    fetchCommand: fetchCommand(cli, options),
  };
  return driverFor(kind, given, backup);
}

/** This very command line, as PostgreSQL's restore_command runs it in a folder of its own. */
function fetchCommand(cli: Cli, options: BackupOptions): string {
  const place = placeOf(cli, options) ?? '';
  const store = place.includes('://') ? place : resolve(place);
  const self = [process.execPath, ...process.execArgv, resolve(process.argv[1] ?? '')];
  const given = ['--store', store, '--key-file', resolve(keyFileOf(cli, options) ?? '')];
  const quoted = [...self, 'backup', 'fetch-wal', ...given].map(
    (word) => `'${word.replaceAll("'", `'\\''`)}'`,
  );
  // PostgreSQL reads a percent sign as the beginning of %f or %p.
  return `${quoted.join(' ').replaceAll('%', '%%')} "%f" "%p"`;
}
