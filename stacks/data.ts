import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Fn } from 'cdktf';
import type { Construct } from 'constructs';
import {
  cacheUser,
  databaseName,
  migrationJob,
  roles,
  type ServiceRoleName,
  serviceRoleNames,
} from '../app/src/contract';
import { Bastion } from '../constructs/access/bastion';
import { AlarmTopic } from '../constructs/alarms/topic';
import type { CacheAccess } from '../constructs/cache/access';
import { slowLogGroup, Valkey, valkeyPort } from '../constructs/cache/valkey';
import { HoldfastStack } from '../constructs/core/stack';
import { postgresInUse, warnOfSupport } from '../constructs/core/support-calendar';
import {
  instanceLogGroups,
  instanceNames,
  postgresPort,
  proxyLogGroup,
} from '../constructs/database/parameters';
import { Postgres, type PostgresProps } from '../constructs/database/postgres';
import { DatabaseProxy, logins } from '../constructs/database/proxy';
import { EncryptionKey } from '../constructs/encryption/key';
import { arnIn } from '../constructs/identity/place';
import { PodIdentity } from '../constructs/identity/pod-identity';
import { identityPolicy } from '../constructs/identity/policy';
import { EmptySecret } from '../constructs/secrets/empty-secret';
import { serviceAccountName, serviceNamespace } from '../constructs/workload/names';
import type { AwsDeployment } from '../environments/load';
import type { ClusterStack } from './cluster';
import { clusterContract, dataContract, networkContract } from './contracts';
import type { NetworkStack } from './network';
import { awsStackProps, awsTarget, isProtected, ownerSecretName, supportTerms } from './props';

/** What each role does with the cache: the gateway answers from it, and both with a public port limit clients by it. */
const cacheAccess: Readonly<Record<ServiceRoleName, CacheAccess>> = {
  gateway: 'read-write',
  collector: 'read-write',
  worker: 'connect',
};

/** PostgreSQL, Valkey and secrets of the service, and who may use them. */
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
    const instances = instanceNames(name, environment.database.readReplicas);
    const key = new EncryptionKey(this, 'key', {
      ...place,
      alias: `${name}-data`,
      description: `Database, cache and secrets of ${name}`,
      logGroups: [
        slowLogGroup(name),
        ...[instances.primary, ...instances.replicas].flatMap((instance) => instanceLogGroups(instance)),
        ...(environment.database.proxy ? [proxyLogGroup(name)] : []),
      ],
      alarmPrefix: `${name}-`,
      // Snapshots outlive the database, and nobody can read them without the key.
      protect: deletionProtection,
    });
    const alarms = new AlarmTopic(this, 'alarms', {
      ...place,
      name: `${name}-data-alarms`,
      alarmPrefix: `${name}-`,
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
    if (environment.access.bastion) {
      new Bastion(this, 'bastion', {
        name,
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
            securityGroupId: cluster.cluster_security_group_id,
            port: 443,
          },
        ],
      });
    }
    warnOfSupport(postgres, postgresInUse(engineVersion), supportTerms(deployment));
    const valkey = new Valkey(this, 'cache', {
      ...shared,
      ...environment.cache,
      version: '8.2',
      protect: isProtected(deployment),
      keyPrefix: 'holdfast:',
      users: serviceRoleNames.map((role) => ({
        name: cacheUser(role, environment.name),
        access: cacheAccess[role],
      })),
    });
    const serviceSecret = new EmptySecret(this, 'service-secret', {
      name: `holdfast/${environment.name}/service`,
      description:
        'Keys that Holdfast generates: a JSON object with a member per secret setting of the service',
      key,
      recoveryDays: tier === 'development' ? 0 : 7,
    });

    for (const role of serviceRoleNames) {
      this.identity(role, cluster.cluster_name, databaseIds(role, postgres, proxy), valkey);
    }
    this.letExternalSecretsRead(cluster.external_secrets_role_name, postgres, key);

    dataContract.publish(this, {
      database_host: proxy?.host ?? postgres.primary.address,
      database_direct_host: postgres.primary.address,
      database_reader_hosts: postgres.replicas.map((replica) => replica.address),
      database_port: String(postgresPort),
      database_name: postgres.primary.dbName,
      database_owner_secret_arn: postgres.ownerSecretArn,
      cache_host: valkey.group.primaryEndpointAddress,
      cache_port: String(valkeyPort),
      cache_name: valkey.group.replicationGroupId,
      service_secret_name: serviceSecret.secret.name,
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

  /** Lets the pods of one role log in to the database and the cache as that role, and nothing else. */
  private identity(
    role: ServiceRoleName,
    cluster: string,
    databases: readonly string[],
    valkey: Valkey,
  ): void {
    const { environment, account } = this.deployment;
    const place = { accountId: account.id, region: environment.region };
    const { databaseUser } = roles[role];
    new PodIdentity(this, `identity-${role}`, {
      ...place,
      roleName: `holdfast-${environment.name}-${role}`,
      description: `${role} of the Holdfast service in ${environment.name}`,
      clusterName: `holdfast-${environment.name}`,
      cluster,
      namespace: serviceNamespace,
      serviceAccount: serviceAccountName(role),
      statements: [
        {
          sid: 'LogInToDatabase',
          actions: 'rds-db:connect',
          resources: databases.flatMap((id) => logins(place, id, [databaseUser])) as [string, ...string[]],
        },
        {
          sid: 'LogInToCache',
          actions: 'elasticache:Connect',
          resources: [
            valkey.group.arn,
            arnIn(place, 'elasticache', `user:${cacheUser(role, environment.name)}`),
          ],
        },
      ],
    });
  }

  /** The cluster stack made the role and lets it read the environment's secrets; what is missing exists only now. */
  private letExternalSecretsRead(role: string, postgres: Postgres, key: EncryptionKey): void {
    const { environment } = this.deployment;
    new IamRolePolicy(this, 'external-secrets', {
      name: 'data',
      role,
      policy: identityPolicy([
        {
          sid: 'ReadOwnerSecret',
          actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
          resources: postgres.ownerSecretArn,
        },
        {
          sid: 'DecryptThroughSecretsManager',
          actions: 'kms:Decrypt',
          resources: key.arn,
          conditions: {
            StringEquals: { 'kms:ViaService': `secretsmanager.${environment.region}.amazonaws.com` },
          },
        },
      ]),
    });
  }
}

/** What a role logs in to: the proxy for requests, the primary for sessions of its own, replicas if it reads from them. */
const databaseIds = (
  role: ServiceRoleName,
  postgres: Postgres,
  proxy: DatabaseProxy | undefined,
): string[] => [
  ...(proxy ? [proxy.resourceId] : []),
  postgres.primary.resourceId,
  ...(role === 'gateway' ? postgres.replicas.map((replica) => replica.resourceId) : []),
];
