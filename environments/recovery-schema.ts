import { z } from 'zod';
import { environmentName } from './values';

/** Where the database of an environment that recovers another comes from. */
const databaseOriginSchema = z.discriminatedUnion(
  'from',
  [
    z.strictObject({
      /**
       * A replica that follows the other region's primary by seconds, and is promoted: an instance and its volume are paid
       * for all the time. Its class must be the primary's: PostgreSQL stops replaying on a smaller one.
       */
      from: z.literal('replica'),
    }),
    z.strictObject({
      /**
       * The automated backups that RDS copies to the region, restored on the way over: cheaper by the instance, minutes
       * older, and away for as long as a restore takes.
       */
      from: z.literal('backups'),
      /**
       * What is restored, once role is "active": `aws rds describe-db-instance-automated-backups` in the region shows it.
       * Restored once, to its latest moment; changing it later does nothing.
       */
      backupsArn: z
        .string()
        .regex(
          /^arn:aws:rds:[a-z0-9-]+:\d{12}:auto-backup:ab-[a-z0-9]+$/,
          'must be the ARN of automated backups, such as arn:aws:rds:eu-central-1:123456789012:auto-backup:ab-abc123',
        )
        .optional(),
    }),
  ],
  { error: 'must be one of "replica", "backups"' },
);

/** What makes an environment the second region of another (docs/recovery.md). */
export const recoverySchema = z.strictObject({
  /** Name of the environment that it recovers, whose recoveryRegion it lies in. Changing it replaces everything. */
  of: environmentName,
  /**
   * standby: the network, and the replica if there is one. active: every stack, and a database of its own.
   * From standby to active promotes the database in place, which cannot be taken back: the other region's rows no longer
   * come. Going back means destroying the environment and making it anew (runbooks/failback.md).
   */
  role: z.enum(['standby', 'active']),
  /**
   * Which region the name leads to. source: the environment that is recovered, whatever its health. here: this one, whatever the other's
   * health, so that a region that comes back with old data gets no requests. Default: source. "here" needs role "active".
   */
  traffic: z.enum(['source', 'here']).default('source'),
  /** Default: a replica. Changing it replaces the database. */
  database: databaseOriginSchema.prefault({ from: 'replica' }),
});
