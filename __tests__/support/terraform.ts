import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Stand-ins for the providers, for machines that reach no provider registry; beside the repository where at hand. */
const mirror = resolve('../shared/terraform-mirror/build.sh');
export const hasStandIns = existsSync(mirror);

/** Where Terraform may fetch the real providers instead: in GitHub's jobs. Nothing is simulated then, so only mocks work. */
const hasRegistry = process.env.HOLDFAST_PROVIDERS === 'registry';
export const hasProviders = hasStandIns || hasRegistry;

/** Terraform, or what HOLDFAST_TERRAFORM names instead. */
const program = process.env.HOLDFAST_TERRAFORM ?? 'terraform';

let configuration: string | undefined;
/** File for TF_CLI_CONFIG_FILE. The first call builds the stand-ins where they are missing or old. */
function cliConfiguration(): string {
  if (!configuration) {
    const built = spawnSync('bash', [mirror, '.'], { encoding: 'utf8' });
    if (built.status !== 0) throw new Error(`the stand-ins could not be built:\n${built.stderr}`);
    configuration = built.stdout.trim().split('\n').at(-1);
  }
  return configuration as string;
}

export interface Run {
  readonly status: number;
  readonly output: string;
}

/** Environment in which Terraform works offline against a simulated account. */
export function terraformEnvironment(account: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    ...(hasStandIns ? { TF_CLI_CONFIG_FILE: cliConfiguration() } : sharedProviders()),
    ...(process.env.HOLDFAST_TERRAFORM ? { HOLDFAST_TERRAFORM: process.env.HOLDFAST_TERRAFORM } : {}),
    AWS_STANDIN_STATE: account,
    // Roles that environments name as administrators are made by the account's owner, not by us.
    AWS_STANDIN_EXISTS: 'arn:aws:iam::*:role/platform-admin',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    ...more,
  };
}

/** The AWS provider alone has 700 MB: every stack takes it from one place. */
function sharedProviders(): NodeJS.ProcessEnv {
  const cache = resolve('.cache/terraform-plugins');
  mkdirSync(cache, { recursive: true });
  return { TF_PLUGIN_CACHE_DIR: cache, TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: '1' };
}

/** A simulated account of its own. */
export function emptyAccount(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-account-'));
  mkdirSync(folder, { recursive: true });
  return join(folder, 'cloud.json');
}

export function terraform(folder: string, environment: NodeJS.ProcessEnv, ...args: string[]): Run {
  const run = spawnSync(
    program,
    [`-chdir=${folder}`, ...args, ...(args[0] === 'output' ? [] : ['-no-color'])],
    {
      encoding: 'utf8',
      env: environment,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (run.error)
    throw new Error(`${program} can't be run: ${run.error.message}; install Terraform 1.11 or newer`);
  return { status: run.status ?? 1, output: run.stdout + run.stderr };
}

/** Runs and throws what Terraform said, unless it exits as expected. */
export function must(folder: string, environment: NodeJS.ProcessEnv, args: string[], expected = 0): string {
  const run = terraform(folder, environment, ...args);
  if (run.status !== expected) {
    throw new Error(
      `terraform ${args.join(' ')} in ${folder} exited ${run.status}, not ${expected}:\n${run.output}`,
    );
  }
  return run.output;
}
