import { createHash } from 'node:crypto';
import { EksAccessEntry } from '@cdktf/provider-aws/lib/eks-access-entry';
import { EksAccessPolicyAssociation } from '@cdktf/provider-aws/lib/eks-access-policy-association';
import { Construct } from 'constructs';

export interface AdministratorsProps {
  readonly clusterName: string;
  /** ARNs of IAM roles; one that is named twice counts once. Empty: only the account's IAM can let anybody in. */
  readonly roleArns: readonly string[];
}

/** Roles that may do everything in a cluster. */
export class Administrators extends Construct {
  constructor(scope: Construct, id: string, props: AdministratorsProps) {
    super(scope, id);
    for (const principalArn of new Set(props.roleArns)) {
      const name = idOf(principalArn);
      const entry = new EksAccessEntry(this, name, {
        clusterName: props.clusterName,
        principalArn,
        type: 'STANDARD',
      });
      new EksAccessPolicyAssociation(this, `${name}-policy`, {
        clusterName: props.clusterName,
        principalArn,
        policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
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
