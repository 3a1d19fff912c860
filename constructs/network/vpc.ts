import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { Route } from '@cdktf/provider-aws/lib/route';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Vpc as AwsVpc } from '@cdktf/provider-aws/lib/vpc';
import { Construct } from 'constructs';
import { addressPlan } from './address-plan';
import { NatGateways, type NatPolicy } from './nat-gateways';
import { loadBalancerTags, type NetworkParts } from './parts';

export interface VpcProps {
  /** Name of everything in it. */
  readonly name: string;
  /** /16 to /20. Changing it replaces the VPC and everything in it. */
  readonly cidr: string;
  /**
   * Availability zones, one to three. Add at the end: the order decides the addresses, and a subnet whose range or zone
   * changes is replaced.
   */
  readonly zones: readonly string[];
  /** How private subnets reach the internet. Changing it interrupts what runs through a gateway that goes. */
  readonly nat: NatPolicy;
  /** On private subnets besides their own: whatever starts nodes finds them by these. */
  readonly nodeSubnetTags: Readonly<Record<string, string>>;
  /**
   * Terraform refuses to destroy or replace the VPC. Without it, destroying a network that is in use fails only after
   * its routes and gateways are gone.
   */
  readonly protect: boolean;
}

/** Public, private and database subnets in each zone, with their routes. */
export class Vpc extends Construct implements NetworkParts {
  readonly vpc: AwsVpc;
  readonly vpcId: string;
  readonly cidr: string;
  readonly otherCidrs = [];
  readonly publicSubnets: readonly Subnet[];
  readonly privateSubnets: readonly Subnet[];
  readonly databaseSubnets: readonly Subnet[];
  /** Address ranges of the private subnets, in the order of the zones; known at synthesis. */
  readonly privateRanges: readonly string[];
  /** The same of the database subnets. */
  readonly databaseRanges: readonly string[];
  /** One per zone. */
  readonly privateRouteTableIds: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: VpcProps,
  ) {
    super(scope, id);
    const plan = addressPlan({ cidr: props.cidr, zones: props.zones.length });
    this.vpc = new AwsVpc(this, 'vpc', {
      cidrBlock: props.cidr,
      enableDnsSupport: true,
      // Private DNS names of interface endpoints need it.
      enableDnsHostnames: true,
      tags: { Name: props.name },
      lifecycle: props.protect ? { preventDestroy: true } : undefined,
    });
    this.vpcId = this.vpc.id;
    this.cidr = props.cidr;
    // AWS makes this group, open within itself and outwards, and gives it to whatever names none. Nothing is in it.
    new DefaultSecurityGroup(this, 'default-security-group', {
      vpcId: this.vpc.id,
      ingress: [],
      egress: [],
      tags: { Name: `${props.name}-default-unused` },
    });

    this.publicSubnets = this.subnets('public', plan.public, loadBalancerTags.public);
    this.privateSubnets = this.subnets('private', plan.private, {
      ...loadBalancerTags.private,
      ...props.nodeSubnetTags,
    });
    this.privateRanges = plan.private;
    this.databaseRanges = plan.database;
    this.databaseSubnets = this.subnets('database', plan.database, {});

    const internet = new InternetGateway(this, 'internet', {
      vpcId: this.vpc.id,
      tags: { Name: props.name },
    });
    const publicTable = this.routeTable('public');
    new Route(this, 'public-internet', {
      routeTableId: publicTable.id,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: internet.id,
    });
    this.associate('public', this.publicSubnets, () => publicTable);

    const privateTables = props.zones.map((zone) => this.routeTable(`private-${letter(zone)}`));
    this.privateRouteTableIds = privateTables.map((table) => table.id);
    this.associate('private', this.privateSubnets, (index) => privateTables[index]);
    // Databases reach nothing outside, and nothing outside reaches them.
    const databaseTable = this.routeTable('database');
    this.associate('database', this.databaseSubnets, () => databaseTable);

    new NatGateways(this, 'nat', {
      name: props.name,
      policy: props.nat,
      zones: props.zones.map(letter),
      publicSubnets: this.publicSubnets,
      privateRouteTables: privateTables,
      internetGateway: internet,
    });
  }

  private subnets(kind: string, cidrs: readonly string[], tags: Record<string, string>): Subnet[] {
    return this.props.zones.map(
      (zone, index) =>
        new Subnet(this, `${kind}-${letter(zone)}`, {
          vpcId: this.vpc.id,
          availabilityZone: zone,
          cidrBlock: cidrs[index],
          mapPublicIpOnLaunch: false,
          tags: { Name: `${this.props.name}-${kind}-${letter(zone)}`, ...tags },
        }),
    );
  }

  private routeTable(kind: string): RouteTable {
    return new RouteTable(this, `${kind}-routes`, {
      vpcId: this.vpc.id,
      tags: { Name: `${this.props.name}-${kind}` },
    });
  }

  private associate(
    kind: string,
    subnets: readonly Subnet[],
    table: (index: number) => RouteTable | undefined,
  ): void {
    for (const [index, zone] of this.props.zones.entries()) {
      const subnet = subnets[index] as Subnet;
      const routes = table(index) as RouteTable;
      new RouteTableAssociation(this, `${kind}-${letter(zone)}-association`, {
        subnetId: subnet.id,
        routeTableId: routes.id,
      });
    }
  }
}

/** eu-west-1a → a: construct ids follow the zone, so that one more zone renames nothing. */
const letter = (zone: string): string => zone.slice(-1);
