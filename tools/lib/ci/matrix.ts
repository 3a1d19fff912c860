import { githubDeployRole, githubPlanRole } from '../../../constructs/account/github-names';
import { type AwsDeployment, type Deployment, isAws } from '../../../environments/load';
import type { Runner } from '../../../environments/runner-schema';
import { imageRegistry, imageRepositoryName } from '../../../stacks/props';
import type { SynthesisedStack } from '../synthesise';

/** What the workflows know of an environment: read from environments/, so that nothing of it is typed into them. */
export interface Target {
  readonly environment: string;
  readonly tier: string;
  readonly region: string;
  /** Assumed by jobs of pull requests and of the nightly look for drift. */
  readonly planRole: string;
  /** Assumed by jobs of the GitHub environment of that name. */
  readonly deployRole: string;
  readonly sessionSeconds: number;
  /** What `npm run plan` takes when it plans with `planRole`. */
  readonly stacks: string;
  /** Stacks that role can't plan, for the words in the report; empty where it can plan all. */
  readonly unplanned: string;
  /** Labels of `runs-on`: of jobs that plan with `planRole`, and of those that deploy. */
  readonly planRunner: readonly string[];
  readonly runner: readonly string[];
  /** Registry and repository of the service's image. */
  readonly registry: string;
  readonly repository: string;
  /** Of the registry: the account's own, where the environment may lie elsewhere. */
  readonly registryRegion: string;
  readonly architecture: string;
}

const hosted = ['ubuntu-24.04'];

/** Environments whose account lets GitHub in, in the order of environments/index.ts. None of those that are shipped do. */
export function targetsOf(
  deployments: readonly Deployment[],
  stacks: readonly Pick<SynthesisedStack, 'name' | 'environment' | 'json'>[],
  run: { readonly id: string; readonly attempt: string } = { id: '0', attempt: '1' },
): Target[] {
  return deployments
    .filter(isAws)
    .flatMap((deployment) => (deployment.account.github && !deployment.account.isExample ? [deployment] : []))
    .map((deployment) => targetOf(deployment, stacks, run));
}

function targetOf(
  deployment: AwsDeployment,
  stacks: readonly Pick<SynthesisedStack, 'name' | 'environment' | 'json'>[],
  run: { readonly id: string; readonly attempt: string },
): Target {
  const { environment, account } = deployment;
  const arn = (role: string) => `arn:aws:iam::${account.id}:role/${role}`;
  const own = stacks.filter((stack) => stack.environment === environment.name);
  const planned = own.filter(
    ({ json }) => account.github?.clusterPlans || !needsCluster(json.provider ?? {}),
  );
  const runner = labelsOf(environment.runner, run);
  return {
    environment: environment.name,
    tier: environment.tier,
    region: environment.region,
    planRole: arn(githubPlanRole),
    deployRole: arn(githubDeployRole(environment.name)),
    sessionSeconds: (account.github?.sessionHours ?? 1) * 3600,
    stacks: planned.map(({ name }) => name).join(' '),
    unplanned: own
      .filter((stack) => !planned.includes(stack))
      .map(({ name }) => name)
      .join(' '),
    planRunner: account.github?.clusterPlans ? runner : hosted,
    runner,
    registry: imageRegistry(deployment),
    repository: imageRepositoryName,
    registryRegion: account.region,
    architecture: environment.cluster.nodes?.architecture === 'arm64' ? 'arm64' : 'amd64',
  };
}

/** Whether planning a stack speaks to Kubernetes, where Helm keeps its releases in Secrets. */
const needsCluster = (providers: Readonly<Record<string, unknown>>): boolean =>
  'kubernetes' in providers || 'helm' in providers;

function labelsOf(runner: Runner, { id, attempt }: { id: string; attempt: string }): string[] {
  switch (runner.kind) {
    case 'hosted':
      return [runner.label];
    case 'self-hosted':
      return ['self-hosted', ...runner.labels.filter((label) => label !== 'self-hosted')];
    case 'codebuild':
      // CodeBuild starts a machine for this run and attempt, and no other.
      return [`codebuild-${runner.project}-${id}-${attempt}`];
  }
}

/**
 * As outputs of a job: all of them, the first one (whose registry images are pushed to), the one that was asked for, and each by its
 * name; empty where there is none. Throws where one is asked for that isn't there.
 */
export function matrixOutputs(
  targets: readonly Target[],
  names: readonly string[],
  only = '',
): Record<string, string> {
  const named = (name: string | undefined) => targets.find(({ environment }) => environment === name);
  const text = (target: Target | undefined) => (target ? JSON.stringify(target) : '');
  if (only !== '' && !named(only)) {
    const known = targets.map(({ environment }) => environment).join(', ') || 'none so far';
    throw new Error(`"${only}" must be an environment whose account lets GitHub in (${known})`);
  }
  return {
    environments: JSON.stringify(targets),
    any: String(targets.length > 0),
    first: text(targets[0]),
    chosen: text(named(only)),
    ...Object.fromEntries(names.map((name) => [name, text(named(name))])),
  };
}
