import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { Construct } from 'constructs';
import { cacheUser, migrationJob, roles, type ServiceRoleName, serviceRoleNames } from '../app/src/contract';
import { AlarmTopic } from '../constructs/alarms/topic';
import type { CacheAccess } from '../constructs/cache/access';
import { slowLogGroup, Valkey, valkeyPort } from '../constructs/cache/valkey';
import { HoldfastStack } from '../constructs/core/stack';
import { postgresInUse, warnOfSupport } from '../constructs/core/support-calendar';
import { instanceLogGroups, instanceNames, postgresPort } from '../constructs/database/parameters';
import { Postgres, type PostgresProps } from '../constructs/database/postgres';
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
import { awsStackProps, awsTarget, isProtected, supportTerms } from './props';

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
    const { engineVersion, ...database } = environment.database;
    const postgres = new Postgres(this, 'database', {
      ...place,
      ...shared,
      ...database,
      recovery: this.recovery(deletionProtection),
      deletionProtection,
      version: engineVersion,
      finalSnapshot: tier !== 'development' || deletionProtection,
      insights: tier === 'production' ? 'advanced' : 'standard',
      databaseName: 'holdfast',
      ownerName: migrationJob.databaseUser,
    });
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

    for (const role of serviceRoleNames) this.identity(role, cluster.cluster_name, postgres, valkey);
    this.letExternalSecretsRead(cluster.external_secrets_role_name, postgres, key);

    dataContract.publish(this, {
      database_host: postgres.primary.address,
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
  private identity(role: ServiceRoleName, cluster: string, postgres: Postgres, valkey: Valkey): void {
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
          // The instance's own id, which a database of the same name after this one doesn't share.
          resources: arnIn(place, 'rds-db', `dbuser:${postgres.primary.resourceId}/${databaseUser}`),
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
