import { z } from 'zod';
import { days, whole } from './values';

/** A recovery point stays so many days; then AWS Backup deletes it. */
const kept = z.strictObject({
  /** Days. Changing it concerns the recovery points that are made from then on. */
  keepDays: days(1, 3_650),
});

const cron = z
  .string()
  .regex(/^(\S+ ){4}\S+$/, 'must be a cron expression of five fields, in UTC, such as 30 5 * * *');

/** Days that a lock admits; the same in both modes. */
const lockedDays = {
  /** No recovery point is deleted before it is as old as that, in days. */
  minDays: days(1, 3_650),
  /** Nor kept longer, so that nobody fills the vault with what cannot be taken away again. */
  maxDays: days(1, 3_650),
};

/** What keeps recovery points from being deleted before their time. */
const lockSchema = z.discriminatedUnion(
  'mode',
  [
    z.strictObject({
      /** Whoever may delete recovery points deletes them. */
      mode: z.literal('none'),
    }),
    z.strictObject({
      /** Who has `backup:DeleteBackupVaultLockConfiguration` can lift it again: against mistakes. */
      mode: z.literal('governance'),
      ...lockedDays,
    }),
    z.strictObject({
      /**
       * After coolingOffDays nobody lifts it, neither the account's root user nor AWS: against whoever takes over the
       * account. From then on what is in the vault is paid for until its days are over, and the vault cannot be destroyed
       * before. Production alone may have it.
       */
      mode: z.literal('compliance'),
      ...lockedDays,
      /** Days in which it can still be lifted or changed, at least the three that AWS asks for. No default: say it. */
      coolingOffDays: days(3, 365),
    }),
  ],
  { error: 'must be one of "none", "governance", "compliance"' },
);

/** Recovery points in vaults, besides the backups that RDS itself makes (database.backupRetentionDays). */
export const backupSchema = z.strictObject({
  /** Default: true. Without it there is no `<env>-backup` stack. */
  enabled: z.boolean().default(true),
  /** Of the vault, and of the one in recoveryRegion. Default: none. */
  lock: lockSchema.prefault({ mode: 'none' }),
  /** How often. What is left out is not made. */
  rules: z
    .strictObject({
      /** Of the database, each hour from 04:15 to 22:15: in between RDS's own windows refuse them. Default: none. */
      hourly: kept.optional(),
      /** Of the database, at 05:30; and of the cluster, if `cluster`. Default: 7 days. */
      daily: kept.prefault({ keepDays: 7 }),
      /** On Sundays at 06:30. Default: none. */
      weekly: kept.optional(),
      /** On the first of the month at 07:30; of the cluster's volumes as well. Default: none. */
      monthly: kept
        .extend({
          /**
           * Days after which recovery points of volumes go to cold storage, cheaper to keep and 24 to 72 hours away. At least
           * 90 days before keepDays, which AWS bills in any case. The database's and the cluster's never go: AWS has no
           * cold storage for them. Default: never.
           */
          coldAfterDays: days(1, 3_560).optional(),
        })
        .optional(),
    })
    .prefault({}),
  /** Whether AWS Backup takes the cluster's objects and volumes too, which Velero does anyway. Default: false. */
  cluster: z.boolean().default(false),
  /** Daily, weekly and monthly recovery points of the database and the volumes into recoveryRegion. Default: none. */
  regionCopies: kept.optional(),
  /**
   * Weekly and monthly recovery points of the database into another account of the same organisation: docs/backup.md says
   * what has to be there. Default: none.
   */
  accountCopies: kept
    .extend({
      /** A vault of the other account, in the environment's own region, with a customer managed key. */
      vaultArn: z
        .string()
        .regex(
          /^arn:aws:backup:[a-z0-9-]+:\d{12}:backup-vault:[\w-]{2,50}$/,
          'must be the ARN of a backup vault, such as arn:aws:backup:eu-west-1:123456789012:backup-vault:holdfast',
        ),
    })
    .optional(),
  /** Restoring the newest recovery point of the database to see that it can be. Default: never. */
  restoreTest: z
    .strictObject({
      /** When it begins, as a cron expression of five fields, in UTC. */
      schedule: cron,
      /** Days after the last good one at which somebody is told: more than lie between two tests. */
      atLatestDays: days(1, 120),
    })
    .optional(),
  /**
   * The rows of the database by schedule, encrypted with keys of our own, into the bucket of backups: what can be restored
   * anywhere, without AWS. A person makes the key once, before the first one (docs/backup.md).
   */
  dumps: z
    .strictObject({
      /** Default: true. */
      enabled: z.boolean().default(true),
      /** When one begins, as a cron expression of five fields, in UTC. Default: every day at 02:40. */
      schedule: cron.default('40 2 * * *'),
      /** Days that one is kept; the last good one stays in any case. Default: 30. Lowering it deletes what is older. */
      keepDays: days(1, 3_650).default(30),
      /** Hours after the last good one at which somebody is told: more than lie between two. Default: 26. */
      atLatestHours: whole(2, 1_000).default(26),
    })
    .prefault({}),
  /** What runs on the cluster: its objects, and the content of its volumes, into S3. */
  velero: z
    .strictObject({
      /** Default: true. */
      enabled: z.boolean().default(true),
      /** When a backup begins, as a cron expression of five fields, in UTC. Default: every day at 03:30. */
      schedule: cron.default('30 3 * * *'),
      /** Days that a backup is kept. Default: 7. */
      keepDays: days(1, 365).default(7),
      /**
       * Days for which what is in the bucket can't be overwritten or deleted (object lock, governance); at most keepDays.
       * 0: no lock. The bucket has to be made with it: from 0 to more, and back, replaces the bucket. Default: 0.
       */
      lockDays: days(0, 365).default(0),
      /** MiB of memory of the agent on each node, which moves the content of volumes. Default: 1024. */
      agentMemoryMiB: whole(256, 16_384).default(1_024),
    })
    .prefault({}),
});
