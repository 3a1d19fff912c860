import type { Backup } from './format/metadata';

/** Days that backups are kept, unless told otherwise. */
export const retentionDays = 30;

/** Backups of one thing: each series keeps its own last one. */
export const seriesOf = ({ kind, environment, target }: Backup): string =>
  `${kind} of ${target} (${environment})`;

export interface RetentionPlan {
  readonly remove: readonly Backup[];
  /** Too old, and kept: the last good one of its series, or of a series in which none is good. */
  readonly spared: readonly Backup[];
}

/**
 * What may go: what is older than `days`, but never the newest good one of its series, nor anything of a series in
 * which no good one is left.
 *
 * @param isGood reads a backup; asked for the newest of a series that has old ones, then for older ones until one is good
 */
export async function planRetention(
  backups: readonly Backup[],
  now: Date,
  days: number,
  isGood: (backup: Backup) => Promise<boolean>,
): Promise<RetentionPlan> {
  const oldest = new Date(now.getTime() - days * 86_400_000).toISOString();
  const isOld = ({ startedAt }: Backup) => startedAt < oldest;
  const remove: Backup[] = [];
  const spared: Backup[] = [];
  for (const series of new Set(backups.map(seriesOf))) {
    const members = backups
      .filter((backup) => seriesOf(backup) === series)
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt));
    const old = members.filter(isOld);
    if (old.length === 0) continue;
    let good: Backup | undefined;
    for (const backup of members) {
      good = (await isGood(backup)) ? backup : undefined;
      if (good) break;
    }
    for (const backup of old) (good && backup !== good ? remove : spared).push(backup);
  }
  return { remove, spared };
}

/**
 * Segments of the write-ahead log that no base backup which stays needs. Without such a backup all stay.
 *
 * @param names of segments, 24 hexadecimal digits; what else is archived stays
 */
export function obsoleteSegments(names: readonly string[], kept: readonly Backup[]): string[] {
  const first = kept
    .flatMap(({ walFrom }) => (walFrom ? [positionOf(walFrom)] : []))
    .sort()
    .at(0);
  if (first === undefined) return [];
  return names.filter((name) => /^[0-9A-F]{24}$/.test(name) && positionOf(name) < first);
}

/** Without the timeline: after a restore the log goes on in another one, from the same position. */
const positionOf = (segment: string): string => segment.slice(8);
