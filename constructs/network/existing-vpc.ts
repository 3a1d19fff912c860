import { DataAwsSubnet } from '@cdktf/provider-aws/lib/data-aws-subnet';
import { DataAwsVpc } from '@cdktf/provider-aws/lib/data-aws-vpc';
import { Ec2Tag } from '@cdktf/provider-aws/lib/ec2-tag';
import { type Postcondition, TerraformStack } from 'cdktf';
import { DataResource } from 'cdktf/lib/terraform-data-resource';
import { Construct } from 'constructs';
import { loadBalancerTags, type NetworkParts, type SubnetKind } from './parts';

export interface ExistingVpcProps {
  readonly vpcId: string;
  /** The range of the VPC that holds the database subnets. */
  readonly cidr: string;
  readonly otherCidrs: readonly string[];
  /** Each in a zone of its own, in any order. Changing one replaces what lies in it. */
  readonly subnetIds: Readonly<Record<SubnetKind, readonly string[]>>;
  /** Of the private subnets, for the S3 gateway endpoint. */
  readonly s3RouteTableIds: readonly string[];
  /** Whether the tags by which load balancers and nodes find subnets are ours to put on. */
  readonly tagSubnets: boolean;
  /** On private subnets besides those for load balancers. */
  readonly nodeSubnetTags: Readonly<Record<string, string>>;
  /** File that holds the ids, for messages. */
  readonly definedIn: string;
}

/** Longest prefix that a subnet may have, and why. */
const smallest: Readonly<Record<SubnetKind, { readonly prefix: number; readonly why: string }>> = {
  public: { prefix: 27, why: 'a load balancer takes eight free addresses of a /27 at least' },
  private: { prefix: 24, why: 'every pod takes an address' },
  database: { prefix: 28, why: 'a failover needs free addresses' },
};

/** Free addresses of a private subnet below which a plan warns: what an EKS upgrade and a node that is added take. */
const fewAddresses = 32;

const kinds: readonly SubnetKind[] = ['public', 'private', 'database'];

/**
 * A VPC that somebody else made and keeps. Nothing of it is in the state but, where asked for, tags on its subnets. What
 * Holdfast relies on is looked up at plan and checked there, before anything is created; each error says what to do.
 */
export class ExistingVpc extends Construct implements NetworkParts {
  readonly vpcId: string;
  readonly cidr: string;
  readonly otherCidrs: readonly string[];
  readonly publicSubnets: NetworkParts['publicSubnets'];
  readonly privateSubnets: NetworkParts['privateSubnets'];
  readonly databaseSubnets: NetworkParts['databaseSubnets'];
  readonly privateRanges: readonly string[];
  readonly databaseRanges: readonly string[];
  readonly privateRouteTableIds: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ExistingVpcProps,
  ) {
    super(scope, id);
    this.vpcId = this.lookUpVpc().id;
    this.cidr = props.cidr;
    this.otherCidrs = props.otherCidrs;
    this.privateRouteTableIds = props.s3RouteTableIds;
    const subnets = {
      public: this.lookUpSubnets('public'),
      private: this.lookUpSubnets('private'),
      database: this.lookUpSubnets('database'),
    };
    this.publicSubnets = subnets.public;
    this.privateSubnets = subnets.private;
    this.databaseSubnets = subnets.database;
    this.privateRanges = subnets.private.map((subnet) => subnet.cidrBlock);
    this.databaseRanges = subnets.database.map((subnet) => subnet.cidrBlock);
    this.checkZones(subnets);
    this.warnOfFewAddresses(subnets.private);
    if (props.tagSubnets) {
      this.tag('public', loadBalancerTags.public);
      this.tag('private', { ...loadBalancerTags.private, ...props.nodeSubnetTags });
    }
  }

  private lookUpVpc(): DataAwsVpc {
    const { vpcId, definedIn } = this.props;
    const has = (cidr: string): Postcondition => ({
      condition: `\${contains(concat([self.cidr_block], self.cidr_block_associations[*].cidr_block), "${cidr}")}`,
      errorMessage: `${vpcId} has no range ${cidr}: write those that it has into ${definedIn}, network.existing.`,
    });
    return new DataAwsVpc(this, 'vpc', {
      id: vpcId,
      lifecycle: {
        postcondition: [
          {
            condition: '${self.enable_dns_support && self.enable_dns_hostnames}',
            errorMessage: `${vpcId} resolves no private names, which nodes and endpoints need: have its owner set enableDnsSupport and enableDnsHostnames.`,
          },
          ...[this.props.cidr, ...this.props.otherCidrs].map(has),
        ],
      },
    });
  }

  private lookUpSubnets(kind: SubnetKind): DataAwsSubnet[] {
    const { props } = this;
    const { prefix, why } = smallest[kind];
    return props.subnetIds[kind].map((subnetId) => {
      const name = `${kind} subnet ${subnetId} of ${props.definedIn}`;
      const inVpc: Postcondition = {
        condition: `\${self.vpc_id == "${props.vpcId}"}`,
        errorMessage: `The ${name} lies in another VPC than ${props.vpcId}: name one of its own subnets.`,
      };
      const largeEnough: Postcondition = {
        condition: `\${tonumber(split("/", self.cidr_block)[1]) <= ${prefix}}`,
        errorMessage: `The ${name} is smaller than a /${prefix}, and ${why}: name a larger one.`,
      };
      // What reaches databases is opened for this one range.
      const [, vpcPrefix] = props.cidr.split('/');
      const inRange: Postcondition = {
        condition: `\${cidrhost("\${split("/", self.cidr_block)[0]}/${vpcPrefix}", 0) == cidrhost("${props.cidr}", 0)}`,
        errorMessage: `The ${name} lies outside ${props.cidr}: network.existing.cidr must be the range that holds the database subnets.`,
      };
      return new DataAwsSubnet(this, `${kind}-${subnetId}`, {
        id: subnetId,
        lifecycle: {
          postcondition: [inVpc, largeEnough, ...(kind === 'database' ? [inRange] : [])],
        },
      });
    });
  }

  /** What concerns several subnets: a resource of nothing but conditions, which Terraform checks at plan. */
  private checkZones(subnets: Readonly<Record<SubnetKind, readonly DataAwsSubnet[]>>): void {
    const { definedIn } = this.props;
    const zones = (kind: SubnetKind) =>
      `distinct([${subnets[kind].map((subnet) => `${subnet.fqn}.availability_zone`).join(', ')}])`;
    new DataResource(this, 'checked', {
      lifecycle: {
        precondition: [
          ...kinds.map((kind) => ({
            condition: `\${length(${zones(kind)}) == ${subnets[kind].length}}`,
            errorMessage: `Two of the ${kind} subnets of ${definedIn} lie in one zone: name one subnet for each zone, two at least.`,
          })),
          {
            condition: `\${length(setsubtract(${zones('private')}, ${zones('public')})) == 0}`,
            errorMessage: `A zone of ${definedIn} has a private subnet but no public one, so no load balancer would reach its pods: name a public subnet there, or leave the private one out.`,
          },
        ],
      },
    });
  }

  /** A warning, not an error: what fills a subnet is what runs there, and that must not stop a deployment. */
  private warnOfFewAddresses(subnets: readonly DataAwsSubnet[]): void {
    TerraformStack.of(this).addOverride('check.addresses', {
      assert: subnets.map((subnet, index) => ({
        condition: `\${${subnet.fqn}.available_ip_address_count >= ${fewAddresses}}`,
        error_message: `The private subnet ${this.props.subnetIds.private[index]} has fewer than ${fewAddresses} free addresses: pods will stay pending, and EKS refuses upgrades below five. Free some, or name a larger subnet in ${this.props.definedIn}.`,
      })),
    });
  }

  private tag(kind: SubnetKind, tags: Readonly<Record<string, string>>): void {
    for (const subnetId of this.props.subnetIds[kind]) {
      for (const [key, value] of Object.entries(tags)) {
        const name = key.replaceAll(/[^a-z]+/g, '-');
        new Ec2Tag(this, `${kind}-${subnetId}-${name}`, { resourceId: subnetId, key, value });
      }
    }
  }
}
