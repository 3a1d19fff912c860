import { Fn } from 'cdktf';
import type { Construct } from 'constructs';
import {
  cacheAdminUser,
  cacheUser,
  databaseName,
  generatedKeyLength,
  generatedSecretKeys,
  migrationJob,
  roles,
  serviceRoleNames,
} from '../app/src/contract';
import { Bastion } from '../constructs/access/bastion';
import { eventRule, mayEncrypt } from '../constructs/alarms/publishers';
import { AlarmTopic } from '../constructs/alarms/topic';
import { copiesElsewhere } from '../constructs/backup/account-copies';
import { cacheKeyPrefix, roleAccess } from '../constructs/cache/access';
import { cacheLogGroups, Valkey, valkeyPort } from '../constructs/cache/valkey';
import { HoldfastStack } from '../constructs/core/stack';
import type { HandedOver } from '../constructs/core/stack-contract';
import { postgresInUse, warnOfSupport } from '../constructs/core/support-calendar';
import { BackupWatch, backupLogGroup, troubleRule } from '../constructs/database/backup-watch';
import { FailoverWatch, failoverRule } from '../constructs/database/failover-watch';
import {
  instanceLogGroups,
  instanceNames,
  postgresPort,
  proxyLogGroup,
} from '../constructs/database/parameters';
import { Postgres, type PostgresProps } from '../constructs/database/postgres';
import { DatabaseProxy } from '../constructs/database/proxy';
import { loadBalancerLogsGrant } from '../constructs/edge/access-logs';
import { EncryptionKey } from '../constructs/encryption/key';
import { functionLogGroup } from '../constructs/identity/function-role';
import { EmptySecret } from '../constructs/secrets/empty-secret';
import { KeyRotation } from '../constructs/secrets/key-rotation';
import { EnvironmentBuckets } from '../constructs/storage/environment-buckets';
import type { AwsDeployment } from '../environments/load';
import { tracesOn } from '../environments/observability-rules';
import type { ClusterStack } from './cluster';
import { clusterContract, dataContract, networkContract } from './contracts';
import { letExternalSecretsRead, letRoleIn } from './data-access';
import type { NetworkStack } from './network';
import { grafanaRotationName, observabilitySecrets } from './observability-secrets';
import { observabilityStores } from './observability-stores';
import {
  awsStackProps,
  awsTarget,
  environmentBucketName,
  isProtected,
  ownerSecretName,
  supportTerms,
} from './props';

type Network = HandedOver<typeof networkContract.outputs>;

/** PostgreSQL, Valkey, buckets and secrets of the service, and who may use them. */
export class DataStack extends HoldfastStack {
  constructor(
    scope: Construct,
    private readonly deployment: AwsDeployment,
    stacks: { readonly network: NetworkStack; readonly cluster: ClusterStack },
  ) {
    super(scope, awsStackProps(deployment, 'data'));
    this.useAws(awsTarget(deployment));
    const { environment, account } = deployment;
    const { tier } = environment;
    const network = networkContract.consume(this, stacks.network);
    const cluster = clusterContract.consume(this, stacks.cluster);
    const place = { accountId: account.id, region: environment.region };
    const name = `holdfast-${environment.name}`;

    const deletionProtection = environment.database.deletionProtection && !environment.teardown;
    const rotation = `${name}-rotation`;
    const instances = instanceNames(name, environment.database.readReplicas);
    const backupEvents = eventRule(place, troubleRule(name));
    const failoverEvents = { ...eventRule(place, failoverRule(name)), sid: 'FailoversPublish' };
    const key = new EncryptionKey(this, 'key', {
      ...place,
      alias: `${name}-data`,
      description: `Database, cache, buckets and secrets of ${name}`,
      logGroups: [
        ...cacheLogGroups(name),
        backupLogGroup(name),
        functionLogGroup(rotation),
        functionLogGroup(grafanaRotationName(environment.name)),
        ...[instances.primary, ...instances.replicas].flatMap((instance) => instanceLogGroups(instance)),
        ...(environment.database.proxy ? [proxyLogGroup(name)] : []),
      ],
      alarmPrefix: `${name}-`,
      grants: [mayEncrypt(place, backupEvents), ...copiesElsewhere(environment.backup.accountCopies)],
      // Snapshots outlive the database, and nobody can read them without the key.
      protect: deletionProtection,
    });
    const alarms = new AlarmTopic(this, 'alarms', {
      ...place,
      name: `${name}-data-alarms`,
      alarmPrefix: `${name}-`,
      others: [backupEvents, failoverEvents],
      key,
      emails: account.alertEmails,
    });
    const shared = {
      name,
      key,
      vpcId: network.vpc_id,
      subnetIds: network.database_subnet_ids,
      clientSecurityGroupId: cluster.cluster_security_group_id,
      logRetentionDays: environment.cluster.logRetentionDays,
      applyImmediately: tier === 'development',
      alarms,
    };
    const { engineVersion, ownerPasswordVersion, proxy: pooled, ...database } = environment.database;
    const postgres = new Postgres(this, 'database', {
      ...place,
      ...shared,
      ...database,
      recovery: this.recovery(deletionProtection),
      deletionProtection,
      version: engineVersion,
      finalSnapshot: tier !== 'development' || deletionProtection,
      insights: tier === 'production' ? 'advanced' : 'standard',
      databaseName,
      ownerName: migrationJob.databaseUser,
      ownerPassword: ownerPasswordVersion
        ? {
            secretName: ownerSecretName(environment.name),
            version: ownerPasswordVersion,
            recoveryDays: tier === 'development' ? 0 : 7,
          }
        : undefined,
    });
    const proxy = pooled
      ? new DatabaseProxy(this, 'database-proxy', {
          ...place,
          ...shared,
          instance: postgres.primary,
          instanceClass: database.instanceClass,
          databaseSecurityGroupId: postgres.securityGroupId,
          users: [roles.gateway.databaseUser, roles.collector.databaseUser, roles.worker.databaseUser],
        })
      : undefined;
    new BackupWatch(this, 'backup-watch', { ...place, ...shared, instance: instances.primary });
    const watched = [instances.primary, ...instances.replicas];
    new FailoverWatch(this, 'failover-watch', { name, alarms, instances: watched });
    if (environment.access.bastion) this.bastion(network, postgres, cluster.cluster_security_group_id);
    warnOfSupport(postgres, postgresInUse(engineVersion), supportTerms(deployment));
    const valkey = new Valkey(this, 'cache', {
      ...shared,
      ...environment.cache,
      version: '8.2',
      protect: isProtected(deployment),
      keyPrefix: cacheKeyPrefix,
      users: [
        ...serviceRoleNames.map((role) => ({
          name: cacheUser(role, environment.name),
          access: roleAccess[role],
        })),
        { name: cacheUser('exporter', environment.name), access: 'monitor' },
        { name: cacheAdminUser(environment.name), access: 'admin' },
      ],
    });
    const serviceSecret = new EmptySecret(this, 'service-secret', {
      name: `holdfast/${environment.name}/service`,
      description:
        'Keys that Holdfast generates and rotates: a JSON object with a member per secret setting of the service',
      key,
      recoveryDays: tier === 'development' ? 0 : 7,
    });
    new KeyRotation(this, 'service-secret-rotation', {
      ...place,
      name: rotation,
      secret: serviceSecret,
      members: generatedSecretKeys,
      keyLength: generatedKeyLength,
      days: environment.secrets.rotationDays,
      key,
      logRetentionDays: environment.cluster.logRetentionDays,
      alarms,
    });
    const monitoring = observabilitySecrets(this, deployment, key, alarms);
    const buckets = new EnvironmentBuckets(this, 'buckets', {
      name,
      accountId: account.id,
      nameOf: (purpose) => environmentBucketName(deployment, purpose),
      key,
      ...environment.storage,
      traceDays: tracesOn(environment.observability)
        ? environment.observability.traces.retentionDays
        : undefined,
      logGrants: environment.domain?.delegated
        ? [loadBalancerLogsGrant(environmentBucketName(deployment, 'logs'), place)]
        : undefined,
      protect: isProtected(deployment),
      // Development is meant to be thrown away; elsewhere only what is being torn down.
      destroyWithContent: environment.teardown || tier === 'development',
    });

    for (const role of [...serviceRoleNames, 'exporter'] as const) {
      letRoleIn(this, deployment, role, cluster.cluster_name, { postgres, proxy, valkey });
    }
    letExternalSecretsRead(this, deployment, cluster.external_secrets_role_name, postgres, key);
    const stores = observabilityStores(this, {
      ...{ deployment, key },
      ...{ cluster: cluster.cluster_name, traces: buckets.traces },
    });

    dataContract.publish(this, {
      database_host: proxy?.host ?? postgres.primary.address,
      database_direct_host: postgres.primary.address,
      database_reader_hosts: postgres.replicas.map((replica) => replica.address),
      database_port: String(postgresPort),
      database_name: postgres.primary.dbName,
      database_resource_id: postgres.primary.resourceId,
      database_owner_secret_arn: postgres.ownerSecretArn,
      cache_host: valkey.host,
      cache_mode: environment.cache.shards > 1 ? 'cluster' : 'standalone',
      cache_port: String(valkeyPort),
      cache_name: valkey.group.replicationGroupId,
      service_secret_name: serviceSecret.secret.name,
      grafana_secret_name: monitoring.grafana,
      alerting_secret_name: monitoring.alerting,
      backup_bucket_name: buckets.backups.bucket.bucket,
      artefact_bucket_name: buckets.artefacts.bucket.bucket,
      log_bucket_name: buckets.logs.bucket.bucket,
      trace_bucket_name: buckets.traces?.bucket.bucket ?? '',
      integration_secret_name: stores.integrationSecretName,
      metrics_workspace_id: stores.workspaceId,
      data_key_arn: key.arn,
    });
  }

  /** The way of people to the database and the Kubernetes API. */
  private bastion(network: Network, postgres: Postgres, clusterSecurityGroupId: string): void {
    new Bastion(this, 'bastion', {
      name: `holdfast-${this.deployment.environment.name}`,
      vpcId: network.vpc_id,
      subnetId: Fn.element(network.private_subnet_ids, 0),
      destinations: [
        {
          id: 'database',
          description: 'PostgreSQL, for people',
          securityGroupId: postgres.securityGroupId,
          port: postgresPort,
        },
        {
          id: 'cluster',
          description: 'The Kubernetes API, for people',
          securityGroupId: clusterSecurityGroupId,
          port: 443,
        },
      ],
    });
  }

  /** Where backups are copied to, with a key of that region. */
  private recovery(protect: boolean): PostgresProps['recovery'] {
    const { environment, account } = this.deployment;
    const { recoveryRegion: region } = environment;
    if (!region) return undefined;
    const provider = this.useAwsElsewhere(awsTarget(this.deployment), 'recovery', region);
    const key = new EncryptionKey(this, 'recovery-key', {
      accountId: account.id,
      region,
      alias: `holdfast-${environment.name}-recovery`,
      description: `Copies of the backups of holdfast-${environment.name}`,
      provider,
      protect,
    });
    return { provider, key };
  }
}
