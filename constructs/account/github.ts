import { IamOpenidConnectProvider } from '@cdktf/provider-aws/lib/iam-openid-connect-provider';
import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { identityPolicy, trustPolicy } from '../identity/policy';
import { Role } from '../identity/role';
import { deployStatements, type GithubAccessProps, planStatements, type StatePlace } from './github-access';
import { githubBoundary, githubDeployRole, githubPlanRole } from './github-names';

const issuer = 'token.actions.githubusercontent.com';

/** An environment that recovers another. */
export interface RecoveringEnvironment {
  readonly name: string;
  /** The other's name. */
  readonly of: string;
  readonly state: StatePlace;
}

export interface GithubDeliveryProps extends GithubAccessProps {
  /** `owner/name` as the sub claim writes it. Changing it takes the roles from one repository and gives them to another. */
  readonly repository: string;
  /** The default branch, whose nightly job looks for drift with the role that plans. */
  readonly branch: string;
  /** GitHub's identity provider exists once per account: `adopted` where somebody else made it. */
  readonly provider: 'managed' | 'adopted';
  /** Names of the environments, which their GitHub environments share. */
  readonly environments: readonly string[];
  /** Those of them that recover another, whose states lie in a region of their own. Default: none. */
  readonly recovering?: readonly RecoveringEnvironment[];
  /** Hours that a deployment's credentials last at most, 1 to 12. */
  readonly sessionHours: number;
}

/**
 * Lets the workflows of one repository into the account, without any key to keep: pull requests may plan, and the jobs
 * of a GitHub environment may deploy the environment of that name.
 */
export class GithubDelivery extends Construct {
  constructor(scope: Construct, id: string, props: GithubDeliveryProps) {
    super(scope, id);
    // AWS knows GitHub's certificate authorities: thumbprints would be one thing more to go stale.
    const provider =
      props.provider === 'managed'
        ? new IamOpenidConnectProvider(this, 'provider', {
            url: `https://${issuer}`,
            clientIdList: ['sts.amazonaws.com'],
          })
        : undefined;
    const dependsOn: ITerraformDependable[] | undefined = provider && [provider];
    const sub = (subject: string) => `repo:${props.repository}:${subject}`;
    /** StringEquals on both: a pattern over the subject is how other people's repositories get in. */
    const trust = (subject: string, ...others: readonly string[]) =>
      trustPolicy(
        { federated: `arn:aws:iam::${props.accountId}:oidc-provider/${issuer}` },
        'sts:AssumeRoleWithWebIdentity',
        {
          StringEquals: {
            [`${issuer}:aud`]: 'sts.amazonaws.com',
            [`${issuer}:sub`]: others.length > 0 ? [sub(subject), ...others.map(sub)] : sub(subject),
          },
        },
      );

    const { recovering = [] } = props;
    const otherStates = recovering
      .map(({ state }) => state)
      .filter(({ region }, index, all) => all.findIndex((other) => other.region === region) === index);
    new Role(this, 'plan', {
      name: githubPlanRole,
      description: `Plans for pull requests of ${props.repository}`,
      // The branch is for the nightly look for drift, which runs on no pull request and must not wait for an approval.
      trust: trust('pull_request', `ref:refs/heads/${props.branch}`),
      managedPolicies: ['SecurityAudit'],
      statements: planStatements({ ...props, otherStates }),
      dependsOn,
    });
    const home: StatePlace = props;
    for (const environment of props.environments) {
      const recovers = recovering.find(({ name }) => name === environment);
      const { stateBucketName, stateKeyArn } = recovers?.state ?? home;
      const others = [home, ...otherStates].filter((state) => state.stateBucketName !== stateBucketName);
      const boundary = new IamPolicy(this, `${environment}-boundary`, {
        name: githubBoundary(environment),
        description: `What deploying ${environment} may do, and the roles it makes at most`,
        policy: identityPolicy(
          deployStatements({
            ...props,
            environment,
            recovers: recovers?.of,
            stateBucketName,
            stateKeyArn,
            otherStates: others,
          }),
        ),
      });
      const role = new Role(this, `${environment}-deploy`, {
        name: githubDeployRole(environment),
        description: `Deploys ${environment} from ${props.repository}`,
        trust: trust(`environment:${environment}`),
        sessionSeconds: props.sessionHours * 3600,
        boundaryArn: boundary.arn,
        dependsOn,
      });
      new IamRolePolicyAttachment(this, `${environment}-permissions`, {
        role: role.name,
        policyArn: boundary.arn,
      });
    }
  }
}
