import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { Construct } from 'constructs';
import { cacheUser, exporter, roles, type ServiceRoleName } from '../app/src/contract';
import type { Valkey } from '../constructs/cache/valkey';
import type { Postgres } from '../constructs/database/postgres';
import { type DatabaseProxy, logins } from '../constructs/database/proxy';
import type { EncryptionKey } from '../constructs/encryption/key';
import { arnIn, keyByAlias } from '../constructs/identity/place';
import { PodIdentity } from '../constructs/identity/pod-identity';
import { identityPolicy } from '../constructs/identity/policy';
import { serviceAccountName, serviceNamespace } from '../constructs/workload/names';
import type { AwsDeployment } from '../environments/load';
import { copiesKeyAlias } from './names';

/** What the roles of the service log in to. */
export interface Stores {
  readonly postgres: Postgres;
  /** Where there is one, requests go through it. */
  readonly proxy: DatabaseProxy | undefined;
  readonly valkey: Valkey;
}

/** Whose pods log in: a role of the service, or what tells Prometheus about both. */
type Guest = ServiceRoleName | 'exporter';

/** Lets the pods of one role log in to the database and the cache as that role, and nothing else. */
export function letRoleIn(
  scope: Construct,
  { environment, account }: AwsDeployment,
  role: Guest,
  cluster: string,
  stores: Stores,
): void {
  const place = { accountId: account.id, region: environment.region };
  const { databaseUser } = role === 'exporter' ? exporter : roles[role];
  new PodIdentity(scope, `identity-${role}`, {
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
        resources: databaseIds(role, stores).flatMap((id) => logins(place, id, [databaseUser])) as [
          string,
          ...string[],
        ],
      },
      {
        sid: 'LogInToCache',
        actions: 'elasticache:Connect',
        resources: [
          stores.valkey.group.arn,
          arnIn(place, 'elasticache', `user:${cacheUser(role, environment.name)}`),
        ],
      },
    ],
  });
}

/**
 * What a role logs in to: the proxy for requests, the primary for sessions of its own, replicas if it reads from them. The
 * exporter asks the primary alone: it knows how far its replicas are.
 */
const databaseIds = (role: Guest, { postgres, proxy }: Stores): string[] => [
  ...(proxy && role !== 'exporter' ? [proxy.resourceId] : []),
  postgres.primary.resourceId,
  ...(role === 'gateway' ? postgres.replicas.map((replica) => replica.resourceId) : []),
];

/** The cluster stack made the role and lets it read the environment's secrets; what is missing exists only now. */
export function letExternalSecretsRead(
  scope: Construct,
  { environment }: AwsDeployment,
  role: string,
  { ownerSecretArn }: Postgres,
  key: EncryptionKey,
): void {
  new IamRolePolicy(scope, 'external-secrets', {
    name: 'data',
    role,
    policy: identityPolicy([
      {
        sid: 'ReadOwnerSecret',
        actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
        resources: ownerSecretArn,
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

/**
 * Of what recovers another environment: the copies of the other's secrets, and the key that the other's stack made for
 * them in this region. By its alias: the other's state may be out of reach.
 */
export function letExternalSecretsReadCopies(
  scope: Construct,
  { environment, account, recovers }: AwsDeployment,
  role: string,
): void {
  if (!recovers) return;
  const place = { accountId: account.id, region: environment.region };
  new IamRolePolicy(scope, 'external-secrets-copies', {
    name: 'copies',
    role,
    policy: identityPolicy([
      {
        sid: 'ReadCopiesOfSecrets',
        actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
        resources: arnIn(place, 'secretsmanager', `secret:holdfast/${recovers.name}/*`),
      },
      {
        sid: 'DecryptThroughSecretsManager',
        actions: 'kms:Decrypt',
        ...keyByAlias(place, copiesKeyAlias(recovers.name), 'secretsmanager'),
      },
    ]),
  });
}
