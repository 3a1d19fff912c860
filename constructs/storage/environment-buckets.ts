import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption/key';
import type { ResourceStatement } from '../identity/policy';
import { accessLogsGrant, PrivateBucket } from './bucket';

/** What an environment keeps in files; `cluster` and `reports` are the backup stack's. */
export type EnvironmentBucket = 'logs' | 'backups' | 'artefacts' | 'traces' | 'cluster' | 'reports';

export interface EnvironmentBucketsProps {
  /** Name of the environment's resources; buckets that begin with it may deliver their access logs. */
  readonly name: string;
  readonly accountId: string;
  /** Unique in the world. Changing one replaces the bucket. */
  readonly nameOf: (purpose: EnvironmentBucket) => string;
  readonly key: EncryptionKey;
  /** Days that access logs are kept. */
  readonly logDays: number;
  /** Who else delivers logs, besides S3. Default: nobody. */
  readonly logGrants?: readonly ResourceStatement[];
  /** Days in which a deleted backup can be brought back. */
  readonly deletedBackupDays: number;
  /** Days that artefacts are kept. */
  readonly artefactDays: number;
  /** Days that traces are kept. Default: there is no bucket of them. */
  readonly traceDays?: number;
  /** Whether Terraform refuses to destroy them; but for traces, which nothing depends on. */
  readonly protect: boolean;
  /** Whether destroying them takes what they hold with them. */
  readonly destroyWithContent: boolean;
}

/** Buckets for backups, for what builds and drills leave, and for what AWS logs about both. */
export class EnvironmentBuckets extends Construct {
  readonly logs: PrivateBucket;
  readonly backups: PrivateBucket;
  readonly artefacts: PrivateBucket;
  readonly traces: PrivateBucket | undefined;

  constructor(scope: Construct, id: string, props: EnvironmentBucketsProps) {
    super(scope, id);
    const { key, protect, destroyWithContent } = props;
    const life = { protect, destroyWithContent };
    this.logs = new PrivateBucket(this, 'logs', {
      ...life,
      // No key: S3 and load balancers deliver to no bucket with one.
      name: props.nameOf('logs'),
      expireDays: props.logDays,
      noncurrentDays: 7,
      grants: [
        accessLogsGrant(props.nameOf('logs'), props.accountId, `${props.name}-`),
        ...(props.logGrants ?? []),
      ],
    });
    this.backups = new PrivateBucket(this, 'backups', {
      ...life,
      name: props.nameOf('backups'),
      key,
      noncurrentDays: props.deletedBackupDays,
      // Who read or deleted a backup is asked afterwards.
      accessLogs: this.logs,
    });
    this.artefacts = new PrivateBucket(this, 'artefacts', {
      ...life,
      name: props.nameOf('artefacts'),
      key,
      expireDays: props.artefactDays,
      noncurrentDays: 30,
      accessLogs: this.logs,
    });
    this.traces =
      props.traceDays === undefined
        ? undefined
        : new PrivateBucket(this, 'traces', {
            destroyWithContent,
            name: props.nameOf('traces'),
            key,
            // What writes them deletes them; this takes what it forgot, once it can't look for it any more.
            expireDays: props.traceDays + 2,
            noncurrentDays: 1,
            accessLogs: this.logs,
          });
  }
}
