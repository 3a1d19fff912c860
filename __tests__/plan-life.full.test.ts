/**
 * The life of dev by `npm run plan` and `npm run apply`, with real Terraform, a simulated account and the unmodified S3
 * backend: what is told before, what is refused, what fails and is taken up again, and the end.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAws } from '../environments/load';
import { stateBucketName } from '../stacks/props';
import type { Plan, StackPlan } from '../tools/lib/plan/model';
import type { DeployableChange } from './support/deployable-plan';
import { deployable, loaded } from './support/shipped';
import { SimulatedAccount } from './support/simulated-account';
import { hasStandIns, type Run } from './support/terraform';

const describeWithProviders = hasStandIns ? describe : describe.skip;
if (!hasStandIns) console.warn('skipped: no Terraform providers at hand (../shared/terraform-mirror)');

type Change = Omit<DeployableChange, 'folder'>;

describeWithProviders('dev by saved plans', () => {
  const dev = deployable(loaded())
    .deployments.filter(isAws)
    .find(({ environment }) => environment.name === 'dev');
  if (!dev) throw new Error('dev is not shipped');
  const bucket = stateBucketName(dev.account);
  let aws: SimulatedAccount;

  beforeEach(async () => {
    aws = await SimulatedAccount.open();
    await aws.store.createBucket(bucket);
  }, 30_000);
  afterEach(() => aws.close());

  /** Runs one of the two commands as its script does. */
  const run = (command: string, change: Change = {}, more: NodeJS.ProcessEnv = {}): Run => {
    const given: DeployableChange = { folder: aws.folder, ...change };
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '__tests__/support/deployable-plan.ts', ...command.split(' ')],
      {
        encoding: 'utf8',
        // No Git: what is committed meanwhile would make the plans stale.
        env: { ...aws.environment, GIT_DIR: aws.folder, ...more, HOLDFAST_TEST: JSON.stringify(given) },
      },
    );
    return { status: status ?? 1, output: stdout + stderr };
  };
  /** Fails with all that was said when the exit code is another. */
  const expectExit = (status: number, { status: was, output }: Run): string => {
    if (was !== status) throw new Error(`exited ${was}, not ${status}:\n${output}`);
    return output;
  };
  const plans = () => readdirSync(join(aws.folder, 'plans')).sort();
  const report = (file: string) =>
    readFileSync(join(aws.folder, 'plans', plans().at(-1) ?? '', file), 'utf8');
  const latest = (): Plan => JSON.parse(report('plan.json'));
  const stack = (name: string): StackPlan => {
    const found = latest().stacks.find((one) => one.name === name);
    if (!found) throw new Error(`${name} was not planned`);
    return found;
  };
  const statuses = () => latest().stacks.map(({ name, status }) => `${name} ${status}`);
  const editCloud = (edit: (text: string) => string) => {
    const file = aws.environment.AWS_STANDIN_STATE ?? '';
    const [before, after] = [readFileSync(file, 'utf8'), edit(readFileSync(file, 'utf8'))];
    expect(after).not.toBe(before);
    writeFileSync(file, after);
  };

  test('is planned, made, changed, repaired and taken down', async () => {
    // First: only what depends on nothing can be planned; the rest is counted, not failed.
    expectExit(2, run('plan dev'));
    expect(statuses()).toEqual([
      'dev-network changes',
      'dev-cluster pending',
      'dev-data pending',
      'dev-platform pending',
      'dev-observability pending',
      'dev-backup pending',
      'dev-app pending',
    ]);
    expect(stack('dev-data')).toMatchObject({ waitsFor: ['dev-network', 'dev-cluster'], changes: [] });
    expect(stack('dev-data').wouldCreate?.count).toBeGreaterThan(50);
    expect(expectExit(1, run('apply dev'))).toContain('nobody can be asked here: add --yes');
    expect(expectExit(2, run('apply dev --yes'))).toContain('Left: dev-cluster, dev-data');

    // A creation fails half-way: what was applied stays, what depends on it isn't begun, the rest goes on after.
    expectExit(2, run('plan dev'));
    const fault = { AWS_STANDIN_FAIL: 'aws_elasticache_replication_group:create:1:partial' };
    const failed = expectExit(1, run('apply dev --yes --through', {}, fault));
    expect(failed).toContain('injected failure');
    expect(failed).toMatch(/dev-platform: applied/);
    expect(failed).toContain('What was applied stays.');
    expect(failed).not.toMatch(/^\s+at .*\.ts/m);
    const again = expectExit(1, run('apply dev-data --yes'));
    expect(again).toContain('dev-data failed half-way, so that its saved plan is used up');
    const half = expectExit(1, run('apply dev --yes --through'));
    const name = half.match(/(dev-data\/aws_elasticache_replication_group\.\S+) would be lost/)?.[1] ?? '';
    expect(stack('dev-data').changes[0]).toMatchObject({
      kind: 'replace',
      why: 'because it was made only half: its creation failed',
    });
    expectExit(0, run(`apply dev --yes --through --acknowledge ${name}`));

    expectExit(0, run('plan dev'));
    expect(statuses().every((status) => status.endsWith(' unchanged'))).toBe(true);
    expect(expectExit(0, run('apply dev --yes'))).not.toContain('applied');

    // Another image, and beside it what somebody changed by hand: told apart, and taken back.
    const image = `sha256:${'a'.repeat(64)}`;
    editCloud((text) =>
      text
        .split('\n')
        .map((line) =>
          line.includes('log-group:/aws/vpc/holdfast-dev/flow-logs"')
            ? line.replace(/"retention_in_days":\s*\d+/, '"retention_in_days":1')
            : line,
        )
        .join('\n'),
    );
    expectExit(2, run('plan dev', { image }));
    expect(stack('dev-network').drift).toMatchObject([{ kind: 'changed', reverted: true }]);
    expect(stack('dev-network').changes).toMatchObject([
      { kind: 'update', cause: 'drift', attributes: [{ path: 'retention_in_days', before: '1' }] },
    ]);
    expect(stack('dev-app').drift).toEqual([]);
    expect(new Set(stack('dev-app').changes.map(({ cause }) => cause))).toEqual(new Set(['configuration']));
    expect(JSON.stringify(stack('dev-app').changes)).toContain(image);
    expect(stack('dev-cluster').status).toBe('unchanged');

    // Stale: the program says something else meanwhile; then the file is another; then the state has moved on.
    const stale = expectExit(1, run('apply dev --yes', { image: `sha256:${'b'.repeat(64)}` }));
    expect(stale).toContain('dev-app: the plan is stale: the program or its environment was edited since');
    const first = join(aws.folder, 'plans', plans().at(-1) ?? '');
    expectExit(2, run('plan dev', { image }));
    expectExit(0, run('apply dev --yes', { image }));
    const moved = expectExit(1, run(`apply dev --yes --plan ${first}`, { image }));
    expect(moved).toMatch(/dev-app: its saved plan is stale: its state is at serial \d+, and was at \d+/);
    appendFileSync(join(first, 'dev-app.tfplan'), 'x');
    expect(expectExit(1, run(`apply dev --yes --plan ${first}`, { image }))).toContain(
      'is not the file that npm run plan wrote',
    );
    expectExit(0, run('plan dev', { image }));

    // Somebody else holds the lock: that stack alone waits, and it is said for whom.
    const key = `${aws.environment.AWS_ENDPOINT_URL}/${bucket}/dev/data.tfstate.tflock`;
    const lock = {
      ID: '11111111-2222-3333-4444-555555555555',
      Operation: 'OperationTypeApply',
      Who: 'ada@build',
    };
    await fetch(key, { method: 'PUT', body: JSON.stringify({ ...lock, Created: '2026-11-21T09:00:00Z' }) });
    const locked = expectExit(1, run('plan dev', { image }));
    expect(locked).toMatch(/its state is locked by ada@build since 2026-11-21.*force-unlock 11111111-2222/);
    expect(statuses().filter((status) => !status.endsWith('unchanged'))).toEqual(['dev-data failed']);
    aws.run('dev-data', 'force-unlock', '-force', lock.ID);

    // A cache with shards is another cache: nothing goes before that is acknowledged by name.
    const sharded: Change = {
      image,
      environment: { cache: { ...dev.environment.cache, shards: 2, replicas: 1 } },
    };
    expectExit(2, run('plan dev', sharded));
    const refused = expectExit(1, run('apply dev --yes --through', sharded));
    const lost = [...refused.matchAll(/(dev-data\/\S+) would be lost with what it holds/g)].map(
      ([, one]) => one,
    );
    expect(lost).toContainEqual(expect.stringContaining('aws_elasticache_replication_group'));
    expect(report('report.md')).toMatch(/🔴 .*aws_elasticache_replication_group.*runbooks\/cache-lost\.md/);
    const named = lost.map((one) => `--acknowledge ${one}`).join(' ');
    expectExit(0, run(`apply dev --yes --through ${named}`, sharded));
    expectExit(0, run('plan dev', sharded));

    // The end: in reverse, each stack's data acknowledged.
    expectExit(2, run('plan dev --destroy', sharded));
    expect(
      latest()
        .stacks.map(({ name: each }) => each)
        .at(0),
    ).toBe('dev-app');
    expect(expectExit(1, run('apply dev --destroy --yes', sharded))).toContain('would be lost');
    const all = [
      'dev-network',
      'dev-cluster',
      'dev-data',
      'dev-platform',
      'dev-observability',
      'dev-backup',
      'dev-app',
    ]
      .filter((each) => stack(each).changes.some(({ stateful }) => stateful))
      .map((each) => `--acknowledge ${each}`)
      .join(' ');
    expectExit(0, run(`apply dev --destroy --yes ${all}`, sharded));
    expectExit(0, run('plan dev --destroy', sharded));
  }, 900_000);

  test('says in one sentence what is wrong, and plans nothing', async () => {
    const sentence = (command: string, change: Change = {}, more: NodeJS.ProcessEnv = {}): string => {
      const output = expectExit(1, run(command, change, more));
      expect(output).not.toMatch(/^\s+at .*\.(ts|js)/m);
      return output
        .split('\n')
        .filter((line) => /^error|problems|: .*could not/.test(line) || line.startsWith('  '))
        .join('\n');
    };
    expect(sentence('plan dve')).toContain('there is no environment or stack "dve": did you mean dev?');
    expect(sentence('plan dev-netwrk')).toContain('did you mean dev-network?');
    expect(sentence('plan')).toContain('which environment or stacks?');
    expect(sentence('plan dev', {}, { HOLDFAST_TERRAFORM: '/nowhere/terraform' })).toContain(
      "HOLDFAST_TERRAFORM names /nowhere/terraform, which can't be run",
    );
    expect(sentence('plan dev', { today: '2027-12-01' })).toMatch(
      /environments\/dev\.ts: AWS's standard support of Kubernetes .* ended on .*waivers/,
    );
    expect(sentence('apply dev --yes')).toContain('there is no saved plan of dev: npm run plan -- dev');
    expect(sentence('plan dev-network', {}, { AWS_STANDIN_ACCOUNT: '999999999999' })).toContain(
      'the credentials belong to account 999999999999',
    );
    const nobody = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', HOME: aws.folder };
    expect(sentence('plan dev-network', {}, nobody)).toContain('there are no valid AWS credentials');
    // An expired version stands in nobody's way who takes the environment down.
    expectExit(0, run('plan dev-network --destroy', { today: '2027-12-01' }));
  }, 300_000);
});
