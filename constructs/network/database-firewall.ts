import { NetworkAcl } from '@cdktf/provider-aws/lib/network-acl';
import { Construct } from 'constructs';

export interface DatabaseFirewallProps {
  /** Name of the VPC. */
  readonly name: string;
  readonly vpcId: string;
  /** Ids of the subnets that it is put around; each has one network ACL, so AWS's own goes. */
  readonly subnetIds: string[];
  /** TCP ports that databases and caches listen on. */
  readonly ports: readonly number[];
  /** Ranges of the subnets whose members may connect. Adding one at the end moves no rule. */
  readonly clientCidrs: readonly string[];
}

/** Ports that clients answer on: all that Linux, and whatever stands between, may pick. */
const ephemeral = { fromPort: 1024, toPort: 65_535 };

/**
 * The network ACL of the database subnets: nodes and pods reach the ports of databases there, and nothing else comes in
 * or goes out. Security groups say the same of each database; this holds for one that somebody adds with an open group.
 * ACLs remember no connections, so answers are allowed for themselves. Name service and clock pass any ACL. Standbys and
 * replicas are fed by AWS through networks of its own, on which the security groups rely too: they admit no database.
 */
export class DatabaseFirewall extends Construct {
  constructor(scope: Construct, id: string, props: DatabaseFirewallProps) {
    super(scope, id);
    const rule = (ruleNo: number, cidrBlock: string, range: { fromPort: number; toPort: number }) => ({
      ruleNo,
      action: 'allow',
      protocol: 'tcp',
      cidrBlock,
      ...range,
    });
    new NetworkAcl(this, 'acl', {
      vpcId: props.vpcId,
      subnetIds: props.subnetIds,
      // Numbered by client first: what a further zone adds comes after what is there.
      ingress: props.clientCidrs.flatMap((cidr, client) =>
        props.ports.map((port, index) =>
          rule(100 * (client + 1) + 10 * index, cidr, { fromPort: port, toPort: port }),
        ),
      ),
      egress: props.clientCidrs.map((cidr, client) => rule(100 * (client + 1), cidr, ephemeral)),
      tags: { Name: `${props.name}-database` },
    });
  }
}
