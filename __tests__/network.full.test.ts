/**
 * Networks that no shipped environment has, with real Terraform against a simulated account: one in a VPC that somebody
 * else made, and one with a name that the world resolves.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsEnvironmentInput } from '../environments/schema';
import { stateBucketName } from '../stacks/props';
import { readStack } from '../tools/lib/stack-json';
import { synthesise } from '../tools/lib/synthesise';
import { writeTerraformTest } from '../tools/lib/terraform-test';
import { account, adopted, delegated, deployment, small } from './constructs/aws-fixture';
import { remove } from './support/shipped';
import { type StateStore, startStateStore } from './support/state-bucket';
import { emptyAccount, hasStandIns, must, terraform, terraformEnvironment } from './support/terraform';

const describeWithProviders = hasStandIns ? describe : describe.skip;
if (!hasStandIns) console.warn('skipped: no Terraform providers at hand (../shared/terraform-mirror)');

describeWithProviders('a simulated account', () => {
  let store: StateStore;
  let folder: string;
  let outdir: string;
  let environment: NodeJS.ProcessEnv;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-network-'));
    outdir = join(folder, 'cdktf.out');
    store = await startStateStore();
    environment = terraformEnvironment(emptyAccount(), store.environment);
    await store.createBucket(stateBucketName(account));
  }, 30_000);
  afterEach(() => {
    store.stop();
    remove(folder);
  });

  const zones = [{ name: 'example.com', ownership: 'managed' as const }];
  const build = (...environments: AwsEnvironmentInput[]) =>
    synthesise(
      {
        accounts: [{ ...account, zones }],
        deployments: environments.map((one) => ({ ...deployment(one), account: { ...account, zones } })),
      },
      { outdir },
    );
  const stackFolder = (name: string) => join(outdir, 'stacks', name);
  const run = (name: string, ...args: string[]) => must(stackFolder(name), environment, args);
  const apply = (name: string) => {
    run(name, 'init', '-input=false');
    run(name, 'apply', '-auto-approve', '-input=false');
  };
  const expectNoChanges = (name: string) => run(name, 'plan', '-detailed-exitcode', '-input=false');
  const outputs = (name: string): Record<string, { value: unknown }> =>
    JSON.parse(run(name, 'output', '-json'));
  const refusal = (name: string): string => {
    const plan = terraform(stackFolder(name), environment, 'plan', '-input=false');
    expect(plan.status).toBe(1);
    return plan.output.replaceAll(/[\s│]+/g, ' ');
  };

  test('a network moves into a VPC that somebody else made, and is refused where it doesn’t fit', () => {
    const landingZone = { ...small, name: 'landing' };
    build(landingZone);
    apply('landing-network');
    const theirs = outputs('landing-network');
    const ids = (key: string) => theirs[key]?.value as string[];
    const existing = {
      ...adopted.network.existing,
      vpcId: theirs.vpc_id?.value as string,
      otherCidrs: [],
      publicSubnetIds: ids('public_subnet_ids'),
      privateSubnetIds: ids('private_subnet_ids'),
      databaseSubnetIds: ids('database_subnet_ids'),
      s3RouteTableIds: [],
    };
    const inside = (changed: Partial<typeof existing>): AwsEnvironmentInput => ({
      ...adopted,
      network: { ...adopted.network, existing: { ...existing, ...changed } },
    });

    build(landingZone, inside({}));
    apply('adopted-network');
    expectNoChanges('adopted-network');
    const ours = outputs('adopted-network');
    expect(ours.private_subnet_ids).toEqual(theirs.private_subnet_ids);
    expect(ours.public_subnet_cidrs).toEqual(theirs.public_subnet_cidrs);
    // Nothing that is theirs is in our state, so nothing of it can be changed or destroyed from here.
    expect(run('adopted-network', 'state', 'list')).not.toMatch(
      /^aws_(vpc|subnet|route\w*|nat_gateway|eip|internet_gateway|default_security_group)\./m,
    );

    const [zoneA = '', zoneB = ''] = existing.privateSubnetIds;
    const [publicA = ''] = existing.publicSubnetIds;
    const wrong: [Partial<typeof existing>, string][] = [
      [
        { privateSubnetIds: [zoneA, existing.databaseSubnetIds[0] as string] },
        'Two of the private subnets of environments/adopted.ts lie in one zone: name one subnet for each zone',
      ],
      [
        { cidr: '10.98.0.0/16' },
        'has no range 10.98.0.0/16: write those that it has into environments/adopted.ts',
      ],
    ];
    for (const [change, sentence] of wrong) {
      build(landingZone, inside(change));
      expect(refusal('adopted-network')).toContain(sentence);
    }

    // Another VPC's subnets.
    build(landingZone, inside({}), { ...small, name: 'other' });
    apply('other-network');
    const others = outputs('other-network').private_subnet_ids?.value as string[];
    build(landingZone, inside({ privateSubnetIds: [others[0] as string, zoneB] }));
    expect(refusal('adopted-network')).toContain(`lies in another VPC than ${existing.vpcId}`);
    build(landingZone, inside({ publicSubnetIds: [publicA, others[1] as string] }));
    expect(refusal('adopted-network')).toContain('name one of its own subnets');

    build(landingZone, inside({}));
    run('adopted-network', 'destroy', '-auto-approve', '-input=false');
    expectNoChanges('landing-network');
  }, 600_000);

  test('a name gets its certificate and firewall from the zone that bootstrap made', () => {
    const named: AwsEnvironmentInput = { ...delegated, ...small, name: 'named' };
    build(named);
    apply('bootstrap-tests');
    expect(outputs('bootstrap-tests').name_servers_example_com?.value).toHaveLength(4);
    apply('named-network');
    expectNoChanges('named-network');
    expect(outputs('named-network')).toMatchObject({
      domain_name: { value: 'app.example.com' },
      certificate_arn: { value: expect.stringMatching(/^arn:aws:acm:/) },
      web_acl_arn: { value: expect.stringMatching(/^arn:aws:wafv2:.*webacl\/holdfast-named\//) },
      zone_id: { value: expect.stringMatching(/^Z/) },
    });

    build({ ...named, domain: { ...delegated.domain, delegated: false } });
    run('named-network', 'apply', '-auto-approve', '-input=false');
    expect(outputs('named-network')).toMatchObject({
      domain_name: { value: '' },
      certificate_arn: { value: '' },
    });
    run('named-network', 'destroy', '-auto-approve', '-input=false');
  }, 600_000);

  test.each([adopted, { ...delegated, ...small, name: 'named' }])(
    '$name is valid, plans and applies with mocked providers',
    (fixture) => {
      build(fixture);
      const name = `${fixture.name}-network`;
      writeTerraformTest(outdir, name);
      expect(readStack(outdir, name).resource).toBeDefined();
      run(name, 'init', '-backend=false', '-input=false');
      run(name, 'validate');
      run(name, 'test');
    },
    120_000,
  );
});
