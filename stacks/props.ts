import { githubBoundary } from '../constructs/account/github-names';
import { faultTag } from '../constructs/chaos/names';
import type { AwsTarget, HoldfastStackProps, StateLocation } from '../constructs/core/stack';
import {
  expired,
  kubernetesInUse,
  postgresInUse,
  type VersionInUse,
} from '../constructs/core/support-calendar';
import type { EnvironmentBucket } from '../constructs/storage/environment-buckets';
import type { AwsDeployment, LocalDeployment, NamedAccount } from '../environments/load';

/** Where something of an account is kept: of the account's own region, unless another is named. */
type Kept = Pick<NamedAccount, 'id' | 'region'>;

/** One bucket per account and region; the name is derived, so that no environment needs bootstrap's outputs. */
export const stateBucketName = (account: Kept): string => `holdfast-state-${account.id}-${account.region}`;

/** What CloudTrail and AWS Config record. */
export const trailBucketName = (account: NamedAccount): string =>
  `holdfast-trail-${account.id}-${account.region}`;
export const configurationBucketName = (account: NamedAccount): string =>
  `holdfast-config-${account.id}-${account.region}`;

/** What S3 tells about requests to all three. Not …-logs-…: an environment's own bucket may be called that. */
export const requestsBucketName = (account: Kept): string =>
  `holdfast-requests-${account.id}-${account.region}`;

/** Unique in the world by the account's id, and at most 58 of 63 characters long. */
export const environmentBucketName = (
  { environment, account }: AwsDeployment,
  purpose: EnvironmentBucket,
): string => `holdfast-${environment.name}-${purpose}-${account.id}-${environment.region}`;

export const sharedState = (account: Kept): StateLocation => ({
  kind: 's3',
  bucket: stateBucketName(account),
  region: account.region,
});

/**
 * Region of an environment's states and of the images that it runs: the account's, unless the environment is there for the
 * day on which that region is lost. Bootstrap makes both in either region.
 */
export const homeRegion = ({ environment, account }: AwsDeployment): string =>
  environment.recovery ? environment.region : account.region;

/** Whether an environment only waits: its network is there, and a replica of the database it recovers. */
export const isStandby = ({ environment }: AwsDeployment): boolean =>
  environment.recovery?.role === 'standby';

/** On every AWS resource, bootstrap's too; policies that keep environments apart go by the first. */
export const awsTags = (environment: string, tags: NamedAccount['tags']) => ({
  environment,
  service: 'holdfast',
  owner: tags.owner,
  'cost-centre': tags.costCentre,
  'data-classification': tags.dataClassification,
  'managed-by': 'terraform',
});

/** Name, state and tags of one stack of an environment on AWS. */
export function awsStackProps(deployment: AwsDeployment, component: string): HoldfastStackProps {
  const { environment, account } = deployment;
  return {
    environment: environment.name,
    component,
    state: sharedState({ ...account, region: homeRegion(deployment) }),
    tags: {
      ...awsTags(environment.name, environment.tags),
      ...(environment.chaos.enabled ? faultTag : {}),
    },
  };
}

export function localStackProps(deployment: LocalDeployment, component: string): HoldfastStackProps {
  return { environment: deployment.environment.name, component, state: { kind: 'local' }, tags: {} };
}

/** ARN of a role of the environment's account. */
export const roleArn = ({ account }: AwsDeployment, name: string): string =>
  `arn:aws:iam::${account.id}:role/${name}`;

/** The role that deploys, where one is set. */
export const deployRoleArn = (deployment: AwsDeployment): string | undefined =>
  deployment.environment.deployRole && roleArn(deployment, deployment.environment.deployRole);

/** What has no switch of its own is protected against deletion in production, until the environment is torn down. */
export const isProtected = ({ environment }: AwsDeployment): boolean =>
  environment.tier === 'production' && !environment.teardown;

/** What the end of a version's support is judged by: the environment's waivers, and the day. */
export const supportTerms = ({ environment, today }: AwsDeployment) => ({
  waivers: environment.waivers,
  today,
});

/** Versions of an environment that are out of support and not waived: for gates before a release, never for destroy. */
export const expiredVersions = (deployment: AwsDeployment): VersionInUse[] =>
  expired(
    [
      kubernetesInUse(deployment.environment.cluster.version),
      postgresInUse(deployment.environment.database.engineVersion),
    ],
    deployment.environment.waivers,
    deployment.today,
  );

/** Account and region that an environment's stacks deploy to. */
export const awsTarget = (deployment: AwsDeployment): AwsTarget => ({
  accountId: deployment.account.id,
  region: deployment.environment.region,
  deployRoleArn: deployRoleArn(deployment),
  // Known by its name: an environment reads nothing of bootstrap's, whose policy has to be there all the same.
  boundaryArn:
    deployment.account.github &&
    `arn:aws:iam::${deployment.account.id}:policy/${githubBoundary(deployment.environment.name)}`,
  isExampleAccount: deployment.account.isExample,
  definedIn: 'environments/accounts.ts',
});

/** Secret with the password of the schema's owner, where RDS can't keep it itself. */
export const ownerSecretName = (environment: string): string => `holdfast/${environment}/database-owner`;

/** Image by digest, in the account's own repository that bootstrap makes. */
export const imageRepositoryName = 'holdfast';
export const serviceImage = (deployment: AwsDeployment): string =>
  `${imageRegistry(deployment)}/${imageRepositoryName}@${deployment.images.service}`;

/** Host of the account's registry in that region: nothing else may run in Holdfast's namespaces. */
export const imageRegistry = (deployment: AwsDeployment): string =>
  `${deployment.account.id}.dkr.ecr.${homeRegion(deployment)}.amazonaws.com`;
