import type { Backup, CheckResult } from '../../backup';
import { fields, table } from '../output/table';
import { figure, plural, time } from '../output/text';
import { stateOn, type View } from '../output/view';

/** A number of bytes in the unit that suits it. */
export function amount(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${figure(Math.round((bytes / 1024 ** power) * 10) / 10)} ${units[power]}`;
}

export function contentsOf({ contents, keys, snapshot }: Backup): string | undefined {
  if (contents) {
    const rows = Object.values(contents.tables).reduce((sum, each) => sum + each.rows, 0);
    return `${plural(Object.keys(contents.tables).length, 'table')}, ${plural(rows, 'row')}`;
  }
  if (keys !== undefined) return plural(keys, 'key');
  return snapshot && `snapshot in ${snapshot.region}`;
}

export const one = (view: View, backup: Backup): string =>
  fields(view, [
    ['backup', backup.id],
    ['of', backup.target],
    ['environment', backup.environment],
    ['at', time(backup.startedAt)],
    ['took', `${figure(backup.durationSeconds)} s`],
    ['size', backup.payload && amount(backup.payload.bytes)],
    ['sha256', backup.payload?.sha256],
    ['holds', contentsOf(backup)],
    ['server', backup.serverVersion],
    ['migration', backup.contents?.migrations.at(-1)],
    ['because', backup.reason],
  ]);

export const checksTable = (view: View, checks: readonly CheckResult[]): string =>
  checks.length === 0
    ? ''
    : table(view, checks, [
        { header: 'check', cell: ({ name }) => name },
        { header: 'result', cell: ({ ok }) => (ok ? 'pass' : 'fail'), paint: stateOn(view) },
        { header: 'seen', cell: ({ detail }) => detail, flexible: true },
      ]);
