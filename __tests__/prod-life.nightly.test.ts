/** The life of prod, stack by stack: real Terraform, a simulated account, the unmodified S3 backend. */
import { isAws } from '../environments/load';
import { stateBucketName } from '../stacks/props';
import { deployable, type Loaded, loaded } from './support/shipped';
import { SimulatedAccount } from './support/simulated-account';
import { hasStandIns } from './support/terraform';

const describeWithProviders = hasStandIns ? describe : describe.skip;
if (!hasStandIns) console.warn('skipped: no Terraform providers at hand (../shared/terraform-mirror)');

describeWithProviders('prod', () => {
  const shipped = deployable(loaded());
  let aws: SimulatedAccount;

  beforeEach(async () => {
    aws = await SimulatedAccount.open();
  }, 30_000);
  afterEach(() => aws.close());

  test('is deployed in order, plans empty, resists deletion, and goes when its protection is lifted', async () => {
    const prod = shipped.deployments.filter(isAws).find((d) => d.environment.name === 'prod');
    if (!prod) throw new Error('prod is not shipped');
    await aws.store.createBucket(stateBucketName(prod.account));
    aws.synthesise(shipped);
    const stacks = aws.stacksOf('prod');
    expect(stacks).toHaveLength(7);
    for (const stack of stacks) aws.apply(stack);
    for (const stack of stacks) aws.expectNoChanges(stack);
    // The owner's password, two UUIDs in a row, has passed through and stayed nowhere.
    const state = aws.run('prod-data', 'state', 'pull');
    expect(state).toContain('"password_wo_version": 1');
    expect(state).not.toMatch(/[0-9a-f]{4}-[0-9a-f]{12}[0-9a-f]{8}-[0-9a-f]{4}/);

    const refused = aws.attempt('prod-data', ['destroy', '-auto-approve', '-input=false']);
    expect(refused.status).toBe(1);
    expect(refused.output).toMatch(/prevent_destroy|deletion protection/i);

    const unprotected: Loaded = {
      ...shipped,
      deployments: shipped.deployments.map((d) =>
        d === prod ? { ...prod, environment: { ...prod.environment, teardown: true } } : d,
      ),
    };
    aws.synthesise(unprotected);
    for (const stack of ['prod-network', 'prod-cluster', 'prod-data'])
      aws.run(stack, 'apply', '-auto-approve', '-input=false');
    for (const stack of [...stacks].reverse()) aws.run(stack, 'destroy', '-auto-approve', '-input=false');
    for (const stack of stacks) expect(aws.run(stack, 'state', 'list')).toBe('');
  }, 900_000);
});
