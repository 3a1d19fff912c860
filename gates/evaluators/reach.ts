/** Who can reach whom, from what the stacks say of networks. */
import type { Environment } from '../engine/environment';
import type { Resource } from '../engine/read';

export interface Rule {
  readonly group: Resource;
  readonly from: number;
  readonly to: number;
  readonly ranges: readonly string[];
  readonly described: boolean;
  readonly address: string;
  readonly stack: string;
}

const everyPort = { from: 0, to: 65_535 };
const ports = (protocol: string | undefined, from: number | undefined, to: number | undefined) =>
  protocol === '-1' || from === undefined || to === undefined || from < 0 ? everyPort : { from, to };

/** Every rule that lets something in, whichever way it is written. */
export function inboundRules(environment: Environment): readonly Rule[] {
  const inGroups = (['aws_security_group', 'aws_default_security_group'] as const).flatMap((type) =>
    environment.all(type).flatMap((group) =>
      group.values.ingress.map((rule) => ({
        group: group as unknown as Resource,
        ...ports(rule.protocol, rule.from_port, rule.to_port),
        ranges: [...rule.cidr_blocks, ...rule.ipv6_cidr_blocks],
        described: Boolean(rule.description),
        address: group.address,
        stack: group.stack,
      })),
    ),
  );
  const own = environment.all('aws_vpc_security_group_ingress_rule').map((rule) => ({
    group: (environment.follow(rule, rule.values.security_group_id)[0] ?? rule) as Resource,
    ...ports(rule.values.ip_protocol, rule.values.from_port, rule.values.to_port),
    ranges: [rule.values.cidr_ipv4, rule.values.cidr_ipv6].flatMap((one) => one ?? []),
    described: Boolean(rule.values.description),
    address: rule.address,
    stack: rule.stack,
  }));
  return [...inGroups, ...own];
}

export const covers = ({ from, to }: Rule, port: number): boolean => from <= port && port <= to;
export const isWorld = (range: string): boolean => range === '0.0.0.0/0' || range === '::/0';

export interface Reach {
  /** Of a security group: ranges of addresses that it lets in. */
  readonly inboundRanges: readonly string[];
  /** Of a subnet: routes that leave the VPC to the internet. */
  readonly routesOut: readonly Resource<'aws_route'>[];
}

export function networkOf(environment: Environment, resource: Resource): Reach {
  const inboundRanges = inboundRules(environment)
    .filter(({ group }) => group === resource)
    .flatMap(({ ranges }) => ranges);
  const tables = environment
    .of(resource, 'aws_route_table_association', 'subnet_id')
    .flatMap((association) => environment.follow(association, association.values.route_table_id));
  const routesOut = tables
    .flatMap((table) => environment.of(table, 'aws_route', 'route_table_id'))
    .filter(({ values }) => values.gateway_id !== undefined || values.nat_gateway_id !== undefined);
  return { inboundRanges, routesOut };
}
