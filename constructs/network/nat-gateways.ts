import { Eip } from '@cdktf/provider-aws/lib/eip';
import type { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway';
import { Route } from '@cdktf/provider-aws/lib/route';
import type { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import type { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Construct } from 'constructs';

/**
 * per-zone: one in each zone; survives the loss of any. single: one for all; cheap, and a single point of failure.
 * none: only what VPC endpoints offer can be reached.
 */
export type NatPolicy = 'per-zone' | 'single' | 'none';

export interface NatGatewaysProps {
  readonly name: string;
  readonly policy: NatPolicy;
  /** Letters of the zones, in the order of the subnets and tables. */
  readonly zones: readonly string[];
  readonly publicSubnets: readonly Subnet[];
  readonly privateRouteTables: readonly RouteTable[];
  readonly internetGateway: InternetGateway;
}

/** The way out for private subnets. */
export class NatGateways extends Construct {
  constructor(scope: Construct, id: string, props: NatGatewaysProps) {
    super(scope, id);
    const homes = { 'per-zone': props.zones, single: props.zones.slice(0, 1), none: [] }[props.policy];
    const gateways = homes.map((zone, index) => {
      const tags = { Name: `${props.name}-nat-${zone}` };
      const address = new Eip(this, `address-${zone}`, {
        domain: 'vpc',
        tags,
        dependsOn: [props.internetGateway],
      });
      return new NatGateway(this, `gateway-${zone}`, {
        allocationId: address.id,
        subnetId: (props.publicSubnets[index] as Subnet).id,
        tags,
        dependsOn: [props.internetGateway],
      });
    });
    for (const [index, zone] of props.zones.entries()) {
      const gateway = gateways[index] ?? gateways[0];
      if (!gateway) continue;
      new Route(this, `route-${zone}`, {
        routeTableId: (props.privateRouteTables[index] as RouteTable).id,
        destinationCidrBlock: '0.0.0.0/0',
        natGatewayId: gateway.id,
      });
    }
  }
}
