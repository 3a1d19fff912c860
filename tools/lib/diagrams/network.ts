import type { StackJson } from '../stack-json';
import { arrow, box, boxHeight, picture, wrap } from './svg';

const tiers = [
  { kind: 'public', title: 'public', of: ['load balancer, NAT gateway'] },
  { kind: 'private', title: 'private', of: ['nodes and their pods,', 'interface endpoints, bastion'] },
  { kind: 'database', title: 'database', of: ['PostgreSQL, proxy, Valkey;', 'no route out'] },
] as const;

const of = (network: StackJson, type: string): Record<string, Record<string, unknown>> =>
  (network.resource?.[type] ?? {}) as Record<string, Record<string, unknown>>;

/** A VPC that Holdfast makes: zones, subnets with their ranges, gateways and endpoints, as they are synthesised. */
export function networkDiagram(network: StackJson, environment: string): string {
  const subnets = Object.entries(of(network, 'aws_subnet'));
  const zones = [...new Set(subnets.map(([, { availability_zone: zone }]) => String(zone)))].sort();
  const gateways = Object.values(of(network, 'aws_nat_gateway')).map(({ subnet_id: id }) => String(id));
  const services = Object.values(of(network, 'aws_vpc_endpoint')).map(({ service_name: name }) =>
    String(name).replace(/^com\.amazonaws\.[^.]+\./, ''),
  );
  const [vpc] = Object.values(of(network, 'aws_vpc'));
  const range = String(vpc?.['cidr_block']);

  const width = 220;
  const left = (zone: number): number => 40 + zone * (width + 24);
  const frame = left(zones.length) + 16;
  const rowHeight = boxHeight(4) + 16;
  const first = 190;
  const shapes = [
    box('Internet', [], { x: frame / 2 - 70, y: 12, width: 140, height: boxHeight(0) }),
    arrow([frame / 2, 12 + boxHeight(0)], [frame / 2, 66]),
    box('Internet gateway', [], { x: frame / 2 - 70, y: 68, width: 140, height: boxHeight(0) }),
    box(
      `VPC ${range}`,
      [],
      { x: 16, y: 110, width: frame - 16, height: first - 110 + rowHeight * tiers.length + 110 },
      'frame',
    ),
    ...zones.flatMap((zone, column) => [
      box(
        zone,
        [],
        { x: left(column) - 8, y: 150, width: width + 16, height: 40 + rowHeight * tiers.length },
        'frame',
      ),
      arrow([frame / 2, 68 + boxHeight(0)], [left(column) + width / 2 + 40, 148]),
      ...tiers.map(({ kind, title, of: holds }, row) => {
        const found = subnets.find(
          ([name, one]) => name.includes(`_${kind}-`) && one['availability_zone'] === zone,
        );
        const [name, subnet] = found ?? ['', {}];
        const natted = gateways.some((id) => id.includes(`.${name}.`));
        return box(
          `${title} ${String(subnet['cidr_block'] ?? '')}`,
          kind === 'public' && !natted
            ? ['load balancer; its private subnet', 'goes out by another zone']
            : holds,
          { x: left(column), y: first + row * rowHeight, width, height: boxHeight(3) },
          kind === 'database' ? 'strong' : 'box',
        );
      }),
    ]),
    box(
      `Endpoints of ${services.length} services, so that their traffic stays off the gateways`,
      wrap(services.join(', '), frame - 80),
      {
        x: 32,
        y: first + rowHeight * tiers.length + 16,
        width: frame - 48,
        height: boxHeight(2),
      },
    ),
  ];
  return picture(
    {
      title: `Network of ${environment}`,
      description: `A VPC of ${range} in ${zones.join(', ')}: in each zone a public, a private and a database subnet; ${gateways.length} NAT gateways; endpoints of ${services.join(', ')}`,
      width: frame + 16,
      height: first + rowHeight * tiers.length + 120,
    },
    shapes,
  );
}
