/**
 * Whole lives of environments with real Terraform, against a simulated account and the unmodified S3 backend: apply in
 * order, an empty second plan, destroy in reverse. Bootstrap with its migration, dev by the CDKTF CLI as people type
 * it. Staging's and prod's: *.nightly.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isAws } from '../environments/load';
import { stateBucketName } from '../stacks/props';
import { bootstrapPlan, localStateFile } from '../tools/lib/bootstrap';
import { deployable, type Loaded, loaded } from './support/shipped';
import { SimulatedAccount } from './support/simulated-account';
import { hasStandIns } from './support/terraform';

const describeWithProviders = hasStandIns ? describe : describe.skip;
if (!hasStandIns) console.warn('skipped: no Terraform providers at hand (../shared/terraform-mirror)');

describeWithProviders('a simulated account', () => {
  const shipped = deployable(loaded());
  let aws: SimulatedAccount;

  beforeEach(async () => {
    aws = await SimulatedAccount.open();
  }, 30_000);
  afterEach(() => aws.close());

  test('bootstrap starts with a local state, moves it to its own bucket, and changes nothing on the way', async () => {
    const account = shipped.accounts[0];
    if (!account) throw new Error('no account is shipped');
    const name = `bootstrap-${account.name}`;
    /** What `npm run bootstrap` runs, with nobody there to answer. */
    const unattended: Record<string, string[]> = { apply: ['-auto-approve'], init: ['-force-copy'] };
    const bootstrap = (state: 'local' | 's3') => {
      const local = join(aws.folder, localStateFile(account));
      for (const [command, ...args] of bootstrapPlan({ ...account, bootstrapState: state }, existsSync(local))
        .commands) {
        aws.run(name, command, ...args, '-input=false', ...(unattended[command] ?? []));
      }
      return local;
    };
    aws.synthesise(shipped);
    expect(existsSync(bootstrap('local'))).toBe(true);
    aws.expectNoChanges(name);

    await aws.store.createBucket(stateBucketName(account));
    const migrated: Loaded = {
      ...shipped,
      accounts: shipped.accounts.map((a) => ({ ...a, bootstrapState: 's3' })),
    };
    aws.synthesise(migrated);
    bootstrap('s3');
    expect(await aws.store.keys(stateBucketName(account))).toEqual([`bootstrap/${account.name}.tfstate`]);
    aws.expectNoChanges(name);
  }, 300_000);

  test('bootstrap lets GitHub in where everything else is adopted, and bounds what its environments make', async () => {
    const open: Loaded = {
      accounts: shipped.accounts.map((account) => ({
        ...account,
        github: {
          repository: 'acme/platform',
          provider: 'managed' as const,
          sessionHours: 2,
          branch: 'main',
          clusterPlans: false,
        },
        security: {
          ...account.security,
          guardDuty: 'adopted',
          runtimeAgents: false,
          securityHub: 'adopted',
          cloudTrail: 'adopted',
          config: 'adopted',
          accessAnalyzer: 'adopted',
          inspector: 'adopted',
        },
      })),
      deployments: [],
    };
    const accountOf = (name: string) => {
      const account = open.accounts.find((one) => one.name === name);
      if (!account) throw new Error(`${name} is not shipped`);
      return account;
    };
    const deployments = shipped.deployments
      .filter(isAws)
      .map((d) => ({ ...d, account: accountOf(d.account.name) }));
    aws.synthesise({ ...open, deployments });
    const account = accountOf('nonprod');
    await aws.store.createBucket(stateBucketName(account));

    // An environment knows its boundary by name alone, so bootstrap has to be there: AWS says so, not the plan.
    aws.run('dev-network', 'init', '-input=false');
    const early = aws.attempt('dev-network', ['apply', '-auto-approve', '-input=false']);
    expect([early.status, early.output]).toEqual([1, expect.stringContaining('github-holdfast-dev')]);

    aws.apply('bootstrap-nonprod');
    aws.expectNoChanges('bootstrap-nonprod');
    const held = aws.run('bootstrap-nonprod', 'state', 'list');
    expect(held).toMatch(/aws_iam_openid_connect_provider/);
    expect(held).not.toMatch(/guardduty|securityhub|cloudtrail|aws_config|inspector|accessanalyzer/);
    aws.apply('dev-network');
    aws.expectNoChanges('dev-network');
    aws.run('dev-network', 'destroy', '-auto-approve', '-input=false');
  }, 300_000);

  test('dev lives and dies by the CDKTF CLI', async () => {
    const dev = shipped.deployments.filter(isAws).find((d) => d.environment.name === 'dev');
    if (!dev) throw new Error('dev is not shipped');
    await aws.store.createBucket(stateBucketName(dev.account));
    const cli = (...args: string[]) => {
      const result = spawnSync(
        'npx',
        [
          '--yes',
          'cdktf-cli@0.21.0',
          ...args,
          '--output',
          aws.outdir,
          '--app',
          'node --import tsx __tests__/support/deployable-main.ts',
        ],
        {
          encoding: 'utf8',
          env: { ...aws.environment, CI: '1', DISABLE_VERSION_CHECK: '1', FORCE_COLOR: '0' },
          maxBuffer: 64 * 1024 * 1024,
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      if (result.status !== 0) {
        throw new Error(
          `cdktf ${args.join(' ')} exited ${result.status}:\n${result.stdout}\n${result.stderr}`,
        );
      }
      return result.stdout;
    };
    const stacks = [
      'dev-network',
      'dev-cluster',
      'dev-data',
      'dev-platform',
      'dev-observability',
      'dev-backup',
      'dev-app',
    ];

    const listed = cli('list');
    for (const stack of [...stacks, 'prod-app', 'local-app', 'bootstrap-nonprod'])
      expect(listed).toContain(stack);
    expect(cli('diff', 'dev-network', '--skip-provider-lock')).toMatch(
      /Plan: \d+ to add, 0 to change, 0 to destroy/,
    );
    cli('deploy', 'dev-*', '--auto-approve', '--skip-provider-lock');
    expect((await aws.store.keys(stateBucketName(dev.account))).sort()).toEqual(
      stacks.map((stack) => `${stack.replace('-', '/')}.tfstate`).sort(),
    );
    for (const stack of stacks) aws.expectNoChanges(stack);
    expect(cli('diff', 'dev-network', '--skip-provider-lock')).toContain('No changes');
    cli('destroy', 'dev-*', '--auto-approve', '--skip-provider-lock');
    for (const stack of stacks) expect(aws.run(stack, 'state', 'list')).toBe('');
  }, 900_000);

  test('what is shipped is refused at plan, with the file to edit', () => {
    aws.synthesise(loaded());
    const name = 'bootstrap-nonprod';
    aws.run(name, 'init', '-input=false');
    const refused = aws.attempt(name, ['plan', '-input=false']);
    expect(refused.status).toBe(1);
    expect(refused.output.replaceAll(/\s+/g, ' ')).toContain(
      'environments/accounts.ts still holds the example account id 111111111111',
    );
  }, 60_000);
});
