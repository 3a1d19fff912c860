/** Backups in S3, and by snapshots at AWS, against a simulated AWS over its real protocols. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateReplicationGroupCommand,
  DescribeSnapshotsCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type StateStore, startStateStore } from '../../__tests__/support/state-bucket';
import { Catalog, openStore } from '../src/backup';
import { ElastiCacheSnapshot } from '../src/backup/drivers/elasticache';
import { RdsSnapshot } from '../src/backup/drivers/rds';
import { backupAt, bytesOf, type Folder, inPieces, ring, temporaryFolder } from './support/backup';
import { runHere } from './support/cli';
import { prepareDirectory } from './support/database';
import { onServers, testEnvironment } from './support/environment';
import { startPostgres } from './support/servers';

jest.setTimeout(90_000);

let aws: StateStore;
let folder: Folder;
let env: Record<string, string>;
const environment = testEnvironment();
const before = { ...process.env };

beforeAll(async () => {
  aws = await startStateStore();
  Object.assign(process.env, aws.environment, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
  await aws.createBucket('backups');
  folder = temporaryFolder();
  writeFileSync(join(folder.path, 'key'), '01'.repeat(32));
  env = {
    ...environment.env,
    HOLDFAST_BACKUP_STORE: 's3://backups/prod',
    HOLDFAST_BACKUP_KEY_FILE: join(folder.path, 'key'),
  };
  prepareDirectory(environment.env.HOLDFAST_DATABASE_DIRECTORY as string);
});
afterAll(() => {
  aws?.stop();
  process.env = before;
  folder?.remove();
  environment.remove();
});
const backup = (...args: string[]) => runHere(['backup', ...args], { env });

describe('a bucket', () => {
  const keys = ring(1);
  // More than one part of 16 MiB, which compression must not make smaller.
  const large = Buffer.alloc(40 * 1024 * 1024);
  beforeAll(() => {
    let state = 1;
    for (let at = 0; at < large.length; at += 4) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      large.writeUInt32LE(state, at);
    }
  });

  it('takes what is larger than one request, and gives it back', async () => {
    const catalog = new Catalog(await openStore('s3://backups/large'));
    const made = backupAt('2026-11-01T00:00:00.000Z');
    const written = await catalog.writePayload(made.id, inPieces(large, 100_000), keys);
    expect(written.bytes).toBeGreaterThan(40 * 1024 * 1024);
    const whole = { ...made, payload: { ...written, compression: 'gzip' as const, keyId: keys.current.id } };
    // Before its metadata is there, it is none.
    expect((await catalog.list()).backups).toEqual([]);
    await catalog.commit(whole, keys);
    await expect(catalog.check(whole, keys)).resolves.toBeUndefined();
    expect((await bytesOf(await catalog.open(whole, keys))).equals(large)).toBe(true);
    await catalog.remove(made.id);
    expect(await aws.keys('backups')).toEqual([]);
  });

  it('keeps nothing of an upload that breaks off', async () => {
    const catalog = new Catalog(await openStore('s3://backups/broken'));
    const broken = (async function* () {
      yield* inPieces(large, 1_000_000);
      throw new Error('the dump failed');
    })();
    await expect(catalog.writePayload('postgres-20261101t000000z-0000', broken, keys)).rejects.toThrow(
      'the dump failed',
    );
    expect(await aws.keys('backups')).toEqual([]);
    const s3 = new S3Client({ forcePathStyle: true });
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket: 'backups' }))).Uploads ?? []).toEqual([]);
  });

  it('holds backups that the command line takes, lists, verifies, restores and prunes', async () => {
    const created = await backup('create', '--json');
    expect(created).toMatchObject({ code: 0, err: '' });
    const { id } = created.json;
    expect(await aws.keys('backups')).toEqual([`prod/backups/${id}/backup.json`, `prod/backups/${id}/data`]);
    expect((await backup('list', '--json')).json.backups).toMatchObject([{ id }]);
    expect(await backup('verify')).toMatchObject({ code: 0 });
    expect(await backup('restore', id, '--yes', '--skip-backup')).toMatchObject({ code: 0 });
    expect(await backup('prune', '--yes', '--json')).toMatchObject({ code: 0, json: { removed: [] } });

    const s3 = new S3Client({ forcePathStyle: true });
    const object = { Bucket: 'backups', Key: `prod/backups/${id}/data` };
    const stored = await (await s3.send(new GetObjectCommand(object))).Body?.transformToByteArray();
    await s3.send(new PutObjectCommand({ ...object, Body: stored?.subarray(0, -1000) }));
    expect(await backup('verify')).toMatchObject({ code: 1, out: expect.stringContaining('is damaged') });
    expect(await backup('restore', id, '--yes')).toMatchObject({ code: 1 });
  });

  it('that is not there is named, with what to do', async () => {
    expect(await backup('list', '--store', 's3://nowhere/prod')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^s3:\/\/nowhere\/prod: .*NoSuchBucket.*Create the bucket/),
    });
  });
});

it('a snapshot of an instance that can be asked tells what it holds', async () => {
  const postgres = await startPostgres();
  try {
    postgres.sql('create table kept (a int); insert into kept values (1), (2)', 'holdfast_owner');
    const rds = new RDSClient({});
    const instance = { DBInstanceIdentifier: 'asked', DBInstanceClass: 'db.t4g.micro', Engine: 'postgres' };
    await rds.send(
      new CreateDBInstanceCommand({
        ...instance,
        AllocatedStorage: 20,
        MasterUsername: 'holdfast_owner',
        MasterUserPassword: 'a-password',
      }),
    );
    const given = {
      ...env,
      ...onServers(postgres, { port: 1 }),
      HOLDFAST_BACKUP_STORE: 's3://backups/asked',
    };
    const { json } = await runHere(['backup', 'create', 'rds', '--source', 'asked', '--json'], {
      env: given,
    });
    expect(json.contents).toMatchObject({
      exact: false,
      tables: { 'public.kept': { rows: 2 } },
      migrations: [],
    });
  } finally {
    await postgres.stop();
  }
});

it('an RDS instance is saved by a snapshot, and restored beside itself', async () => {
  const rds = new RDSClient({});
  await rds.send(
    new CreateDBInstanceCommand({
      ...{ DBInstanceIdentifier: 'prod-postgres', DBInstanceClass: 'db.m7g.large', Engine: 'postgres' },
      ...{
        AllocatedStorage: 20,
        MasterUsername: 'holdfast_owner',
        MasterUserPassword: 'a-password',
        MultiAZ: true,
      },
    }),
  );
  const created = await backup('create', 'rds', '--source', 'prod-postgres', '--json');
  expect(created).toMatchObject({
    code: 0,
    json: {
      kind: 'rds',
      target: 'prod-postgres',
      snapshot: { source: 'prod-postgres', region: 'eu-west-1' },
    },
  });
  const { id } = created.json;
  expect(created.json.payload).toBeUndefined();
  expect(await backup('verify', 'rds')).toMatchObject({
    code: 0,
    out: expect.stringContaining('available, 20 GiB'),
  });

  const one = async (DBInstanceIdentifier: string) =>
    (await rds.send(new DescribeDBInstancesCommand({}))).DBInstances?.find(
      (each) => each.DBInstanceIdentifier === DBInstanceIdentifier,
    );
  expect(await backup('restore', id, '--yes')).toMatchObject({
    code: 64,
    err: expect.stringContaining('--into'),
  });
  expect(await backup('restore', id, '--into', 'restored', '--yes')).toMatchObject({
    code: 0,
    out: expect.stringContaining('restored is available at '),
  });
  expect(await one('restored')).toMatchObject({
    DBInstanceClass: 'db.m7g.large',
    MultiAZ: true,
    DeletionProtection: true,
  });
  const until = new Date(Date.now() - 60_000).toISOString();
  const moment = await backup('restore', 'rds', '--into', 'earlier', '--until', until, '--yes', '--json');
  expect(moment).toMatchObject({
    code: 0,
    json: { ok: true, next: expect.stringContaining('holdfast backup check') },
  });
  expect(await one('earlier')).toBeDefined();
  // Also where the store never had a backup of it, and there is no key.
  const bare = { ...env, HOLDFAST_BACKUP_STORE: '', HOLDFAST_BACKUP_KEY_FILE: '' };
  const args = ['backup', 'restore', 'rds', '--source', 'prod-postgres', '--into', 'bare', '--until', until];
  expect(await runHere(args, { env: bare, answer: 'y' })).toMatchObject({ code: 1 });
  expect(await one('bare')).toBeUndefined();
  expect(await runHere(args, { env: bare, answer: 'bare' })).toMatchObject({ code: 0 });
  expect(await one('bare')).toMatchObject({ DeletionProtection: true });

  // An old one goes together with its snapshot, unless AWS has lost the newer one's.
  const catalog = new Catalog(await openStore('s3://backups/prod'));
  const whole = await catalog.find(id);
  const old = backupAt('2026-01-01T00:00:00.000Z', { kind: 'rds', target: 'prod-postgres' });
  const snapshot = { DBInstanceIdentifier: 'prod-postgres', DBSnapshotIdentifier: old.id };
  await rds.send(new CreateDBSnapshotCommand(snapshot));
  await catalog.commit(
    { ...old, snapshot: { id: old.id, source: 'prod-postgres', region: 'eu-west-1' } },
    ring(1),
  );
  const snapshots = async () => {
    const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({}));
    const all = DBSnapshots.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier);
    return [id, old.id].filter((name) => all.includes(name));
  };
  await (await RdsSnapshot.open('prod-postgres')).remove(whole);
  expect(await snapshots()).toEqual([old.id]);
  expect((await backup('prune', '--yes', '--json')).json).toMatchObject({ removed: [], spared: [old.id] });
  await rds.send(new CreateDBSnapshotCommand({ ...snapshot, DBSnapshotIdentifier: id }));
  expect((await backup('prune', '--yes', '--json')).json).toMatchObject({ removed: [old.id], spared: [] });
  expect(await snapshots()).toEqual([id]);
  await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: id }));
  expect(await backup('verify', 'rds')).toMatchObject({
    code: 1,
    out: expect.stringContaining('AWS says that its snapshot is missing'),
  });
  expect(await backup('create', 'rds', '--source', 'nobody')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/A snapshot of nobody: DBInstanceNotFound/),
  });
  expect(await backup('create', 'rds')).toMatchObject({ code: 64, err: expect.stringContaining('--source') });
});

it('a replication group is saved by a snapshot, and restored beside itself', async () => {
  const elasticache = new ElastiCacheClient({});
  await elasticache.send(
    new CreateReplicationGroupCommand({
      ...{ ReplicationGroupId: 'prod-cache', ReplicationGroupDescription: 'x', Engine: 'valkey' },
      ...{ CacheNodeType: 'cache.t4g.small', NumCacheClusters: 2, AutomaticFailoverEnabled: true },
    }),
  );
  const created = await backup('create', 'elasticache', '--source', 'prod-cache', '--json');
  expect(created).toMatchObject({
    code: 0,
    json: { kind: 'elasticache', snapshot: { source: 'prod-cache' } },
  });
  expect(await backup('verify', 'elasticache')).toMatchObject({ code: 0 });
  const restored = await backup('restore', 'elasticache', '--into', 'restored', '--yes');
  expect(restored).toMatchObject({ code: 0, out: expect.stringContaining('restored is available at ') });
  const catalog = new Catalog(await openStore('s3://backups/prod'));
  const driver = await ElastiCacheSnapshot.open('prod-cache');
  await driver.remove(await catalog.find('elasticache'));
  expect((await elasticache.send(new DescribeSnapshotsCommand({}))).Snapshots ?? []).toEqual([]);
});
