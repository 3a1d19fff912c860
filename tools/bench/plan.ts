import { spawnSync } from 'node:child_process';
import { deployable, loaded } from '../../__tests__/support/shipped';
import { SimulatedAccount } from '../../__tests__/support/simulated-account';
import { hasStandIns } from '../../__tests__/support/terraform';
import { isAws } from '../../environments/load';
import { stateBucketName } from '../../stacks/props';
import type { Figure } from './figure';

const runs = 3;

/**
 * How long `npm run plan -- dev` takes for stacks that are deployed and unchanged, with stand-ins for the providers and for
 * S3 on this machine: Terraform's own work and Holdfast's, without what AWS and the network add.
 */
export async function measure(): Promise<Figure[]> {
  if (!hasStandIns) {
    console.warn('plan: not measured, for no stand-ins of the providers are at hand');
    return [];
  }
  const dev = deployable(loaded()).deployments.filter(isAws)[0];
  if (!dev) throw new Error('no environment on AWS is shipped');
  const aws = await SimulatedAccount.open();
  const run = (command: string, expected: number): number => {
    const started = performance.now();
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '__tests__/support/deployable-plan.ts', ...command.split(' ')],
      {
        env: { ...aws.environment, HOLDFAST_TEST: JSON.stringify({ folder: aws.folder }) },
        encoding: 'utf8',
      },
    );
    if (status !== expected) throw new Error(`npm run ${command} exited ${status}: ${stderr}`);
    return (performance.now() - started) / 1000;
  };
  try {
    await aws.store.createBucket(stateBucketName(dev.account));
    const { name } = dev.environment;
    run(`plan ${name}`, 2);
    run(`apply ${name} --yes --through`, 0);
    const values = Array.from({ length: runs }, () => run(`plan ${name}`, 0));
    const note = `${aws.stacksOf(name).length} stacks`;
    return [{ name: 'plan of an environment, nothing changed', unit: 's', promised: 15, values, note }];
  } finally {
    aws.close();
  }
}
