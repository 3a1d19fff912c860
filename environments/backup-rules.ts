import { type Rule, when } from './rule';
import type { AwsEnvironment } from './schema';

/** AWS bills cold storage for so many days, whatever is deleted before. */
const coldDays = 90;

type Backup = AwsEnvironment['backup'] | undefined;

/** Everything that goes into a locked vault, by its path. The rules run before defaults are filled in. */
function keptDays(backup: Backup): [string, number][] {
  const { hourly, daily, weekly, monthly } = backup?.rules ?? {};
  const all = {
    'rules.hourly': hourly,
    'rules.daily': daily ?? { keepDays: 7 },
    'rules.weekly': weekly,
    'rules.monthly': monthly,
    regionCopies: backup?.regionCopies,
  };
  return Object.entries(all).flatMap(([path, kept]): [string, number][] =>
    kept ? [[`backup.${path}.keepDays`, kept.keepDays]] : [],
  );
}

/** What vaults, copies and restore tests ask of each other, and what production must have. */
export const backupRules: readonly Rule[] = [
  {
    reads: ['backup'],
    check: ({ backup }) => {
      const monthly = backup?.rules?.monthly;
      const cold = monthly?.coldAfterDays;
      return when(
        monthly !== undefined && cold !== undefined && monthly.keepDays < cold + coldDays,
        'backup.rules.monthly.coldAfterDays',
        `must be ${coldDays} days or more before keepDays, which is ${monthly?.keepDays}: AWS bills that many in cold storage`,
      );
    },
  },
  {
    reads: ['backup'],
    check: ({ backup }) => {
      const lock = backup?.lock;
      if (lock === undefined || lock.mode === 'none') return [];
      return [
        ...when(
          lock.maxDays < lock.minDays,
          'backup.lock.maxDays',
          `must be at least backup.lock.minDays, which is ${lock.minDays}`,
        ),
        ...keptDays(backup).flatMap(([path, days]) =>
          when(
            days < lock.minDays || days > lock.maxDays,
            path,
            `must be ${lock.minDays} to ${lock.maxDays}, which backup.lock admits: the vault would refuse each recovery point`,
          ),
        ),
      ];
    },
  },
  {
    reads: ['tier', 'backup'],
    check: ({ tier, backup }) => [
      ...when(
        tier !== 'production' && backup?.lock?.mode === 'compliance',
        'backup.lock.mode',
        'must be "none" or "governance" unless tier is "production": nobody could destroy the environment',
      ),
      ...when(
        tier === 'production' && backup?.enabled === false,
        'backup.enabled',
        'must be true when tier is "production"',
      ),
      ...when(
        tier === 'production' && (backup?.lock === undefined || backup.lock.mode === 'none'),
        'backup.lock.mode',
        'must be "governance" or "compliance" when tier is "production": whoever deletes the database could delete its backups too',
      ),
      ...when(
        tier === 'production' && backup?.restoreTest === undefined,
        'backup.restoreTest',
        'must be set when tier is "production": a backup that was never restored is a hope',
      ),
    ],
  },
  {
    reads: ['recoveryRegion', 'backup'],
    check: ({ recoveryRegion, backup }) =>
      when(
        backup?.regionCopies !== undefined && recoveryRegion === undefined,
        'backup.regionCopies',
        'must be left out unless recoveryRegion is set: that is where copies go',
      ),
  },
  {
    reads: ['region', 'backup'],
    check: ({ region, backup }) => {
      const vaultRegion = backup?.accountCopies?.vaultArn.split(':')[3];
      return when(
        vaultRegion !== undefined && vaultRegion !== region,
        'backup.accountCopies.vaultArn',
        `must be a vault in ${region}: AWS copies a database's snapshot to another region or another account, not both at once`,
      );
    },
  },
  {
    reads: ['backup'],
    check: ({ backup }) => [
      ...when(
        backup?.accountCopies !== undefined && !backup.rules?.weekly && !backup.rules?.monthly,
        'backup.accountCopies',
        'must be left out unless backup.rules has weekly or monthly: these are what is copied',
      ),
      ...when(
        (backup?.velero?.lockDays ?? 0) > (backup?.velero?.keepDays ?? 7),
        'backup.velero.lockDays',
        `must be at most backup.velero.keepDays, which is ${backup?.velero?.keepDays ?? 7}: Velero could not delete what is over`,
      ),
    ],
  },
];
