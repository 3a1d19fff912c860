/**
 * The life of staging as it goes in practice: a creation that fails half-way and is repaired by running it again,
 * versions raised one step at a time, a deletion that is refused, and the end. Real Terraform, a simulated account.
 */
import { type AwsDeployment, isAws } from '../environments/load';
import type { AwsEnvironment } from '../environments/schema';
import { stateBucketName } from '../stacks/props';
import { stateful } from '../tools/lib/stateful';
import { deployable, type Loaded, loaded } from './support/shipped';
import { SimulatedAccount } from './support/simulated-account';
import { hasStandIns } from './support/terraform';

const describeWithProviders = hasStandIns ? describe : describe.skip;
if (!hasStandIns) console.warn('skipped: no Terraform providers at hand (../shared/terraform-mirror)');

describeWithProviders('staging', () => {
  const shipped = deployable(loaded());
  const found = shipped.deployments.filter(isAws).find(({ environment }) => environment.tier === 'staging');
  let aws: SimulatedAccount;

  beforeEach(async () => {
    aws = await SimulatedAccount.open();
  }, 30_000);
  afterEach(() => aws.close());

  const only = (staging: AwsDeployment, change: Partial<AwsEnvironment>): Loaded => ({
    accounts: shipped.accounts,
    deployments: [{ ...staging, environment: { ...staging.environment, ...change } }],
  });

  test('survives a failed creation, is upgraded step by step without losing data, and refuses to be deleted', async () => {
    if (!found) throw new Error('no environment of tier "staging" is shipped');
    const staging = found;
    const { environment } = staging;
    const old = {
      cluster: { ...environment.cluster, version: '1.35' },
      database: { ...environment.database, engineVersion: '17.10' },
    } as const;
    await aws.store.createBucket(stateBucketName(staging.account));
    aws.synthesise(only(staging, old));
    const stacks = aws.stacksOf(environment.name);
    const [network = '', cluster = '', data = ''] = stacks;

    // Created, but reported as failed: Terraform taints it, and the next run has to replace the half-made one.
    aws.apply(network);
    aws.apply(cluster);
    aws.init(data);
    const half = aws.attempt(data, ['apply', '-auto-approve', '-input=false'], {
      AWS_STANDIN_FAIL: 'aws_elasticache_replication_group:create:1:partial',
    });
    expect([half.status, half.output]).toEqual([1, expect.stringContaining('injected failure')]);
    expect(aws.run(data, 'state', 'list')).toContain('aws_db_instance');
    aws.apply(data);
    aws.expectNoChanges(data);
    for (const stack of stacks.slice(3)) aws.apply(stack);

    // Kubernetes first, PostgreSQL after it, each looked at before it is done.
    const steps = [
      { change: { ...old, cluster: environment.cluster }, stack: cluster, raised: /^aws_eks_cluster\./ },
      { change: {}, stack: data, raised: /^aws_db_instance\./ },
    ];
    for (const { change, stack, raised } of steps) {
      aws.synthesise(only(staging, change));
      const upgrade = aws.planned(stack).filter(({ address }) => raised.test(address));
      expect(upgrade.map(({ actions }) => actions)).toEqual([['update']]);
      // The stacks above follow: their namespaces are held to the Pod Security standard of the cluster's version.
      for (const one of stacks.slice(stacks.indexOf(stack))) {
        const lost = aws
          .planned(one)
          .filter(({ type, actions }) => type in stateful && actions.includes('delete'));
        expect(lost).toEqual([]);
        aws.apply(one);
      }
      for (const one of stacks) aws.expectNoChanges(one);
    }

    const refused = aws.attempt(data, ['destroy', '-auto-approve', '-input=false']);
    expect([refused.status, refused.output]).toEqual([
      1,
      expect.stringMatching(/prevent_destroy|deletion protection/i),
    ]);
    aws.synthesise(only(staging, { teardown: true }));
    for (const stack of stacks) aws.apply(stack);
    for (const stack of [...stacks].reverse()) aws.destroy(stack);
    for (const stack of stacks) expect(aws.run(stack, 'state', 'list')).toBe('');
  }, 900_000);

  test('a creation that stops before anything of it exists is simply run again', async () => {
    if (!found) throw new Error('no environment of tier "staging" is shipped');
    await aws.store.createBucket(stateBucketName(found.account));
    aws.synthesise(only(found, {}));
    const [network = ''] = aws.stacksOf(found.environment.name);
    aws.init(network);
    const failed = aws.attempt(network, ['apply', '-auto-approve', '-input=false'], {
      AWS_STANDIN_FAIL: 'aws_nat_gateway:create:2+',
    });
    expect(failed.status).toBe(1);
    const before = aws.planned(network);
    expect(before.length).toBeGreaterThan(0);
    expect(before.filter(({ actions }) => actions.includes('delete'))).toEqual([]);
    aws.apply(network);
    aws.expectNoChanges(network);
    aws.destroy(network);
    expect(aws.run(network, 'state', 'list')).toBe('');
  }, 300_000);
});
