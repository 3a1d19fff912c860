import { randomBytes } from 'node:crypto';
import { StartError } from '../kernel/start-error';
import { version } from '../kernel/version';
import type { Catalog, Written } from './catalog';
import type { Driver, RestoreOptions } from './drivers/driver';
import type { KeyRing } from './format/keys';
import { type Backup, newId } from './format/metadata';
import { obsoleteSegments, planRetention } from './retention';
import type { CheckResult } from './verification';
import { firstGap, listSegments, removeSegment } from './wal';

/** Where backups are, and by which keys. */
export interface Vault {
  readonly catalog: Catalog;
  readonly keys: KeyRing;
}

/** Takes a backup. When it fails, or is killed, nothing is there that looks like one. */
export async function createBackup(
  { catalog, keys }: Vault,
  driver: Driver,
  { kind, environment, reason }: Pick<Backup, 'kind' | 'environment' | 'reason'>,
): Promise<Backup> {
  const started = new Date();
  const id = newId(kind, started, randomBytes(2).toString('hex'));
  let written: Written | undefined;
  try {
    const found = await driver.create(id, async (content) => {
      written = await catalog.writePayload(id, content, keys);
    });
    const finished = new Date();
    const backup: Backup = {
      ...{ format: 1, id, kind, environment, target: driver.target, reason },
      startedAt: started.toISOString(),
      finishedAt: finished.toISOString(),
      durationSeconds: (finished.getTime() - started.getTime()) / 1000,
      toolVersion: version,
      ...found,
      ...(written ? { payload: { ...written, compression: 'gzip', keyId: keys.current.id } } : {}),
    };
    await catalog.commit(backup, keys);
    return backup;
  } catch (error) {
    await catalog.remove(id).catch(() => {});
    throw error;
  }
}

/** Whether the backup is whole, and can be restored. @throws StartError that says what is wrong */
export async function verifyBackup(
  { catalog, keys }: Vault,
  driver: Driver,
  backup: Backup,
  deep: boolean,
): Promise<CheckResult[]> {
  await catalog.check(backup, keys);
  const { payload } = backup;
  const stored = payload
    ? `${payload.bytes} bytes with the checksum of the metadata, decrypted to the end`
    : 'the metadata is what was written';
  const content = payload && (await catalog.open(backup, keys));
  const seen = await driver.inspect(backup, content, deep);
  const log = backup.walFrom === undefined ? [] : [await checkLog(catalog, backup.walFrom)];
  return [{ name: 'integrity', ok: true, detail: stored }, ...seen, ...log];
}

/** Whether the archived log goes on from the backup without a gap: behind one, no moment can be reached. */
async function checkLog(catalog: Catalog, from: string): Promise<CheckResult> {
  const { after, last, count } = firstGap(await listSegments(catalog), from);
  if (after) {
    const detail = `the archive has a gap after ${after}: no later moment can be restored; take a new base backup`;
    return { name: 'log', ok: false, detail };
  }
  const detail = last ? `${count} segments without a gap, up to ${last}` : 'no segment is archived yet';
  return { name: 'log', ok: true, detail };
}

export interface Restored {
  /** Of what was overwritten. */
  readonly before?: Backup;
  readonly checks: readonly CheckResult[];
}

/**
 * Restores a backup that was checked first; what it overwrites is backed up before.
 *
 * @param skipBackup the target is beyond saving
 * @param say tells of progress
 */
export async function restoreBackup(
  vault: Vault,
  driver: Driver,
  backup: Backup,
  options: RestoreOptions & { readonly environment: string; readonly skipBackup: boolean },
  say: (text: string) => void,
): Promise<Restored> {
  say(`Checking ${backup.id} …`);
  await vault.catalog.check(backup, vault.keys);
  let before: Backup | undefined;
  if (driver.overwrites && !options.skipBackup && !driver.isEmpty) {
    say(`Backing up ${driver.target} …`);
    const about = {
      kind: backup.kind,
      environment: options.environment,
      reason: `before restoring ${backup.id}`,
    };
    before = await createBackup(vault, driver, about).catch((error: Error) => {
      throw new StartError(
        `Nothing was restored, because what is there now could not be backed up: ${error.message} ` +
          'If it is beyond saving, say --skip-backup.',
      );
    });
  }
  say(`Restoring into ${options.into ?? driver.target} …`);
  const content = backup.payload && (await vault.catalog.open(backup, vault.keys));
  const checks = await driver.restore(backup, content, options);
  return { before, checks };
}

export interface Pruned {
  readonly removed: readonly string[];
  /** Too old, and kept because nothing newer of theirs is good. */
  readonly spared: readonly string[];
  readonly segments: number;
  /** What interrupted backups had left behind. */
  readonly leftovers: number;
}

/** Younger ones may still be on their way. */
const leftoverHours = 24;

/** What pruning would remove. */
export async function planPruning(
  { catalog, keys }: Vault,
  days: number,
  driverOf: (backup: Backup) => Promise<Driver>,
  now: Date,
) {
  const { backups } = await catalog.list();
  const check = async (backup: Backup) => {
    await catalog.check(backup, keys);
    // What AWS keeps, somebody may have removed there.
    if (backup.snapshot) await (await driverOf(backup)).inspect(backup, undefined, false);
  };
  const isGood = (backup: Backup) =>
    check(backup).then(
      () => true,
      () => false,
    );
  const { remove, spared } = await planRetention(backups, now, days, isGood);
  const kept = backups.filter((backup) => !remove.includes(backup));
  return { remove, spared, segments: obsoleteSegments(await listSegments(catalog), kept) };
}

export async function prune(
  { catalog }: Vault,
  { remove, spared, segments }: Awaited<ReturnType<typeof planPruning>>,
  driverOf: (backup: Backup) => Promise<Driver>,
  now: Date,
): Promise<Pruned> {
  for (const backup of remove) {
    // The provider's part first: without the metadata nobody would know of it.
    if (backup.snapshot) await (await driverOf(backup)).remove?.(backup);
    await catalog.remove(backup.id);
  }
  for (const segment of segments) await removeSegment(catalog, segment);
  const leftovers = await catalog.sweep(new Date(now.getTime() - leftoverHours * 3_600_000));
  return {
    removed: remove.map(({ id }) => id),
    spared: spared.map(({ id }) => id),
    segments: segments.length,
    leftovers,
  };
}
