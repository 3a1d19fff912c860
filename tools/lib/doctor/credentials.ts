import { deployRoleArn, stateBucketName } from '../../../stacks/props';
import { type Check, type Finding, fail, pass, unknown } from './finding';
import { deployPermissions } from './permissions';

/** Whose credentials are at hand, whether they belong to the environment's account, and what they lack. */
export const credentialsCheck: Check = {
  title: 'Credentials and account',
  async run({ deployment, account }) {
    const findings: Finding[] = [];
    if (deployment.account.isExample) {
      findings.push(
        fail(
          'account id',
          `${deployment.account.id} is the example that is shipped`,
          `write the id of your account into environments/accounts.ts, under "${deployment.account.name}"`,
        ),
      );
    }
    let caller: Awaited<ReturnType<typeof account.caller>>;
    try {
      caller = await account.caller();
    } catch (error) {
      findings.push(
        fail(
          'credentials',
          (error as Error).message,
          'sign in (aws sso login, or AWS_PROFILE), then ask `aws sts get-caller-identity`',
        ),
      );
      return findings;
    }
    findings.push(pass('credentials', caller.arn));
    const belongs = caller.accountId === deployment.account.id;
    findings.push(
      belongs
        ? pass('account', caller.accountId)
        : fail(
            'account',
            `these credentials are of ${caller.accountId}, the environment is of ${deployment.account.id}`,
            'choose the profile of that account (AWS_PROFILE), or correct environments/accounts.ts',
          ),
    );
    if (!belongs) return findings;

    const role = deployRoleArn(deployment);
    if (role) {
      findings.push(
        (await account.canAssume(role))
          ? pass('deployRole', `may be assumed: ${role}`)
          : fail(
              'deployRole',
              `${caller.arn} may not assume ${role}`,
              'let its trust policy name you, or leave deployRole out to deploy with your own credentials',
            ),
      );
      return findings;
    }
    return [...findings, await permissionsFinding(caller.arn)];

    async function permissionsFinding(arn: string): Promise<Finding> {
      try {
        const lacking = await account.lacking(arn, deployPermissions(deployment));
        return lacking.length === 0
          ? pass('permissions', `${deployPermissions(deployment).length} of those that a deployment needs`)
          : fail(
              'permissions',
              `missing: ${lacking.map(({ action }) => action).join(', ')}`,
              'deploy with a role that has them; docs/bootstrap.md describes the one for GitHub, people use an administrator',
            );
      } catch (error) {
        return unknown(
          'permissions',
          `IAM does not tell: ${(error as Error).message}`,
          'allow iam:SimulatePrincipalPolicy, or find out by deploying',
        );
      }
    }
  },
};

/** What bootstrap and the account's owner make before any environment. */
export const bootstrapCheck: Check = {
  title: 'Bootstrap',
  async run({ deployment, account }) {
    const bucket = stateBucketName(deployment.account);
    const { adminRoles, readOnlyRoles } = deployment.environment.cluster;
    const roles = [...adminRoles, ...readOnlyRoles];
    return [
      (await account.bucketExists(bucket))
        ? pass('state bucket', bucket)
        : fail(
            'state bucket',
            `${bucket} does not exist, or belongs to somebody else`,
            `deploy bootstrap-${deployment.account.name} first (docs/bootstrap.md)`,
          ),
      ...(await Promise.all(
        roles.map(async (role) =>
          (await account.roleExists(role.replace(/^.*\//, '')))
            ? pass(`role ${role}`, 'exists')
            : fail(
                `role ${role}`,
                'does not exist: EKS accepts entries of missing roles, and nobody can use them',
                `create it, or correct cluster.adminRoles and cluster.readOnlyRoles in environments/${deployment.environment.name}.ts`,
              ),
        ),
      )),
    ];
  },
};
