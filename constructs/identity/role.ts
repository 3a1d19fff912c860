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
