/** What the doctor asks AWS, asked of a simulated one over its real protocol. */

import {
  AllocateAddressCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { isAws } from '../../../environments/load';
import type { Account } from '../../../tools/lib/doctor/account';
import { openAccount } from '../../../tools/lib/doctor/aws-account';
import { deployable, loaded, testAccountId } from '../../support/shipped';
import { type StateStore, startStateStore } from '../../support/state-bucket';

describe('a simulated account', () => {
  const before = { ...process.env };
  let store: StateStore;
  let account: Account;
  const region = 'eu-west-1';

  beforeAll(async () => {
    store = await startStateStore();
    Object.assign(process.env, store.environment, {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    });
    const [deployment] = deployable(loaded()).deployments.filter(isAws);
    if (!deployment) throw new Error('no environment on AWS is shipped');
    account = openAccount(deployment);
  }, 30_000);
  afterAll(() => {
    store.stop();
    process.env = before;
  });

  test('knows its caller, its zones and what they offer', async () => {
    expect(await account.caller()).toMatchObject({ accountId: testAccountId });
    expect(await account.zones()).toEqual(expect.arrayContaining(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']));
    const offers = await account.instanceTypes(['m7g.large', 'nothing.large']);
    expect([...(offers.get('eu-west-1a') ?? [])]).toEqual(['m7g.large']);
    expect(await account.vcpus('m7g.large')).toBe(2);
    expect(
      [...(await account.databaseZones('db.t3.micro', '13.3'))].every((zone) => zone.startsWith(region)),
    ).toBe(true);
  });

  test('tells what exists from what does not', async () => {
    await new S3Client({ region, forcePathStyle: true }).send(
      new CreateBucketCommand({ Bucket: 'there', CreateBucketConfiguration: { LocationConstraint: region } }),
    );
    await new IAMClient({ region }).send(
      new CreateRoleCommand({ RoleName: 'admin', AssumeRolePolicyDocument: '{}' }),
    );
    expect([await account.bucketExists('there'), await account.bucketExists('not-there')]).toEqual([
      true,
      false,
    ]);
    expect([await account.roleExists('admin'), await account.roleExists('nobody')]).toEqual([true, false]);
    expect(await account.hasVpc('holdfast-dev')).toBe(false);
  });

  test('counts what is in use', async () => {
    const ec2 = new EC2Client({ region });
    const before = await account.inUse();
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    await ec2.send(
      new CreateTagsCommand({
        Resources: [Vpc?.VpcId ?? ''],
        Tags: [{ Key: 'Name', Value: 'holdfast-dev' }],
      }),
    );
    await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    await ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-12345678',
        InstanceType: 'm5.large',
        MinCount: 2,
        MaxCount: 2,
      }),
    );
    const after = await account.inUse();
    expect([after.vpcs - before.vpcs, after.elasticAddresses - before.elasticAddresses]).toEqual([1, 1]);
    expect(after.onDemandVcpus).toBeGreaterThan(before.onDemandVcpus);
    expect(await account.hasVpc('holdfast-dev')).toBe(true);
  });
});
