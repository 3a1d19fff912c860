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
import { cacheAlarms, cacheGroup, cacheNodes } from './alarms';

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
  /** At most 32 characters; part of the replication group's id. Changing it replaces the cache and empties it. */
  readonly name: string;
  /** Raising it fails over for seconds; ElastiCache never lowers it. */
  readonly version: ValkeyVersion;
  /** Such as cache.m7g.large. Changing it replaces nodes one after the other, and keeps the keys. */
  readonly nodeType: string;
  /**
   * Primaries that share the keys. 1: cluster mode is disabled. More: enabled; each shard then needs a replica. Going
   * from 1 to more, or back, replaces the cache and empties it; adding and removing shards above 1 moves keys, and
   * loses none.
   */
  readonly shards: number;
  /** Copies beside each primary, 0 to 5. The first brings automatic failover, into another zone. */
  readonly replicas: number;
  /** Per cent of a node's memory that holds no keys: environments/schema.ts says what it is for. */
  readonly reservedMemoryPercent: number;
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
  /** Of the security group. Changing it replaces the cache and empties it. */
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
const logGroup = (name: string, log: CacheLog): string => `/aws/vendedlogs/elasticache/${name}/${log}`;
/** slow-log: commands that took long. engine-log: what the server says of itself. */
const cacheLogs = ['slow-log', 'engine-log'] as const;
type CacheLog = (typeof cacheLogs)[number];
export const cacheLogGroups = (name: string): [string, string] => [
  logGroup(name, 'slow-log'),
  logGroup(name, 'engine-log'),
];

/** Valkey on ElastiCache, in one shard or several: private, TLS only, logins by IAM. */
export class Valkey extends Construct {
  readonly group: ElasticacheReplicationGroup;
  /** Where clients begin: the primary's address, or with shards the one that tells which node holds what. */
  readonly host: string;
  private readonly sharded: boolean;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ValkeyProps,
  ) {
    super(scope, id);
    this.sharded = props.shards > 1;
    const subnets = new ElasticacheSubnetGroup(this, 'subnets', {
      name: props.name,
      description: `Cache subnets of ${props.name}`,
      subnetIds: props.subnetIds,
    });
    const parameters = this.parameters();
    const firewall = new ServerSecurityGroup(this, 'security-group', {
      name: `${props.name}-cache`,
      description: 'Valkey, from the cluster',
      vpcId: props.vpcId,
      port: valkeyPort,
      from: { securityGroupId: props.clientSecurityGroupId },
    });
    const replicated = props.replicas > 0;
    this.group = new ElasticacheReplicationGroup(this, 'group', {
      // ElastiCache can't go from one mode to the other in a step: with another id Terraform replaces the group, and
      // the guard of what holds data tells before.
      replicationGroupId: this.groupId(),
      description: `Valkey of ${props.name}`,
      engine: 'valkey',
      engineVersion: props.version,
      autoMinorVersionUpgrade: 'false',
      nodeType: props.nodeType,
      port: valkeyPort,
      ...(this.sharded
        ? { numNodeGroups: props.shards, replicasPerNodeGroup: props.replicas, clusterMode: 'enabled' }
        : { numCacheClusters: 1 + props.replicas }),
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
      logDeliveryConfiguration: cacheLogs.map((log) => ({
        logType: log,
        logFormat: 'json',
        destinationType: 'cloudwatch-logs',
        destination: new LogGroup(this, log, {
          name: logGroup(props.name, log),
          retentionDays: props.logRetentionDays,
          key: props.key,
        }).group.name,
      })),
    });
    this.host = this.sharded ? this.group.configurationEndpointAddress : this.group.primaryEndpointAddress;
    this.watch();
  }

  private groupId(): string {
    return cacheGroup(this.props.name, this.props.shards);
  }

  private parameters(): ElasticacheParameterGroup {
    const { props } = this;
    const family = parameterFamily[props.version];
    return new ElasticacheParameterGroup(this, 'parameters', {
      // A family can't be changed: a major upgrade makes the next group beside the old one, as does another mode.
      name: `${props.name}-${family}${this.sharded ? '-sharded' : ''}`,
      family,
      description: `Parameters of ${props.name}`,
      parameter: [
        // Out of memory, only keys that would expire anyway may go.
        { name: 'maxmemory-policy', value: 'volatile-lru' },
        { name: 'reserved-memory-percent', value: String(props.reservedMemoryPercent) },
        // Microseconds.
        { name: 'slowlog-log-slower-than', value: '10000' },
        ...(this.sharded ? [{ name: 'cluster-enabled', value: 'yes' }] : []),
      ],
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private watch(): void {
    const { props } = this;
    const rules = cacheAlarms({ nodeType: props.nodeType, replicated: props.replicas > 0 });
    for (const node of cacheNodes(this.groupId(), props.shards, props.replicas)) {
      for (const rule of rules) {
        new Alarm(this, `node-${node.id}-alarm-${rule.id}`, {
          rule,
          name: `${props.name}-cache-${node.id}`,
          namespace: 'AWS/ElastiCache',
          dimensions: { CacheClusterId: node.name, CacheNodeId: '0001' },
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
          accessString: accessString(props.keyPrefix, access, this.sharded),
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
