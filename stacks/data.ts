import { Fn } from 'cdktf';
import type { Construct } from 'constructs';
import { cacheAdminUser, cacheUser, databaseName, roles, serviceRoleNames } from '../app/src/contract';
import { Bastion } from '../constructs/access/bastion';
import { cacheKeyPrefix, roleAccess } from '../constructs/cache/access';
import { Valkey, valkeyPort } from '../constructs/cache/valkey';
import { HoldfastStack } from '../constructs/core/stack';
import type { HandedOver } from '../constructs/core/stack-contract';
import { postgresInUse, warnOfSupport } from '../constructs/core/support-calendar';
import { BackupWatch } from '../constructs/database/backup-watch';
import { FailoverWatch } from '../constructs/database/failover-watch';
import { instanceNames, postgresPort } from '../constructs/database/parameters';
import type { Postgres, PostgresProps } from '../constructs/database/postgres';
import { DatabaseProxy } from '../constructs/database/proxy';
import { loadBalancerLogsGrant } from '../constructs/edge/access-logs';
import { EncryptionKey } from '../constructs/encryption/key';
import { EnvironmentBuckets } from '../constructs/storage/environment-buckets';
import type { AwsDeployment } from '../environments/load';
import { tracesOn } from '../environments/observability-rules';
import type { ClusterStack } from './cluster';
import { clusterContract, dataContract, networkContract } from './contracts';
import { letExternalSecretsRead, letExternalSecretsReadCopies, letRoleIn } from './data-access';
import { keepsData, ownDatabase, secretCopy } from './data-database';
import { serviceKeys } from './data-secrets';
import { copiesKeyAlias } from './names';
import type { NetworkStack } from './network';
import { observabilitySecrets } from './observability-secrets';
import { observabilityStores } from './observability-stores';
import { awsStackProps, awsTarget, environmentBucketName, isProtected, supportTerms } from './props';

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

    const clientSecurityGroupId = cluster.cluster_security_group_id;
    const copies = this.recovery();
    const own = ownDatabase(this, { deployment, network, clientSecurityGroupId, copies });
    const { key, alarms, postgres } = own;
    const shared = { ...own.shared, clientSecurityGroupId };
    const { engineVersion, proxy: pooled, ...database } = environment.database;
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
    const instances = instanceNames(name, environment.database.readReplicas);
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
    const secrets = { deployment, key, alarms, copy: copies && secretCopy(deployment, copies.key) };
    const serviceSecretName = serviceKeys(this, secrets);
    const monitoring = observabilitySecrets(this, secrets);
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
    letExternalSecretsReadCopies(this, deployment, cluster.external_secrets_role_name);
    const stores = observabilityStores(this, {
      ...secrets,
      ...{ cluster: cluster.cluster_name, traces: buckets.traces },
    });

    dataContract.publish(this, {
      database_host: proxy?.host ?? postgres.primary.address,
      database_direct_host: postgres.primary.address,
      database_reader_hosts: postgres.replicas.map((replica) => replica.address),
      database_port: String(postgresPort),
      database_name: databaseName,
      database_resource_id: postgres.primary.resourceId,
      database_owner_secret_arn: postgres.ownerSecretArn,
      cache_host: valkey.host,
      cache_mode: environment.cache.shards > 1 ? 'cluster' : 'standalone',
      cache_port: String(valkeyPort),
      cache_name: valkey.group.replicationGroupId,
      service_secret_name: serviceSecretName,
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
  private recovery(): PostgresProps['recovery'] {
    const { environment, account } = this.deployment;
    const { recoveryRegion: region } = environment;
    if (!region) return undefined;
    const provider = this.useAwsElsewhere(awsTarget(this.deployment), 'recovery', region);
    const key = new EncryptionKey(this, 'recovery-key', {
      accountId: account.id,
      region,
      alias: copiesKeyAlias(environment.name),
      description: `Copies of the backups of holdfast-${environment.name}`,
      provider,
      protect: keepsData(this.deployment),
    });
    return { provider, key };
  }
}
