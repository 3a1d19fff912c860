import { DbInstance, type DbInstanceConfig } from '@cdktf/provider-aws/lib/db-instance';
import { DbInstanceAutomatedBackupsReplication } from '@cdktf/provider-aws/lib/db-instance-automated-backups-replication';
import { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group';
import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group';
import { Annotations, Fn, type TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { Alarm } from '../alarms/alarm';
import type { AlarmTopic } from '../alarms/topic';
import type { EncryptionKey } from '../encryption/key';
import type { Place } from '../identity/place';
import { trustPolicy } from '../identity/policy';
import { Role } from '../identity/role';
import { ServerSecurityGroup } from '../network/security-group';
import { LogGroup } from '../storage/log-group';
import { databaseAlarms } from './alarms';
import { whyNoBlueGreen } from './blue-green';
import { beginning, type DatabaseOrigin, follows } from './origin';
import { OwnerPassword, type OwnerPasswordProps } from './owner-password';
import {
  exportedLogs,
  instanceLogGroups,
  instanceNames,
  type PostgresVersion,
  parameterFamily,
  postgresPort,
} from './parameters';
import { parametersOf } from './tuning';

export interface PostgresProps extends Place {
  /** Identifier of the instance. Changing it makes AWS rename it, and its address. */
  readonly name: string;
  /** Raising the major version stops the database for minutes and can't be taken back. */
  readonly version: PostgresVersion;
  /** Such as db.m7g.large. Changing it fails over to the standby; without one the database is away for minutes. */
  readonly instanceClass: string;
  /**
   * GiB at first, and at most: RDS grows the volume by itself and never shrinks it. The same twice: it stays as it is;
   * otherwise RDS wants the second a tenth above the first.
   */
  readonly storageGiB: { readonly initial: number; readonly max: number };
  /** A synchronous standby in another zone. */
  readonly multiAz: boolean;
  /** Asynchronous copies that can be read. More than none need `ownerPassword`: RDS copies no instance whose it manages. */
  readonly readReplicas: number;
  /** Days back to which any second can be restored, 1 to 35. */
  readonly backupRetentionDays: number;
  /**
   * Another region that gets a copy of each backup, and of the WAL within minutes; restores start there from nothing
   * else. Default: none. Changing its key begins the copy anew.
   */
  readonly recovery?: {
    /** Of that region. */
    readonly provider: TerraformProvider;
    /** Of that region: the database's own key doesn't leave its region. */
    readonly key: EncryptionKey;
  };
  /**
   * What it begins with, name, size, version and users included. Default: nothing; it begins empty. Changing it, other than by
   * promoting a replica, replaces the instance.
   */
  readonly origin?: DatabaseOrigin;
  /** RDS and Terraform refuse to delete it. */
  readonly deletionProtection: boolean;
  /** When it is destroyed a last snapshot stays, and so do the automated backups until they expire. */
  readonly finalSnapshot: boolean;
  /** Changes that restart it happen at once instead of in the maintenance window. */
  readonly applyImmediately: boolean;
  /** advanced: fifteen months of load analysis, at a price per vCPU. standard: seven days, free. */
  readonly insights: 'standard' | 'advanced';
  /** Name of the database in it. Changing it replaces everything. */
  readonly databaseName: string;
  /** Master user. Changing it replaces everything. */
  readonly ownerName: string;
  /**
   * Where its password is kept. Default: RDS makes it, keeps it in a secret of its own and rotates it every seven days, and
   * then refuses replicas and blue/green updates.
   */
  readonly ownerPassword?: Pick<OwnerPasswordProps, 'secretName' | 'version' | 'recoveryDays' | 'copy'>;
  /** Of the security group. Changing it replaces everything. */
  readonly vpcId: string;
  /** In two zones at least, without a route to the internet. */
  readonly subnetIds: string[];
  /** Whose members may connect. Default: nobody. */
  readonly clientSecurityGroupId?: string;
  /** Of data, snapshots, logs and the owner's secret. Changing it replaces everything. */
  readonly key: EncryptionKey;
  /** Days that logs are kept. */
  readonly logRetentionDays: number;
  /** Who is told when an instance is in trouble. */
  readonly alarms: AlarmTopic;
}

/** PostgreSQL on RDS, private and encrypted; logins by IAM. */
export class Postgres extends Construct {
  readonly primary: DbInstance;
  readonly replicas: readonly DbInstance[] = [];
  /** Its members are the primary and the replicas. */
  readonly securityGroupId: string;
  /** Secret that holds the owner's name and password; empty while it follows another database, whose owner it has. */
  readonly ownerSecretArn: string;
  private readonly common: Partial<DbInstanceConfig>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PostgresProps,
  ) {
    super(scope, id);
    const names = instanceNames(props.name, props.readReplicas);
    const subnets = new DbSubnetGroup(this, 'subnets', {
      name: props.name,
      description: `Database subnets of ${props.name}`,
      subnetIds: props.subnetIds,
    });
    this.securityGroupId = new ServerSecurityGroup(this, 'security-group', {
      name: `${props.name}-database`,
      description: 'PostgreSQL, from the cluster',
      vpcId: props.vpcId,
      port: postgresPort,
      from: props.clientSecurityGroupId ? { securityGroupId: props.clientSecurityGroupId } : undefined,
    }).id;
    this.common = this.settings();
    const following = follows(props.origin);
    const password =
      props.ownerPassword && !following
        ? new OwnerPassword(this, 'owner-password', { ...props, ...props.ownerPassword })
        : undefined;
    const obstacle = whyNoBlueGreen({ managedPassword: !password, readReplicas: props.readReplicas });
    if (obstacle && !following) {
      Annotations.of(this).addInfo(`upgrades stop the database, without blue/green: ${obstacle}`);
    }

    this.primary = new DbInstance(this, 'primary', {
      ...this.common,
      identifier: names.primary,
      // What looks for the primary, and not for its replicas, goes by it.
      tags: { Name: names.primary },
      instanceClass: props.instanceClass,
      ...beginning(props),
      ...(following
        ? // Its name is ignored from then on, so it has to be there before it is needed.
          { multiAz: false, ...this.finalSnapshot(), skipFinalSnapshot: true }
        : {
            engineVersion: props.version,
            // Whoever edits the version means it; the parameter group follows in the same plan.
            allowMajorVersionUpgrade: true,
            ...(password?.settings ?? {
              manageMasterUserPassword: true,
              masterUserSecretKmsKeyId: props.key.arn,
            }),
            blueGreenUpdate: obstacle ? undefined : { enabled: true },
            multiAz: props.multiAz,
            backupRetentionPeriod: props.backupRetentionDays,
            backupWindow: '01:00-02:00',
            // Where the data matters, any second of its last days can still be restored once the instance is gone.
            deleteAutomatedBackups: !props.finalSnapshot,
            ...this.finalSnapshot(),
          }),
      lifecycle: this.life(),
      kmsKeyId: props.key.arn,
      dbSubnetGroupName: subnets.name,
      dependsOn: this.logs('primary', names.primary),
    });
    this.ownerSecretArn = following
      ? ''
      : (password?.secretArn ?? this.primary.masterUserSecret.get(0).secretArn);
    password?.keep(this.primary);
    this.watch('primary', this.primary);
    if (following) return;
    if (props.recovery) {
      new DbInstanceAutomatedBackupsReplication(this, 'recovery', {
        sourceDbInstanceArn: this.primary.arn,
        kmsKeyId: props.recovery.key.arn,
        retentionPeriod: props.backupRetentionDays,
        provider: props.recovery.provider,
      });
    }

    this.replicas = names.replicas.map((identifier, index) => {
      const replica = new DbInstance(this, `replica-${index + 1}`, {
        ...this.common,
        identifier,
        instanceClass: props.instanceClass,
        // Engine, version, storage, users and the key come from the primary; so do backups.
        replicateSourceDb: this.primary.identifier,
        skipFinalSnapshot: true,
        dependsOn: this.logs(`replica-${index + 1}`, identifier),
      });
      this.watch(`replica-${index + 1}`, replica);
      return replica;
    });
  }

  /** What the primary and its replicas share. */
  private settings(): Partial<DbInstanceConfig> {
    const { props } = this;
    const group = new DbParameterGroup(this, 'parameters', {
      // A family can't be changed: a major upgrade makes the next group beside the old one.
      namePrefix: `${props.name}-${parameterFamily[props.version]}-`,
      family: parameterFamily[props.version],
      description: `Parameters of ${props.name}`,
      parameter: parametersOf(props.version).map(({ name, value, applyMethod }) => ({
        name,
        value,
        applyMethod,
      })),
      lifecycle: { createBeforeDestroy: true },
    });
    // Its log group, RDSOSMetrics, is the account's: RDS makes it and keeps it for thirty days.
    const monitoring = new Role(this, 'monitoring', {
      name: `${props.name}-rds-monitoring`,
      description: `Enhanced monitoring of ${props.name}`,
      trust: trustPolicy('monitoring.rds.amazonaws.com', 'sts:AssumeRole', {
        StringEquals: { 'aws:SourceAccount': props.accountId },
      }),
      managedPolicies: ['service-role/AmazonRDSEnhancedMonitoringRole'],
    });
    return {
      port: postgresPort,
      publiclyAccessible: false,
      vpcSecurityGroupIds: [this.securityGroupId],
      iamDatabaseAuthenticationEnabled: true,
      caCertIdentifier: 'rds-ca-rsa2048-g1',
      parameterGroupName: group.name,
      applyImmediately: props.applyImmediately,
      // Minor versions are pinned like everything else.
      autoMinorVersionUpgrade: false,
      maintenanceWindow: 'sun:03:00-sun:04:00',
      storageType: 'gp3',
      storageEncrypted: true,
      // RDS wants the limit above the size, or none.
      maxAllocatedStorage: props.storageGiB.max > props.storageGiB.initial ? props.storageGiB.max : undefined,
      copyTagsToSnapshot: true,
      deletionProtection: props.deletionProtection,
      monitoringInterval: 60,
      monitoringRoleArn: monitoring.arn,
      databaseInsightsMode: props.insights,
      // Required by `advanced`; in `standard` the seven days are free.
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: props.key.arn,
      performanceInsightsRetentionPeriod: props.insights === 'advanced' ? 465 : 7,
      enabledCloudwatchLogsExports: [...exportedLogs],
      lifecycle: props.deletionProtection ? { preventDestroy: true } : undefined,
    };
  }

  /** What Terraform leaves alone: the name of the last snapshot, and where a restored instance once came from. */
  private life(): DbInstanceConfig['lifecycle'] {
    const ignoreChanges = [
      ...(this.props.finalSnapshot ? ['final_snapshot_identifier'] : []),
      ...(this.props.origin?.kind === 'backups' ? ['restore_to_point_in_time'] : []),
    ];
    const { lifecycle } = this.common;
    return ignoreChanges.length > 0 ? { ...lifecycle, ignoreChanges } : lifecycle;
  }

  private finalSnapshot(): Partial<DbInstanceConfig> {
    if (!this.props.finalSnapshot) return { skipFinalSnapshot: true };
    return {
      skipFinalSnapshot: false,
      // The time of creation makes the name another one in each life of the instance: the snapshot of the last life
      // still has its own, and RDS would refuse to destroy the next. Ignored afterwards, or every plan would differ.
      finalSnapshotIdentifier: `${this.props.name}-final-${Fn.formatdate('YYYYMMDDhhmmss', Fn.timestamp())}`,
    };
  }

  /** `id` is `primary` or `replica-<n>`. */
  private watch(id: string, instance: DbInstance): void {
    const rules = databaseAlarms({
      ...this.props,
      role: id === 'primary' && !follows(this.props.origin) ? 'primary' : 'replica',
    });
    for (const rule of rules) {
      new Alarm(this, `${id}-alarm-${rule.id}`, {
        rule,
        name: `${this.props.name}-database-${id}`,
        namespace: 'AWS/RDS',
        dimensions: { DBInstanceIdentifier: instance.identifier },
        topic: this.props.alarms,
      });
    }
  }

  private logs(id: string, instance: string) {
    return instanceLogGroups(instance).map(
      (name, index) =>
        new LogGroup(this, `${id}-${exportedLogs[index]}-logs`, {
          name,
          retentionDays: this.props.logRetentionDays,
          key: this.props.key,
        }).group,
    );
  }
}
