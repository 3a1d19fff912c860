/**
 * An upgrade from the last release: dev, made by the program of that commit in a simulated account with real Terraform, then planned
 * by the present one. HOLDFAST_UPGRADE_FROM names another commit; without one and without a release nothing is checked.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isAws } from '../environments/load';
import { stateBucketName } from '../stacks/props';
import { git } from '../tools/lib/ci/git';
import { latestRelease } from '../tools/lib/ci/release';
import { lossesOf, type Plan } from '../tools/lib/plan/model';
import type { DeployableChange } from './support/deployable-plan';
import { deployable, loaded } from './support/shipped';
import { SimulatedAccount } from './support/simulated-account';
import { hasStandIns } from './support/terraform';

const from = process.env.HOLDFAST_UPGRADE_FROM || latestRelease();
const isPossible = hasStandIns && from !== undefined;
if (!isPossible)
  console.warn(
    hasStandIns
      ? 'skipped: there is no release to upgrade from yet (HOLDFAST_UPGRADE_FROM names a commit)'
      : 'skipped: no Terraform providers at hand (../shared/terraform-mirror)',
  );

(isPossible ? test : test.skip)(
  `dev made by ${from ?? 'a release'} keeps what holds data`,
  async () => {
    const dev = deployable(loaded())
      .deployments.filter(isAws)
      .find(({ environment }) => environment.name === 'dev');
    if (!dev) throw new Error('dev is not shipped');
    const before = join(mkdtempSync(join(tmpdir(), 'holdfast-before-')), 'program');
    const aws = await SimulatedAccount.open();
    try {
      await aws.store.createBucket(stateBucketName(dev.account));
      git('worktree', 'add', '--detach', before, from as string);
      // Its own packages would take minutes; the same lock file makes the same ones.
      for (const folder of ['node_modules', 'app/node_modules'])
        if (existsSync(folder)) symlinkSync(resolve(folder), join(before, folder));
      const run = (cwd: string, ...args: string[]) => {
        const given: DeployableChange = { folder: aws.folder };
        const done = spawnSync(
          process.execPath,
          ['--import', 'tsx', '__tests__/support/deployable-plan.ts', ...args],
          {
            cwd,
            encoding: 'utf8',
            env: { ...aws.environment, GIT_DIR: aws.folder, HOLDFAST_TEST: JSON.stringify(given) },
          },
        );
        return { status: done.status ?? 1, output: done.stdout + done.stderr };
      };
      // What holds data lies in these; the rest reads Kubernetes.
      const stacks = ['dev-network', 'dev-cluster', 'dev-data'];
      run(before, 'plan', ...stacks);
      const made = run(before, 'apply', ...stacks, '--yes', '--through');
      expect(made).toMatchObject({ status: 0 });

      const planned = run('.', 'plan', ...stacks);
      expect([0, 2]).toContain(planned.status);
      const folder = readdirSync(join(aws.folder, 'plans')).sort().at(-1) ?? '';
      const plan = JSON.parse(readFileSync(join(aws.folder, 'plans', folder, 'plan.json'), 'utf8')) as Plan;
      expect(plan.stacks.map(({ name, status }) => [name, status === 'failed'])).toEqual(
        stacks.map((name) => [name, false]),
      );
      expect(lossesOf(plan.stacks).map(({ resource }) => resource)).toEqual([]);
    } finally {
      aws.close();
      spawnSync('git', ['worktree', 'remove', '--force', before]);
    }
  },
  600_000,
);
