import { each, is } from '../engine/judge';
import type { Evaluators } from '../engine/model';

const production = {
  tiers: ['staging', 'production'],
  otherwise: 'development may be lost, and is rebuilt',
} as const;
const onlyProduction = {
  tiers: ['production'],
  otherwise: 'only production is recovered in another region',
} as const;
const inConstruct = 'constructs/database sets it: take out what overrides it.';
const isReplica = (values: { readonly replicate_source_db: string | undefined }) =>
  values.replicate_source_db !== undefined;

export const databaseRecovery = {
  'rds-multi-az': {
    title: 'Databases have a standby in another zone',
    severity: 'high',
    why: 'The loss of a zone would take the database away for hours.',
    remedy: 'database.multiAz: true in the environment.',
    appliesTo: production,
    judge: each('aws_db_instance', ({ values }) =>
      isReplica(values) ? undefined : is(values.multi_az === true, 'multi_az', values.multi_az),
    ),
  },
  'rds-backed-up': {
    title: 'Databases can be restored to any moment of the last week',
    severity: 'critical',
    why: 'A mistake that is noticed late could not be undone.',
    remedy: 'database.backupRetentionDays of the environment: 7 or more.',
    appliesTo: production,
    judge: each('aws_db_instance', ({ values }) =>
      isReplica(values)
        ? undefined
        : is(
            (values.backup_retention_period ?? 0) >= 7,
            'backup_retention_period',
            values.backup_retention_period,
          ),
    ),
  },
  'rds-backup-on': {
    title: 'Databases have automatic backups',
    severity: 'critical',
    why: 'Without them nothing can be restored, and no replica be made.',
    remedy: 'database.backupRetentionDays of the environment: 1 or more.',
    judge: each('aws_db_instance', ({ values }) =>
      isReplica(values)
        ? undefined
        : is(
            (values.backup_retention_period ?? 0) >= 1,
            'backup_retention_period',
            values.backup_retention_period,
          ),
    ),
  },
  'rds-backups-elsewhere': {
    title: 'Backups of databases are copied to another region',
    severity: 'high',
    why: 'With the region, the data would be gone.',
    remedy: 'recoveryRegion of the environment names the region.',
    appliesTo: onlyProduction,
    judge: each('aws_db_instance', (instance, environment) => {
      if (isReplica(instance.values)) return undefined;
      const copies = environment.of(
        instance,
        'aws_db_instance_automated_backups_replication',
        'source_db_instance_arn',
      ).length;
      return is(copies > 0, 'copies in another region', copies);
    }),
  },
  'rds-deletion-protected': {
    title: 'Databases refuse to be deleted',
    severity: 'high',
    why: 'One wrong click or apply would delete it.',
    remedy: 'database.deletionProtection: true in the environment.',
    appliesTo: { tiers: ['staging', 'production'], otherwise: 'development is meant to be thrown away' },
    judge: each('aws_db_instance', ({ values }) =>
      is(values.deletion_protection === true, 'deletion_protection', values.deletion_protection),
    ),
  },
  'rds-protected': {
    title: 'Terraform refuses to destroy databases',
    severity: 'high',
    why: 'A renamed construct would replace it by an empty one.',
    remedy: inConstruct,
    appliesTo: { tiers: ['staging', 'production'], otherwise: 'development is meant to be thrown away' },
    judge: each('aws_db_instance', ({ preventDestroy }) =>
      is(preventDestroy, 'prevent_destroy', preventDestroy),
    ),
  },
  'rds-final-snapshot': {
    title: 'A deleted database leaves a snapshot',
    severity: 'high',
    why: 'Nothing would be left of what was deleted by mistake.',
    remedy: inConstruct,
    appliesTo: { tiers: ['staging', 'production'], otherwise: 'development is meant to be thrown away' },
    judge: each('aws_db_instance', ({ values }) =>
      isReplica(values)
        ? undefined
        : is(values.skip_final_snapshot !== true, 'skip_final_snapshot', values.skip_final_snapshot),
    ),
  },
  'rds-keeps-backups': {
    title: 'Backups outlive the database',
    severity: 'medium',
    why: 'Deleting the database would delete every moment that it can be restored to.',
    remedy: inConstruct,
    appliesTo: { tiers: ['staging', 'production'], otherwise: 'development is meant to be thrown away' },
    judge: each('aws_db_instance', ({ values }) =>
      isReplica(values)
        ? undefined
        : is(
            values.delete_automated_backups === false,
            'delete_automated_backups',
            values.delete_automated_backups,
          ),
    ),
  },
  'rds-snapshots-tagged': {
    title: 'Snapshots carry the tags of their database',
    severity: 'low',
    why: 'Nobody could tell whose data a snapshot holds, and backups chosen by tags would miss it.',
    remedy: inConstruct,
    judge: each('aws_db_instance', ({ values }) =>
      is(values.copy_tags_to_snapshot === true, 'copy_tags_to_snapshot', values.copy_tags_to_snapshot),
    ),
  },
  'rds-storage-grows': {
    title: 'Storage of databases may grow',
    severity: 'medium',
    why: 'A full volume stops the database.',
    remedy: 'database.storageGiB.max of the environment: above initial.',
    appliesTo: production,
    judge: each('aws_db_instance', ({ values }) =>
      isReplica(values)
        ? undefined
        : is(
            (values.max_allocated_storage ?? 0) > (values.allocated_storage ?? 0),
            'max_allocated_storage',
            values.max_allocated_storage,
          ),
    ),
  },
} satisfies Evaluators;
