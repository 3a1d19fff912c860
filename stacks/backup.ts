import type { Construct } from 'constructs';
import { eventRule, mayEncrypt } from '../constructs/alarms/publishers';
import { AlarmTopic } from '../constructs/alarms/topic';
import { JobWatch, jobRule, troubles } from '../constructs/backup/job-watch';
import { type CopyTarget, Plan } from '../constructs/backup/plans';
import { BackupReports } from '../constructs/backup/reports';
import { RestoreTesting, validationFunction } from '../constructs/backup/restore-testing';
import { backupRole, clusterBackupRole, restoreTestRole } from '../constructs/backup/roles';
import { StateWatch, stateWatchFunction } from '../constructs/backup/state-watch';
import { Vault } from '../constructs/backup/vault';
import { faultLogGroup } from '../constructs/chaos/names';
import { HoldfastStack } from '../constructs/core/stack';
import type { HandedOver } from '../constructs/core/stack-contract';
import { instanceNames } from '../constructs/database/parameters';
import { EncryptionKey } from '../constructs/encryption/key';
import { functionLogGroup } from '../constructs/identity/function-role';
import { arnIn, type Place } from '../constructs/identity/place';
import { useHelm, useKubernetes } from '../constructs/kubernetes/cluster-access';
import type { AwsDeployment } from '../environments/load';
import { faultExperiments } from './backup-chaos';
import { databaseDumps } from './backup-dumps';
import { expectedPoints, recoveryVaultName } from './backup-expected';
import { backupCopiesAlias, clusterBackups } from './backup-velero';
import { clusterContract, dataContract, networkContract, platformContract } from './contracts';
import { clusterAccess } from './kubernetes-props';
import { awsStackProps, awsTarget, environmentBucketName, isProtected } from './props';

/** What is saved besides what RDS and ElastiCache save themselves, where copies lie, and who is told when they stay away. */
export class BackupStack extends HoldfastStack {
  private readonly name: string;
  private readonly place: Place;
  /** Whether destroying takes the content along: development is meant to be thrown away, else only what is torn down. */
  private readonly life: { readonly protect: boolean; readonly destroyWithContent: boolean };

  constructor(
    scope: Construct,
    private readonly deployment: AwsDeployment,
    upstream: {
      readonly network: HoldfastStack;
      readonly cluster: HoldfastStack;
      readonly data: HoldfastStack;
      readonly platform: HoldfastStack;
    },
  ) {
    super(scope, awsStackProps(deployment, 'backup'));
    this.useAws(awsTarget(deployment));
    const { environment, account } = deployment;
    this.name = `holdfast-${environment.name}`;
    this.place = { accountId: account.id, region: environment.region };
    this.life = {
      protect: isProtected(deployment),
      destroyWithContent: environment.teardown || environment.tier === 'development',
    };
    const network = networkContract.consume(this, upstream.network);
    const cluster = clusterContract.consume(this, upstream.cluster);
    const data = dataContract.consume(this, upstream.data);
    // Its kinds, too: alerts and monitors.
    const platform = platformContract.consume(this, upstream.platform);
    const access = clusterAccess(deployment, cluster);
    useKubernetes(this, access);
    useHelm(this, access);

    const key = this.key();
    const alarms = new AlarmTopic(this, 'alarms', {
      ...this.place,
      name: `${this.name}-backup-alarms`,
      alarmPrefix: `${this.name}-`,
      others: this.publishers(),
      key,
      emails: account.alertEmails,
    });
    const { lock } = environment.backup;
    const vault = new Vault(this, 'vault', { ...this.place, ...this.life, name: this.name, key, lock });
    const recovery = this.recoveryVault();
    this.plans(vault, key, data, recovery);
    this.watch(vault, key, alarms, network, data);
    new BackupReports(this, 'reports', {
      ...this.place,
      ...this.life,
      name: this.name,
      bucketName: environmentBucketName(deployment, 'reports'),
      keepDays: environment.storage.artefactDays,
      logBucket: data.log_bucket_name,
    });
    if (environment.backup.dumps.enabled)
      databaseDumps(this, { deployment, network, cluster, data, platform });
    if (environment.chaos.enabled)
      faultExperiments(this, { deployment, cluster: cluster.cluster_name, key, alarms });
    if (environment.backup.velero.enabled) {
      clusterBackups(this, { deployment, key, network, cluster, data, copies: recovery });
    }
  }

  private publishers() {
    return troubles.map(({ id }) => {
      const publisher = eventRule(this.place, jobRule(this.name, id));
      return { ...publisher, sid: `${id[0]?.toUpperCase()}${id.slice(1)}${publisher.sid}` };
    });
  }

  private key(): EncryptionKey {
    const { chaos, backup } = this.deployment.environment;
    const { restoreTest } = backup;
    return new EncryptionKey(this, 'key', {
      ...this.place,
      alias: `${this.name}-backup`,
      description: `Vault, cluster backups and alarms of ${this.name}`,
      logGroups: [
        functionLogGroup(stateWatchFunction(this.name)),
        ...(restoreTest ? [functionLogGroup(validationFunction(this.name))] : []),
        ...(chaos.enabled ? [faultLogGroup(this.name)] : []),
      ],
      alarmPrefix: `${this.name}-`,
      grants: [mayEncrypt(this.place, eventRule(this.place, this.name))],
      // Without it nobody reads what the vault holds.
      protect: this.life.protect,
    });
  }

  /** In recoveryRegion, with a key of that region. */
  private recoveryVault() {
    const { recoveryRegion: region, backup } = this.deployment.environment;
    if (!region || !backup.regionCopies) return undefined;
    const provider = this.useAwsElsewhere(awsTarget(this.deployment), 'recovery', region);
    const place = { ...this.place, region };
    const key = new EncryptionKey(this, 'recovery-key', {
      ...place,
      alias: backupCopiesAlias(this.deployment.environment.name),
      description: `Copies of the recovery points of ${this.name}`,
      provider,
      protect: this.life.protect,
    });
    const vault = new Vault(this, 'recovery-vault', {
      ...place,
      ...this.life,
      name: recoveryVaultName(this.name),
      key,
      lock: backup.lock,
      provider,
    });
    return { vault, key, provider, region };
  }

  private plans(
    vault: Vault,
    key: EncryptionKey,
    data: HandedOver<typeof dataContract.outputs>,
    recovery: ReturnType<BackupStack['recoveryVault']>,
  ): void {
    const { backup, database, recoveryRegion } = this.deployment.environment;
    const { regionCopies, accountCopies } = backup;
    const copies: CopyTarget[] = [
      ...(recovery && regionCopies
        ? [
            {
              vaultArn: recovery.vault.arn,
              keepDays: regionCopies.keepDays,
              of: ['RDS', 'EBS'] as const,
              rules: ['daily', 'weekly', 'monthly'] as const,
            },
          ]
        : []),
      // Volumes have the account's own key of EBS, with which no other account can copy.
      ...(accountCopies
        ? [{ ...accountCopies, of: ['RDS'] as const, rules: ['weekly', 'monthly'] as const }]
        : []),
    ];
    const role = backupRole(this, 'role', {
      ...this.place,
      name: `${this.name}-backup`,
      vaultArns: [vault.arn, ...copies.map(({ vaultArn }) => vaultArn)],
      keyArns: [data.data_key_arn, key.arn, ...(recovery ? [recovery.key.arn] : [])],
      copyRegion: recovery && recoveryRegion,
    });
    const common = {
      ...this.place,
      name: this.name,
      vault: vault.vault.name,
      rules: backup.rules,
      copies,
      // The provider's default tags: on everything that the environment's stacks make, and on volumes that claims make.
      tags: { environment: this.deployment.environment.name, service: 'holdfast' },
    };
    const { replicas } = instanceNames(this.name, database.readReplicas);
    new Plan(this, 'database', {
      ...common,
      kind: 'RDS',
      role,
      except: replicas.map((replica) => arnIn(this.place, 'rds', `db:${replica}`)),
    });
    if (backup.rules.monthly) new Plan(this, 'volumes', { ...common, kind: 'EBS', role });
    if (backup.cluster) {
      const clusterRole = clusterBackupRole(this, 'cluster-role', {
        ...this.place,
        name: `${this.name}-backup-cluster`,
      });
      new Plan(this, 'cluster', { ...common, kind: 'EKS', role: clusterRole });
    }
  }

  private watch(
    vault: Vault,
    key: EncryptionKey,
    alarms: AlarmTopic,
    network: HandedOver<typeof networkContract.outputs>,
    data: HandedOver<typeof dataContract.outputs>,
  ): void {
    const { environment, account } = this.deployment;
    const { restoreTest } = environment.backup;
    const roleName = `${this.name}-restore-test`;
    const shared = {
      ...this.place,
      name: this.name,
      key,
      alarms,
      logRetentionDays: environment.cluster.logRetentionDays,
    };
    const testing =
      restoreTest &&
      new RestoreTesting(this, 'restore-testing', {
        ...shared,
        vaultArn: vault.arn,
        schedule: restoreTest.schedule,
        vpcId: network.vpc_id,
        // The data stack calls it after the instance.
        subnetGroup: this.name,
        role: restoreTestRole(this, 'restore-role', {
          ...this.place,
          name: roleName,
          subnetGroup: this.name,
          keyArns: [data.data_key_arn, key.arn],
        }),
      });
    new JobWatch(this, 'job-watch', {
      name: this.name,
      alarms,
      vaultArn: vault.arn,
      restoreRoleArn: testing && `arn:aws:iam::${account.id}:role/${roleName}`,
    });
    new StateWatch(this, 'state-watch', {
      ...shared,
      vault: this.name,
      points: expectedPoints(this.name, environment),
      test: testing && restoreTest && { planArn: testing.planArn, atLatestDays: restoreTest.atLatestDays },
    });
  }
}
