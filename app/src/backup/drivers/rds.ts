import type { DBInstance, RDSClient } from '@aws-sdk/client-rds';
import { exitCodes, StartError } from '../../kernel/start-error';
import { damaged } from '../format/container';
import type { Backup, Contents } from '../format/metadata';
import type { CheckResult } from '../verification';
import { explained, untilAvailable } from './aws-wait';
import type { Driver, Found, RestoreOptions } from './driver';

/**
 * Snapshots and point in time restores of an RDS instance. The data stays with AWS, encrypted by the instance's KMS key;
 * the store holds what is known of it. A restore makes a new instance: nothing is overwritten.
 */
export class RdsSnapshot implements Driver {
  readonly overwrites = false;

  private constructor(
    /** Identifier of the instance. */
    readonly target: string,
    private readonly sdk: typeof import('@aws-sdk/client-rds'),
    private readonly client: RDSClient,
    private readonly count: () => Promise<Contents | undefined>,
  ) {}

  /** @param count what the instance holds; nothing where it cannot be asked */
  static async open(
    instance: string,
    count: () => Promise<Contents | undefined> = async () => undefined,
  ): Promise<RdsSnapshot> {
    const sdk = await import('@aws-sdk/client-rds');
    return new RdsSnapshot(instance, sdk, new sdk.RDSClient({}), count);
  }

  create(id: string): Promise<Found> {
    return explained(`A snapshot of ${this.target}`, async () => {
      const request = { DBInstanceIdentifier: this.target, DBSnapshotIdentifier: id };
      // Shortly before: AWS doesn't say of which moment exactly a snapshot is.
      const contents = await this.count();
      const Tags = [{ Key: 'holdfast:backup', Value: id }];
      await this.client.send(new this.sdk.CreateDBSnapshotCommand({ ...request, Tags }));
      await untilAvailable(`The snapshot ${id}`, async () => (await this.#snapshot(id))?.Status);
      const snapshot = await this.#snapshot(id);
      return {
        serverVersion: snapshot?.EngineVersion ?? 'unknown',
        ...(contents ? { contents } : {}),
        snapshot: { id, source: this.target, region: await this.client.config.region() },
      };
    });
  }

  inspect(backup: Backup): Promise<CheckResult[]> {
    return explained(`The snapshot of ${backup.id}`, async () => {
      const snapshot = await this.#snapshot(backup.snapshot?.id);
      const status = snapshot?.Status ?? 'missing';
      if (status !== 'available') throw damaged(backup.id, `AWS says that its snapshot is ${status}`);
      const size = `${snapshot?.AllocatedStorage} GiB, ${snapshot?.Encrypted ? 'encrypted' : 'not encrypted'}`;
      return [{ name: 'snapshot', ok: true, detail: `available, ${size}` }];
    });
  }

  restore(backup: Backup, _: unknown, { into, until }: RestoreOptions): Promise<CheckResult[]> {
    if (until) return this.restoreMoment(into, until);
    return this.#make(into, async (like, name) => {
      const from = { DBSnapshotIdentifier: backup.snapshot?.id, DBInstanceIdentifier: name };
      await this.client.send(new this.sdk.RestoreDBInstanceFromDBSnapshotCommand({ ...like, ...from }));
    });
  }

  /** From what RDS keeps by itself (automated backups): no backup of ours is needed. */
  restoreMoment(into: string | undefined, until: Date): Promise<CheckResult[]> {
    return this.#make(into, async (like, name) => {
      const moment = { SourceDBInstanceIdentifier: this.target, RestoreTime: until };
      const request = { ...like, ...moment, TargetDBInstanceIdentifier: name };
      await this.client.send(new this.sdk.RestoreDBInstanceToPointInTimeCommand(request));
    });
  }

  /** Lets a new instance be made like ours, and waits for it. */
  async #make(
    into: string | undefined,
    begin: (like: ReturnType<typeof likeThe>, name: string) => Promise<void>,
  ): Promise<CheckResult[]> {
    if (!into) {
      throw new StartError(
        'A restore on RDS makes a new instance. Name it by --into, for example prod-postgres-restored.',
        exitCodes.usage,
      );
    }
    return explained(`The restore into ${into}`, async () => {
      await begin(likeThe(await this.#instance(this.target)), into);
      const status = async () => (await this.#instance(into))?.DBInstanceStatus;
      await untilAvailable(`The instance ${into}`, status);
      const { Address, Port } = (await this.#instance(into))?.Endpoint ?? {};
      return [{ name: 'instance', ok: true, detail: `${into} is available at ${Address}:${Port}` }];
    });
  }

  async remove(backup: Backup): Promise<void> {
    const DBSnapshotIdentifier = backup.snapshot?.id;
    await explained(`The removal of ${backup.id}`, async () => {
      if (await this.#snapshot(DBSnapshotIdentifier))
        await this.client.send(new this.sdk.DeleteDBSnapshotCommand({ DBSnapshotIdentifier }));
    });
  }

  async #snapshot(id: string | undefined) {
    // Without a name AWS would tell of all.
    if (!id) return undefined;
    try {
      const command = new this.sdk.DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: id });
      return (await this.client.send(command)).DBSnapshots?.[0];
    } catch (error) {
      if (/^DBSnapshotNotFound/.test((error as Error).name)) return undefined;
      throw error;
    }
  }

  async #instance(id: string): Promise<DBInstance | undefined> {
    try {
      const command = new this.sdk.DescribeDBInstancesCommand({ DBInstanceIdentifier: id });
      return (await this.client.send(command)).DBInstances?.[0];
    } catch (error) {
      if (/^DBInstanceNotFound/.test((error as Error).name)) return undefined;
      throw error;
    }
  }
}

/** As the source is, which AWS doesn't do by itself: it would take the default network and let the world see it. */
function likeThe(source: DBInstance | undefined) {
  if (!source) return { DeletionProtection: true, PubliclyAccessible: false, CopyTagsToSnapshot: true };
  return {
    DBInstanceClass: source.DBInstanceClass,
    DBSubnetGroupName: source.DBSubnetGroup?.DBSubnetGroupName,
    VpcSecurityGroupIds: source.VpcSecurityGroups?.flatMap(
      ({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? [],
    ),
    DBParameterGroupName: source.DBParameterGroups?.[0]?.DBParameterGroupName,
    MultiAZ: source.MultiAZ,
    EnableIAMDatabaseAuthentication: source.IAMDatabaseAuthenticationEnabled,
    DeletionProtection: true,
    PubliclyAccessible: false,
    CopyTagsToSnapshot: true,
  };
}
