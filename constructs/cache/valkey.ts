import { ElasticacheParameterGroup } from '@cdktf/provider-aws/lib/elasticache-parameter-group';
import { ElasticacheReplicationGroup } from '@cdktf/provider-aws/lib/elasticache-replication-group';
import { ElasticacheSubnetGroup } from '@cdktf/provider-aws/lib/elasticache-subnet-group';
import { ElasticacheUser } from '@cdktf/provider-aws/lib/elasticache-user';
import { ElasticacheUserGroup } from '@cdktf/provider-aws/lib/elasticache-user-group';
import { Construct } from 'constructs';
import { Alarm } from '../alarms/alarm';
import type { AlarmTopic } from '../alarms/topic';
import type { EncryptionKey } from '../encryption/key';
import { ServerSecurityGroup } from '../network/security-group';
import { LogGroup } from '../storage/log-group';
import { accessString, type CacheAccess } from './access';
import { cacheAlarms, nodeNames } from './alarms';

export const valkeyPort = 6379;
/** Versions with the family of their parameters. */
type ValkeyVersion = '8.2' | '9.0';
const parameterFamily: Readonly<Record<ValkeyVersion, string>> = { '8.2': 'valkey8', '9.0': 'valkey9' };

interface CacheUser {
  /** Unique in account and region, lower case: with IAM, a user's id and name are one. Changing it replaces the user. */
  readonly name: string;
  readonly access: CacheAccess;
}

export interface ValkeyProps {
  /** Id of the replication group, at most 40 characters. Changing it replaces the cache and empties it. */
  readonly name: string;
  readonly version: ValkeyVersion;
  readonly nodeType: string;
  /** Copies beside the primary, 0 to 5. The first brings automatic failover, into another zone. */
  readonly replicas: number;
  /** Days that daily snapshots are kept; 0: none are made. */
  readonly snapshotRetentionDays: number;
  /** Terraform refuses to destroy or replace it. */
  readonly protect: boolean;
  /** Changes happen at once instead of in the maintenance window. */
  readonly applyImmediately: boolean;
  /** Prefix of all keys that users may touch. */
  readonly keyPrefix: string;
  /** Who may log in, by IAM alone. */
  readonly users: readonly CacheUser[];
  readonly vpcId: string;
  /** In two zones at least where there are replicas. Changing them replaces the cache and empties it. */
  readonly subnetIds: string[];
  /** Whose members may connect. */
  readonly clientSecurityGroupId: string;
  /** Of data, snapshots and the slow log. Changing it replaces the cache and empties it. */
  readonly key: EncryptionKey;
  /** Days. */
  readonly logRetentionDays: number;
  /** Who is told when a node is in trouble. */
  readonly alarms: AlarmTopic;
}

/** CloudWatch's prefix for logs that services deliver: groups under it need no entry in a resource policy of 5 KB. */
export const slowLogGroup = (name: string): string => `/aws/vendedlogs/elasticache/${name}/slow-log`;

/** Valkey on ElastiCache, one shard: private, TLS only, logins by IAM. */
export class Valkey extends Construct {
  readonly group: ElasticacheReplicationGroup;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ValkeyProps,
  ) {
    super(scope, id);
    const subnets = new ElasticacheSubnetGroup(this, 'subnets', {
      name: props.name,
      description: `Cache subnets of ${props.name}`,
      subnetIds: props.subnetIds,
    });
    const family = parameterFamily[props.version];
    const parameters = new ElasticacheParameterGroup(this, 'parameters', {
      // A family can't be changed: a major upgrade makes the next group beside the old one.
      name: `${props.name}-${family}`,
      family,
      description: `Parameters of ${props.name}`,
      parameter: [
        // Out of memory, only keys that would expire anyway may go.
        { name: 'maxmemory-policy', value: 'volatile-lru' },
        // Microseconds.
        { name: 'slowlog-log-slower-than', value: '10000' },
      ],
      lifecycle: { createBeforeDestroy: true },
    });
    const firewall = new ServerSecurityGroup(this, 'security-group', {
      name: `${props.name}-cache`,
      description: 'Valkey, from the cluster',
      vpcId: props.vpcId,
      port: valkeyPort,
      from: { securityGroupId: props.clientSecurityGroupId },
    });
    const slowLog = new LogGroup(this, 'slow-log', {
      name: slowLogGroup(props.name),
      retentionDays: props.logRetentionDays,
      key: props.key,
    });
    const replicated = props.replicas > 0;
    this.group = new ElasticacheReplicationGroup(this, 'group', {
      replicationGroupId: props.name,
      description: `Valkey of ${props.name}`,
      engine: 'valkey',
      engineVersion: props.version,
      autoMinorVersionUpgrade: 'false',
      nodeType: props.nodeType,
      port: valkeyPort,
      numCacheClusters: 1 + props.replicas,
      automaticFailoverEnabled: replicated,
      multiAzEnabled: replicated,
      parameterGroupName: parameters.name,
      subnetGroupName: subnets.name,
      securityGroupIds: [firewall.id],
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: 'true',
      kmsKeyId: props.key.arn,
      userGroupIds: [this.users().userGroupId],
      snapshotRetentionLimit: props.snapshotRetentionDays,
      snapshotWindow: '02:00-03:00',
      maintenanceWindow: 'sun:04:00-sun:05:00',
      applyImmediately: props.applyImmediately,
      lifecycle: props.protect ? { preventDestroy: true } : undefined,
      logDeliveryConfiguration: [
        {
          logType: 'slow-log',
          logFormat: 'json',
          destinationType: 'cloudwatch-logs',
          destination: slowLog.group.name,
        },
      ],
    });
    this.watch();
  }

  private watch(): void {
    const { props } = this;
    const rules = cacheAlarms({ nodeType: props.nodeType, replicated: props.replicas > 0 });
    for (const [index, node] of nodeNames(props.name, props.replicas).entries()) {
      for (const rule of rules) {
        new Alarm(this, `node-${index + 1}-alarm-${rule.id}`, {
          rule,
          name: `${props.name}-cache-${index + 1}`,
          namespace: 'AWS/ElastiCache',
          dimensions: { CacheClusterId: node, CacheNodeId: '0001' },
          topic: props.alarms,
          // The names are known beforehand; without the nodes their silence would be an alarm.
          after: [this.group],
        });
      }
    }
  }

  /**
   * No user called `default`: a group of the engine valkey needs none, ElastiCache then switches it off, and refuses a
   * valkey user without a password, which such a one would be (docs: Clusters.RBAC, "RBAC with Valkey").
   */
  private users(): ElasticacheUserGroup {
    const { props } = this;
    const users = props.users.map(
      ({ name, access }) =>
        new ElasticacheUser(this, `user-${name}`, {
          userId: name,
          userName: name,
          engine: 'valkey',
          accessString: accessString(props.keyPrefix, access),
          authenticationMode: { type: 'iam' },
        }),
    );
    return new ElasticacheUserGroup(this, 'users', {
      userGroupId: props.name,
      engine: 'valkey',
      userIds: users.map((user) => user.userId),
    });
  }
}
