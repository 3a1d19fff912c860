import type { ElastiCacheClient, ReplicationGroup } from '@aws-sdk/client-elasticache';
import { exitCodes, StartError } from '../../kernel/start-error';
import { damaged } from '../format/container';
import type { Backup } from '../format/metadata';
import type { CheckResult } from '../verification';
import { explained, untilAvailable } from './aws-wait';
import type { Driver, Found, RestoreOptions } from './driver';

/**
 * Snapshots of a replication group. The data stays with AWS; the store holds what is known of it. A restore makes a new
 * group: nothing is overwritten.
 */
export class ElastiCacheSnapshot implements Driver {
  readonly overwrites = false;

  private constructor(
    /** Id of the replication group. */
    readonly target: string,
    private readonly sdk: typeof import('@aws-sdk/client-elasticache'),
    private readonly client: ElastiCacheClient,
  ) {}

  static async open(group: string): Promise<ElastiCacheSnapshot> {
    const sdk = await import('@aws-sdk/client-elasticache');
    return new ElastiCacheSnapshot(group, sdk, new sdk.ElastiCacheClient({}));
  }

  create(id: string): Promise<Found> {
    return explained(`A snapshot of ${this.target}`, async () => {
      const request = { ReplicationGroupId: this.target, SnapshotName: id };
      await this.client.send(new this.sdk.CreateSnapshotCommand(request));
      await untilAvailable(`The snapshot ${id}`, async () => (await this.#snapshot(id))?.SnapshotStatus);
      const snapshot = await this.#snapshot(id);
      return {
        serverVersion: snapshot?.EngineVersion ?? 'unknown',
        snapshot: { id, source: this.target, region: await this.client.config.region() },
      };
    });
  }

  inspect(backup: Backup): Promise<CheckResult[]> {
    return explained(`The snapshot of ${backup.id}`, async () => {
      const status = (await this.#snapshot(backup.snapshot?.id))?.SnapshotStatus ?? 'missing';
      if (status !== 'available') throw damaged(backup.id, `AWS says that its snapshot is ${status}`);
      return [{ name: 'snapshot', ok: true, detail: 'available' }];
    });
  }

  restore(backup: Backup, _: unknown, { into, until }: RestoreOptions): Promise<CheckResult[]> {
    if (!into || until) {
      throw new StartError(
        'A restore on ElastiCache makes a new replication group of a whole snapshot. Name it by --into, without --until.',
        exitCodes.usage,
      );
    }
    return explained(`The restore into ${into}`, async () => {
      const like = await this.#likeTheSource();
      await this.client.send(
        new this.sdk.CreateReplicationGroupCommand({
          ...like,
          ReplicationGroupId: into,
          ReplicationGroupDescription: `restored from ${backup.id}`,
          SnapshotName: backup.snapshot?.id,
        }),
      );
      await untilAvailable(`The group ${into}`, async () => (await this.#group(into))?.Status);
      const { ConfigurationEndpoint, NodeGroups } = (await this.#group(into)) ?? {};
      const { Address, Port } = ConfigurationEndpoint ?? NodeGroups?.[0]?.PrimaryEndpoint ?? {};
      return [{ name: 'group', ok: true, detail: `${into} is available at ${Address}:${Port}` }];
    });
  }

  async remove(backup: Backup): Promise<void> {
    await explained(`The removal of ${backup.id}`, async () => {
      if (await this.#snapshot(backup.snapshot?.id))
        await this.client.send(new this.sdk.DeleteSnapshotCommand({ SnapshotName: backup.snapshot?.id }));
    });
  }

  async #snapshot(SnapshotName: string | undefined) {
    try {
      const found = await this.client.send(new this.sdk.DescribeSnapshotsCommand({ SnapshotName }));
      return found.Snapshots?.find((each) => each.SnapshotName === SnapshotName);
    } catch (error) {
      if (/^SnapshotNotFound/.test((error as Error).name)) return undefined;
      throw error;
    }
  }

  async #group(ReplicationGroupId: string): Promise<ReplicationGroup | undefined> {
    try {
      const command = new this.sdk.DescribeReplicationGroupsCommand({ ReplicationGroupId });
      return (await this.client.send(command)).ReplicationGroups?.[0];
    } catch (error) {
      if (/^ReplicationGroupNotFound/.test((error as Error).name)) return undefined;
      throw error;
    }
  }

  /** Network, users and encryption of the source: a group says part of it, one of its nodes the rest. */
  async #likeTheSource() {
    const group = await this.#group(this.target);
    const safe = { TransitEncryptionEnabled: true, AtRestEncryptionEnabled: true };
    const [member] = group?.MemberClusters ?? [];
    if (!group || !member) return safe;
    const command = new this.sdk.DescribeCacheClustersCommand({ CacheClusterId: member });
    const node = (await this.client.send(command).catch(() => undefined))?.CacheClusters?.[0];
    return {
      ...safe,
      CacheNodeType: group.CacheNodeType,
      Engine: node?.Engine,
      KmsKeyId: group.KmsKeyId,
      UserGroupIds: group.UserGroupIds,
      ...replicasOf(group),
      MultiAZEnabled: group.MultiAZ === 'enabled',
      AutomaticFailoverEnabled: group.AutomaticFailover === 'enabled',
      CacheSubnetGroupName: node?.CacheSubnetGroupName,
      CacheParameterGroupName: node?.CacheParameterGroup?.CacheParameterGroupName,
      SecurityGroupIds: node?.SecurityGroups?.flatMap(({ SecurityGroupId }) => SecurityGroupId ?? []),
    };
  }
}

/** A cluster counts them per shard, a group without shards counts its nodes. */
const replicasOf = ({ ClusterEnabled, NodeGroups, MemberClusters }: ReplicationGroup) =>
  ClusterEnabled
    ? { ReplicasPerNodeGroup: Math.max(0, (NodeGroups?.[0]?.NodeGroupMembers?.length ?? 1) - 1) }
    : { NumCacheClusters: MemberClusters?.length };
