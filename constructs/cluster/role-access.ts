import { createHash } from 'node:crypto';
import { EksAccessEntry } from '@cdktf/provider-aws/lib/eks-access-entry';
import { EksAccessPolicyAssociation } from '@cdktf/provider-aws/lib/eks-access-policy-association';
import { Construct } from 'constructs';

/**
 * What a role may do. `view` is AmazonEKSViewPolicy: workloads, their logs and settings in every namespace. Not
 * AmazonEKSAdminViewPolicy, which reads Secrets too, and with them the passwords of everything; nodes and custom
 * resources, which it lacks, are granted to the group by RBAC. `plan` is that very policy: Helm's releases lie in Secrets.
 */
const policies = {
  admin: 'AmazonEKSClusterAdminPolicy',
  view: 'AmazonEKSViewPolicy',
  plan: 'AmazonEKSAdminViewPolicy',
} as const;

/** Groups that RBAC may bind: what AWS's policies don't know is granted to them. */
export type AccessGroup =
  | 'holdfast:administrators'
  | 'holdfast:deployers'
  | 'holdfast:planners'
  | 'holdfast:readers';

export interface RoleAccessProps {
  readonly clusterName: string;
  readonly access: keyof typeof policies;
  /** A role that is named twice has one entry, and both groups. Empty: only the account's IAM can let anybody in. */
  readonly roles: readonly { readonly arn: string; readonly group: AccessGroup }[];
}

/** IAM roles that get into a cluster. A role has one entry per cluster: no two of these may name it. */
export class RoleAccess extends Construct {
  constructor(scope: Construct, id: string, props: RoleAccessProps) {
    super(scope, id);
    for (const principalArn of new Set(props.roles.map((role) => role.arn))) {
      const name = idOf(principalArn);
      const groups = props.roles.filter((role) => role.arn === principalArn).map((role) => role.group);
      const entry = new EksAccessEntry(this, name, {
        clusterName: props.clusterName,
        principalArn,
        type: 'STANDARD',
        kubernetesGroups: [...new Set(groups)].sort(),
      });
      new EksAccessPolicyAssociation(this, `${name}-policy`, {
        clusterName: props.clusterName,
        principalArn,
        policyArn: `arn:aws:eks::aws:cluster-access-policy/${policies[props.access]}`,
        accessScope: { type: 'cluster' },
        dependsOn: [entry],
      });
    }
  }
}

/** Named after the role, not its place in the list: one that goes must not move the others. */
function idOf(arn: string): string {
  const name = arn
    .replace(/^.*\//, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return `${name}-${createHash('sha256').update(arn).digest('hex').slice(0, 8)}`;
}
