import { databaseName, migrationJob } from '../app/src/contract';
import { eventRule, mayEncrypt } from '../constructs/alarms/publishers';
import { AlarmTopic } from '../constructs/alarms/topic';
import { copiesElsewhere } from '../constructs/backup/account-copies';
import { cacheLogGroups } from '../constructs/cache/valkey';
import type { HoldfastStack } from '../constructs/core/stack';
import type { HandedOver } from '../constructs/core/stack-contract';
import { backupLogGroup, troubleRule } from '../constructs/database/backup-watch';
import { failoverRule } from '../constructs/database/failover-watch';
import type { DatabaseOrigin } from '../constructs/database/origin';
import { instanceLogGroups, instanceNames, proxyLogGroup } from '../constructs/database/parameters';
import { Postgres, type PostgresProps } from '../constructs/database/postgres';
import { EncryptionKey } from '../constructs/encryption/key';
import { functionLogGroup } from '../constructs/identity/function-role';
import { arnIn } from '../constructs/identity/place';
import type { SecretCopy } from '../constructs/secrets/empty-secret';
import type { AwsDeployment } from '../environments/load';
import type { networkContract } from './contracts';
import { grafanaRotationName, serviceRotationName } from './names';
import { isStandby, ownerSecretName } from './props';

/** Whether the database, its key and its secrets are protected against deletion. */
export const keepsData = ({ environment }: AwsDeployment): boolean =>
  environment.database.deletionProtection && !environment.teardown;

interface DatabaseProps {
  readonly deployment: AwsDeployment;
  readonly network: HandedOver<typeof networkContract.outputs>;
  /** Of the cluster. Default: nobody connects. */
  readonly clientSecurityGroupId?: string;
  /** Where backups are copied to. Default: nowhere. */
  readonly copies?: PostgresProps['recovery'];
}

/**
 * The database with its key and who is told of its alarms: the same resources by the same addresses while an environment
 * stands by and once it is active, so that going over changes them in place.
 */
export function ownDatabase(scope: HoldfastStack, props: DatabaseProps) {
  const { deployment, network } = props;
  const { environment, account } = deployment;
  const { tier } = environment;
  const place = { accountId: account.id, region: environment.region };
  const name = `holdfast-${environment.name}`;
  const protect = keepsData(deployment);
  const instances = instanceNames(name, environment.database.readReplicas);
  const backupEvents = eventRule(place, troubleRule(name));
  const failoverEvents = { ...eventRule(place, failoverRule(name)), sid: 'FailoversPublish' };
  const key = new EncryptionKey(scope, 'key', {
    ...place,
    alias: `${name}-data`,
    description: `Database, cache, buckets and secrets of ${name}`,
    logGroups: [
      ...cacheLogGroups(name),
      backupLogGroup(name),
      functionLogGroup(serviceRotationName(environment.name)),
      functionLogGroup(grafanaRotationName(environment.name)),
      ...[instances.primary, ...instances.replicas].flatMap((instance) => instanceLogGroups(instance)),
      ...(environment.database.proxy ? [proxyLogGroup(name)] : []),
    ],
    alarmPrefix: `${name}-`,
    grants: [mayEncrypt(place, backupEvents), ...copiesElsewhere(environment.backup.accountCopies)],
    // Snapshots outlive the database, and nobody can read them without the key.
    protect,
  });
  const alarms = new AlarmTopic(scope, 'alarms', {
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
    logRetentionDays: environment.cluster.logRetentionDays,
    // What a failover changes is needed now, not on Sunday.
    applyImmediately: tier === 'development' || environment.recovery !== undefined,
    alarms,
  };
  const { engineVersion, ownerPasswordVersion, ...database } = environment.database;
  const postgres = new Postgres(scope, 'database', {
    ...place,
    ...shared,
    ...database,
    clientSecurityGroupId: props.clientSecurityGroupId,
    origin: originOf(deployment),
    recovery: props.copies,
    deletionProtection: protect,
    version: engineVersion,
    finalSnapshot: tier !== 'development' || protect,
    // What nobody asks anything needs no fifteen months of load analysis.
    insights: tier === 'production' && !isStandby(deployment) ? 'advanced' : 'standard',
    databaseName,
    ownerName: migrationJob.databaseUser,
    ownerPassword: ownerPasswordVersion
      ? {
          secretName: ownerSecretName(environment.name),
          version: ownerPasswordVersion,
          recoveryDays: tier === 'development' ? 0 : 7,
          copy: props.copies && secretCopy(deployment, props.copies.key),
        }
      : undefined,
  });
  return { key, alarms, postgres, shared };
}

/** Where secrets are copied to: the region of the backups, with their key. */
export const secretCopy = ({ environment }: AwsDeployment, key: EncryptionKey): SecretCopy | undefined =>
  environment.recoveryRegion ? { region: environment.recoveryRegion, keyArn: key.arn } : undefined;

/** By name: the state of the other region's stacks may be lost with it. */
function originOf(deployment: AwsDeployment): DatabaseOrigin | undefined {
  const { recovers, account } = deployment;
  const { recovery } = deployment.environment;
  if (!recovers || !recovery) return undefined;
  if (recovery.database.from === 'backups') {
    const { backupsArn } = recovery.database;
    return backupsArn === undefined ? undefined : { kind: 'backups', backupsArn };
  }
  const { primary } = instanceNames(`holdfast-${recovers.name}`, 0);
  return {
    kind: 'replica',
    sourceArn: arnIn({ accountId: account.id, region: recovers.region }, 'rds', `db:${primary}`),
    promoted: !isStandby(deployment),
  };
}
