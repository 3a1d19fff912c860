import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { loaded } from '../../../__tests__/support/shipped';
import { SimulatedAccount } from '../../../__tests__/support/simulated-account';
import { hasStandIns } from '../../../__tests__/support/terraform';
import { isAws, type NamedAccount } from '../../../environments/load';
import { stateBucketName } from '../../../stacks/props';
import type { StateDrill, StatePlace } from './drill';
import { keepVersions } from './state-object';

/** The environment that the runbooks name. */
const environment = 'prod';

/** What a drill of the state needs and this machine hasn't; undefined where all is there. */
export function missingForState(): string | undefined {
  if (!hasStandIns) return "stand-ins for Terraform's providers, beside the repository";
  const programs = ['terraform', 'moto_server', 'aws', 'jq'];
  const missing = programs.filter((program) => spawnSync('which', [program]).status !== 0);
  return missing.length > 0 ? missing.join(', ') : undefined;
}

/**
 * Deploys the drill's stacks to a simulated account, with the unmodified S3 backend on moto; has `work` use them, and takes
 * everything away again.
 *
 * @throws where this machine lacks what it needs
 */
export async function withStatePlace<T>(
  drill: Pick<StateDrill, 'stacks'>,
  work: (place: StatePlace) => Promise<T>,
): Promise<T> {
  const missing = missingForState();
  if (missing) throw new Error(`This drill needs ${missing}.`);
  const { accounts, deployments } = loaded();
  // The ids stay those that the runbooks name; a plan refuses them only as long as they are examples.
  const real = (account: NamedAccount): NamedAccount => ({ ...account, isExample: false });
  const prod = deployments.filter(isAws).find((each) => each.environment.name === environment);
  if (!prod) throw new Error(`environments/ has no ${environment}, which the runbooks name`);
  const aws = await SimulatedAccount.open();
  const undo: (() => unknown)[] = [() => aws.close()];
  try {
    aws.environment.AWS_STANDIN_ACCOUNT = prod.account.id;
    const bucket = stateBucketName(prod.account);
    await aws.store.createBucket(bucket);
    const stepEnv: Record<string, string> = {
      ...(aws.environment as Record<string, string>),
      // Older versions of the AWS CLI know this name only.
      AWS_DEFAULT_REGION: aws.environment.AWS_REGION ?? '',
      // Colours stand between the words that a step looks for.
      TF_CLI_ARGS_plan: '-no-color',
      TF_CLI_ARGS_apply: '-no-color',
      PATH: makeStatePath(aws.folder),
    };
    keepVersions({ stepEnv, bucket });
    aws.synthesise({
      accounts: accounts.map(real),
      deployments: deployments.map((each) => (isAws(each) ? { ...each, account: real(each.account) } : each)),
    });
    for (const stack of drill.stacks) aws.apply(stack);
    return await work({ aws, bucket, stepEnv, directory: aws.folder, onEnd: (each) => undo.push(each) });
  } finally {
    for (const each of undo.reverse()) await each();
  }
}

/** `npm run synth` has been done: the repository's own would write what the shipped examples say. Terraform asks nobody. */
function makeStatePath(directory: string): string {
  const bin = join(directory, 'bin');
  mkdirSync(bin, { recursive: true });
  const write = (name: string, script: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  write('npm', '[ "$*" = "run synth" ] || { echo "error: a drill of the state has no npm $*" >&2; exit 1; }');
  const terraform = spawnSync('which', ['terraform'], { encoding: 'utf8' }).stdout.trim();
  write(
    'terraform',
    `if [ "$2" = force-unlock ]; then chdir=$1; shift 2; set -- "$chdir" force-unlock -force "$@"; fi
exec "${terraform}" "$@"`,
  );
  return [bin, process.env.PATH].join(delimiter);
}
