import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter';
import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile';
import { Instance } from '@cdktf/provider-aws/lib/instance';
import { SecurityGroup, type SecurityGroupEgress } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';
import { trustPolicy } from '../identity/policy';
import { Role } from '../identity/role';

/** Something in the VPC that people may reach through the bastion. */
export interface Destination {
  /** Short, unique, stable: part of resource addresses. */
  readonly id: string;
  readonly description: string;
  /** Security group of what is reached; a rule that lets the bastion in is added to it. */
  readonly securityGroupId: string;
  /** TCP. */
  readonly port: number;
}

export interface BastionProps {
  /** Name of the instance, by which `npm run access` finds it. */
  readonly name: string;
  readonly vpcId: string;
  /** A private subnet with a way to Systems Manager: NAT, or the endpoints ssm and ssmmessages. Changing it replaces the bastion. */
  readonly subnetId: string;
  readonly destinations: readonly Destination[];
}

/** Amazon Linux 2023 with the Systems Manager agent, as AWS publishes it now. */
const image = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

/**
 * The way in for people: the smallest instance, without key, public address or open port. Systems Manager opens sessions
 * to it for whoever IAM lets (`ssm:StartSession`), records who did, and forwards ports to the destinations and to nothing
 * else. Holds no data: losing or replacing it costs the sessions that are open. About 4 USD a month.
 */
export class Bastion extends Construct {
  constructor(scope: Construct, id: string, props: BastionProps) {
    super(scope, id);
    const name = `${props.name}-bastion`;
    const tags = { Name: name };
    const role = new Role(this, 'role', {
      name,
      description: `Sessions of people into ${props.name}`,
      trust: trustPolicy('ec2.amazonaws.com', 'sts:AssumeRole'),
      managedPolicies: ['AmazonSSMManagedInstanceCore'],
    });
    const profile = new IamInstanceProfile(this, 'profile', { name, role: role.name });
    const group = new SecurityGroup(this, 'security-group', {
      name,
      description: `People on their way into ${props.name}`,
      vpcId: props.vpcId,
      // The whole list: whatever else lets it out is taken away.
      egress: [
        outTo(443, 'Systems Manager, whose addresses AWS does not list', { cidrBlocks: ['0.0.0.0/0'] }),
        ...props.destinations.map(({ port, description, securityGroupId }) =>
          outTo(port, description, { securityGroups: [securityGroupId] }),
        ),
      ],
      tags,
    });
    for (const { id: destination, description, securityGroupId, port } of props.destinations) {
      new VpcSecurityGroupIngressRule(this, `into-${destination}`, {
        securityGroupId,
        description,
        referencedSecurityGroupId: group.id,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        tags,
      });
    }
    new Instance(this, 'instance', {
      ami: new DataAwsSsmParameter(this, 'image', { name: image }).insecureValue,
      instanceType: 't4g.nano',
      subnetId: props.subnetId,
      associatePublicIpAddress: false,
      vpcSecurityGroupIds: [group.id],
      iamInstanceProfile: profile.name,
      ebsOptimized: true,
      monitoring: true,
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      rootBlockDevice: { encrypted: true, volumeType: 'gp3', volumeSize: 8, tags },
      // The newest image is looked up once; a newer one does not replace the bastion while somebody works through it.
      lifecycle: { ignoreChanges: ['ami'] },
      tags,
      dependsOn: [...role.permissions],
    });
  }
}

/** One line of a security group's egress; Terraform wants every member of it written down. */
const outTo = (
  port: number,
  description: string,
  to: Pick<SecurityGroupEgress, 'cidrBlocks' | 'securityGroups'>,
): SecurityGroupEgress => ({
  protocol: 'tcp',
  fromPort: port,
  toPort: port,
  description,
  cidrBlocks: [],
  ipv6CidrBlocks: [],
  prefixListIds: [],
  securityGroups: [],
  selfAttribute: false,
  ...to,
});
