import { SecurityGroup as AwsSecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';

export interface ServerSecurityGroupProps {
  /** Unique in the VPC. Changing it, or the description, replaces the group. */
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  /** The one TCP port that it listens on. */
  readonly port: number;
  /** Who may connect: the members of a security group, or address ranges. Default: nobody. */
  readonly from?:
    | { readonly securityGroupId: string }
    | { readonly cidr: string; readonly otherCidrs?: readonly string[] };
}

/**
 * The security group of something that only answers: one port, from one side. It has no egress rule, so it can't open
 * a connection; answers pass, because security groups remember connections.
 */
export class ServerSecurityGroup extends Construct {
  readonly id: string;

  constructor(scope: Construct, id: string, props: ServerSecurityGroupProps) {
    super(scope, id);
    const group = new AwsSecurityGroup(this, 'group', {
      name: props.name,
      description: props.description,
      vpcId: props.vpcId,
      // Of its own accord AWS would let everything out; an empty list takes that rule away and keeps it away.
      egress: [],
      tags: { Name: props.name },
    });
    const allow = (
      ruleId: string,
      source: { readonly cidrIpv4: string } | { readonly referencedSecurityGroupId: string },
    ) =>
      new VpcSecurityGroupIngressRule(this, ruleId, {
        securityGroupId: group.id,
        description: props.description,
        ipProtocol: 'tcp',
        fromPort: props.port,
        toPort: props.port,
        ...source,
        tags: { Name: props.name },
      });
    if (props.from && 'securityGroupId' in props.from) {
      allow('ingress', { referencedSecurityGroupId: props.from.securityGroupId });
    } else if (props.from) {
      allow('ingress', { cidrIpv4: props.from.cidr });
      for (const cidr of props.from.otherCidrs ?? []) {
        allow(`ingress-${cidr.replaceAll(/[./]/g, '-')}`, { cidrIpv4: cidr });
      }
    }
    this.id = group.id;
  }
}
