import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { managedPolicyArn } from './place';
import { identityPolicy, type Statement } from './policy';

export interface RoleProps {
  /** At most 64 characters, unique in the account. Changing it replaces the role. */
  readonly name: string;
  readonly description: string;
  /** Who may assume it: `trustPolicy(…)`. */
  readonly trust: string;
  /** Names of AWS's own policies, such as AmazonEKSClusterPolicy. Default: none. */
  readonly managedPolicies?: readonly string[];
  /** What it may do besides. Default: nothing. */
  readonly statements?: readonly Statement[];
  /** Seconds that a session lasts at most, 3600 to 43200. Default: 3600. */
  readonly sessionSeconds?: number;
  /** ARN of the policy that bounds whatever else it is given. Default: the stack's, or none. */
  readonly boundaryArn?: string;
  /** What its trust or its boundary name must be there first. */
  readonly dependsOn?: ITerraformDependable[];
}

/** An IAM role with its permissions. */
export class Role extends Construct {
  readonly arn: string;
  readonly name: string;
  /** The permissions. Whoever acts as the role from its first second on must wait for them. */
  readonly permissions: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: RoleProps) {
    super(scope, id);
    const role = new IamRole(this, 'role', {
      name: props.name,
      description: props.description,
      assumeRolePolicy: props.trust,
      maxSessionDuration: props.sessionSeconds,
      permissionsBoundary: props.boundaryArn,
      dependsOn: props.dependsOn,
    });
    this.arn = role.arn;
    this.name = role.name;
    const attached = (props.managedPolicies ?? []).map(
      (name) =>
        new IamRolePolicyAttachment(
          this,
          `managed-${name.replace(/^.*\//, '').toLowerCase().replaceAll('_', '-')}`,
          {
            role: role.name,
            policyArn: managedPolicyArn(name),
          },
        ),
    );
    const own = props.statements
      ? [
          new IamRolePolicy(this, 'policy', {
            name: 'own',
            role: role.name,
            policy: identityPolicy(props.statements),
          }),
        ]
      : [];
    this.permissions = [...attached, ...own];
  }
}
