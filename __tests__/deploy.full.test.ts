/**
 * Whole lives of environments with real Terraform, against a simulated account and the unmodified S3 backend: apply in
 * order, an empty second plan, destroy in reverse. Bootstrap with its migration, dev by the CDKTF CLI as people type
 * it, prod stack by stack.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAws } from '../environments/load';
import { stateBucketName } from '../stacks/props';
import { deploymentOrder, readManifest } from '../tools/lib/stack-json';
import { synthesise } from '../tools/lib/synthesise';
import { deployable, type Loaded, loaded, remove } from './support/shipped';
import { type StateStore, startStateStore } from './support/state-bucket';
import { emptyAccount, hasStandIns, must, terraform, terraformEnvironment } from './support/terraform';

const describeWithProviders = hasStandIns ? describe : describe.skip;
if (!hasStandIns) console.warn('skipped: no Terraform providers at hand (../shared/terraform-mirror)');

describeWithProviders('a simulated account', () => {
  const shipped = deployable(loaded());
  let store: StateStore;
  let folder: string;
  let outdir: string;
  let environment: NodeJS.ProcessEnv;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-deploy-'));
    outdir = join(folder, 'cdktf.out');
    store = await startStateStore();
    environment = terraformEnvironment(emptyAccount(), store.environment);
  }, 30_000);
  afterEach(() => {
    store.stop();
    remove(folder);
  });

  const stackFolder = (name: string) => join(outdir, 'stacks', name);
  const run = (name: string, ...args: string[]) => must(stackFolder(name), environment, args);
  const apply = (name: string) => {
    run(name, 'init', '-input=false');
    run(name, 'apply', '-auto-approve', '-input=false');
  };
  const expectNoChanges = (name: string) => run(name, 'plan', '-detailed-exitcode', '-input=false');
  const stacksOf = (name: string) =>
    deploymentOrder(readManifest(outdir)).filter((stack) => stack.startsWith(`${name}-`));

  test('bootstrap starts with a local state, moves it to its own bucket, and changes nothing on the way', async () => {
    const account = shipped.accounts[0];
    if (!account) throw new Error('no account is shipped');
    const name = `bootstrap-${account.name}`;
    synthesise(shipped, { outdir });
    apply(name);
    expectNoChanges(name);
    expect(existsSync(join(folder, '.state', `${name}.tfstate`))).toBe(true);

    await store.createBucket(stateBucketName(account));
    const migrated: Loaded = {
      ...shipped,
      accounts: shipped.accounts.map((a) => ({ ...a, bootstrapState: 's3' })),
    };
    synthesise(migrated, { outdir });
    run(name, 'init', '-migrate-state', '-force-copy', '-input=false');
    expect(await store.keys(stateBucketName(account))).toEqual([`bootstrap/${account.name}.tfstate`]);
    expectNoChanges(name);
  }, 300_000);

  test('bootstrap lets GitHub in where everything else is adopted, and bounds what its environments make', async () => {
    const open: Loaded = {
      accounts: shipped.accounts.map((account) => ({
        ...account,
        github: { repository: 'acme/platform', provider: 'managed' as const, sessionHours: 2 },
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
    synthesise({ ...open, deployments }, { outdir });
    const account = accountOf('nonprod');
    await store.createBucket(stateBucketName(account));

    // An environment knows its boundary by name alone, so bootstrap has to be there: AWS says so, not the plan.
    run('dev-network', 'init', '-input=false');
    const early = terraform(
      stackFolder('dev-network'),
      environment,
      'apply',
      '-auto-approve',
      '-input=false',
    );
    expect([early.status, early.output]).toEqual([1, expect.stringContaining('github-holdfast-dev')]);

    apply('bootstrap-nonprod');
    expectNoChanges('bootstrap-nonprod');
    const held = run('bootstrap-nonprod', 'state', 'list');
    expect(held).toMatch(/aws_iam_openid_connect_provider/);
    expect(held).not.toMatch(/guardduty|securityhub|cloudtrail|aws_config|inspector|accessanalyzer/);
    apply('dev-network');
    expectNoChanges('dev-network');
    run('dev-network', 'destroy', '-auto-approve', '-input=false');
  }, 300_000);

  test('dev lives and dies by the CDKTF CLI', async () => {
    const dev = shipped.deployments.filter(isAws).find((d) => d.environment.name === 'dev');
    if (!dev) throw new Error('dev is not shipped');
    await store.createBucket(stateBucketName(dev.account));
    const cli = (...args: string[]) => {
      const result = spawnSync(
        'npx',
        [
          '--yes',
          'cdktf-cli@0.21.0',
          ...args,
          '--output',
          outdir,
          '--app',
          'node --import tsx __tests__/support/deployable-main.ts',
        ],
        {
          encoding: 'utf8',
          env: { ...environment, CI: '1', DISABLE_VERSION_CHECK: '1', FORCE_COLOR: '0' },
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
    const stacks = ['dev-network', 'dev-cluster', 'dev-data', 'dev-platform', 'dev-app'];

    const listed = cli('list');
    for (const stack of [...stacks, 'prod-app', 'local-app', 'bootstrap-nonprod'])
      expect(listed).toContain(stack);
    expect(cli('diff', 'dev-network', '--skip-provider-lock')).toMatch(
      /Plan: \d+ to add, 0 to change, 0 to destroy/,
    );
    cli('deploy', 'dev-*', '--auto-approve', '--skip-provider-lock');
    expect((await store.keys(stateBucketName(dev.account))).sort()).toEqual(
      stacks.map((stack) => `${stack.replace('-', '/')}.tfstate`).sort(),
    );
    for (const stack of stacks) expectNoChanges(stack);
    expect(cli('diff', 'dev-network', '--skip-provider-lock')).toContain('No changes');
    cli('destroy', 'dev-*', '--auto-approve', '--skip-provider-lock');
    for (const stack of stacks) expect(run(stack, 'state', 'list')).toBe('');
  }, 900_000);

  test('prod is deployed in order, plans empty, resists deletion, and goes when its protection is lifted', async () => {
    const prod = shipped.deployments.filter(isAws).find((d) => d.environment.name === 'prod');
    if (!prod) throw new Error('prod is not shipped');
    await store.createBucket(stateBucketName(prod.account));
    synthesise(shipped, { outdir });
    const stacks = stacksOf('prod');
    expect(stacks).toHaveLength(5);
    for (const stack of stacks) apply(stack);
    for (const stack of stacks) expectNoChanges(stack);
    // The owner's password, two UUIDs in a row, has passed through and stayed nowhere.
    const state = run('prod-data', 'state', 'pull');
    expect(state).toContain('"password_wo_version": 1');
    expect(state).not.toMatch(/[0-9a-f]{4}-[0-9a-f]{12}[0-9a-f]{8}-[0-9a-f]{4}/);

    const refused = terraform(
      stackFolder('prod-data'),
      environment,
      'destroy',
      '-auto-approve',
      '-input=false',
    );
    expect(refused.status).toBe(1);
    expect(refused.output).toMatch(/prevent_destroy|deletion protection/i);

    const unprotected: Loaded = {
      ...shipped,
      deployments: shipped.deployments.map((d) =>
        d === prod ? { ...prod, environment: { ...prod.environment, teardown: true } } : d,
      ),
    };
    synthesise(unprotected, { outdir });
    for (const stack of ['prod-network', 'prod-cluster', 'prod-data'])
      run(stack, 'apply', '-auto-approve', '-input=false');
    for (const stack of [...stacks].reverse()) run(stack, 'destroy', '-auto-approve', '-input=false');
    for (const stack of stacks) expect(run(stack, 'state', 'list')).toBe('');
  }, 900_000);

  test('what is shipped is refused at plan, with the file to edit', () => {
    synthesise(loaded(), { outdir });
    const name = 'bootstrap-nonprod';
    run(name, 'init', '-input=false');
    const refused = terraform(stackFolder(name), environment, 'plan', '-input=false');
    expect(refused.status).toBe(1);
    expect(refused.output.replaceAll(/\s+/g, ' ')).toContain(
      'environments/accounts.ts still holds the example account id 111111111111',
    );
  }, 60_000);
});
