import { NetworkAcl } from '@cdktf/provider-aws/lib/network-acl';
import { Construct } from 'constructs';

export interface DatabaseFirewallProps {
  /** Name of the VPC. */
  readonly name: string;
  /** Changing it replaces the list. */
  readonly vpcId: string;
  /** Ids of the subnets that it is put around; each has one network ACL, so AWS's own goes. */
  readonly subnetIds: string[];
  /** TCP ports that databases and caches listen on. */
  readonly ports: readonly number[];
  /** Ranges of the subnets whose members may connect. Adding one at the end moves no rule. */
  readonly clientCidrs: readonly string[];
  /** Ranges of the database subnets themselves, for replication. Adding one at the end moves no rule. */
  readonly peerCidrs: readonly string[];
}

/** Ports that clients answer on: all that Linux, and whatever stands between, may pick. */
const ephemeral = { fromPort: 1024, toPort: 65_535 };

/** Numbers of the rules between database subnets: behind those of any number of clients. */
const firstPeerRule = 10_000;

/**
 * The network ACL of the database subnets: nodes and pods reach the ports of databases there, databases reach each
 * other, and nothing else comes in or goes out. Security groups say the same of each database; this holds for one that
 * somebody adds with an open group. ACLs remember no connections, so answers are allowed for themselves. Name service
 * and clock pass any ACL.
 *
 * Between the database subnets everything that answers is let through: RDS Proxy connects to the server there, and a
 * replica may. AWS says of a replica only that RDS sets up the "secure connection" over which PostgreSQL streams, without
 * rules of ours in security groups (RDS guide, "Read replica configuration with PostgreSQL"); whether it passes the
 * subnets' ACLs, or what a standby needs, is written nowhere that was found.
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
    // The ports of databases lie among the ephemeral ones, so one rule serves questions and answers.
    const peers = props.peerCidrs.map((cidr, peer) => rule(firstPeerRule + 100 * peer, cidr, ephemeral));
    new NetworkAcl(this, 'acl', {
      vpcId: props.vpcId,
      subnetIds: props.subnetIds,
      // Numbered by client first: what a further zone adds comes after what is there.
      ingress: [
        ...props.clientCidrs.flatMap((cidr, client) =>
          props.ports.map((port, index) =>
            rule(100 * (client + 1) + 10 * index, cidr, { fromPort: port, toPort: port }),
          ),
        ),
        ...peers,
      ],
      egress: [
        ...props.clientCidrs.map((cidr, client) => rule(100 * (client + 1), cidr, ephemeral)),
        ...peers,
      ],
      tags: { Name: `${props.name}-database` },
    });
  }
}
