import { big, type Json, network, type Synthesised, small } from '../aws-fixture';

const perZone = network(big);
const single = network(small);
const none = network({
  ...small,
  network: { ...small.network, nat: 'none', interfaceEndpoints: true },
});

/** Default routes by the name of the table that they are in. */
function defaultRoutes(stack: Synthesised): Record<string, string> {
  const tables = Object.entries(stack.all('aws_route_table'));
  return Object.fromEntries(
    Object.values(stack.all('aws_route')).map((route: Json) => {
      const [, table] = tables.find(([id]) => route.route_table_id.includes(`.${id}.`)) as [string, Json];
      expect(route.destination_cidr_block).toBe('0.0.0.0/0');
      const target = (route.nat_gateway_id ?? route.gateway_id) as string;
      return [table.tags.Name, target.replace(/^\$\{aws_|_[0-9A-F]{8}\..*$/g, '')];
    }),
  );
}

describe('the way out', () => {
  test('per-zone: each private subnet through the gateway of its own zone', () => {
    expect(defaultRoutes(perZone)).toEqual({
      'holdfast-big-public': 'internet_gateway.network_internet',
      'holdfast-big-private-a': 'nat_gateway.network_nat_gateway-a',
      'holdfast-big-private-b': 'nat_gateway.network_nat_gateway-b',
      'holdfast-big-private-c': 'nat_gateway.network_nat_gateway-c',
    });
    expect(Object.keys(perZone.all('aws_eip'))).toHaveLength(3);
  });

  test('single: all through one', () => {
    expect(defaultRoutes(single)).toEqual({
      'holdfast-abcdefghij-public': 'internet_gateway.network_internet',
      'holdfast-abcdefghij-private-a': 'nat_gateway.network_nat_gateway-a',
      'holdfast-abcdefghij-private-b': 'nat_gateway.network_nat_gateway-a',
    });
    expect(Object.keys(single.all('aws_eip'))).toHaveLength(1);
  });

  test('none: no route, but the interface endpoints', () => {
    expect(defaultRoutes(none)).toEqual({
      'holdfast-abcdefghij-public': 'internet_gateway.network_internet',
    });
    expect(none.all('aws_nat_gateway')).toEqual({});
  });

  test('databases have none, whatever the policy', () => {
    for (const stack of [perZone, single, none]) {
      const routed = Object.values(stack.all('aws_route')).map((route: Json) => route.route_table_id);
      expect(routed.filter((table) => table.includes('database'))).toEqual([]);
    }
  });
});

test('every subnet is associated with one table, and every table with a subnet', () => {
  for (const stack of [perZone, single, none]) {
    const associations = Object.values(stack.all('aws_route_table_association'));
    const ids = (key: string) => associations.map((one: Json) => one[key].split('.')[1]).sort();
    expect(ids('subnet_id')).toEqual(Object.keys(stack.all('aws_subnet')).sort());
    expect([...new Set(ids('route_table_id'))]).toEqual(Object.keys(stack.all('aws_route_table')).sort());
  }
});

test('subnets tell the load balancer controller what they are for, and hand out no public addresses', () => {
  const role = (kind: string) =>
    Object.values(perZone.all('aws_subnet'))
      .filter((subnet: Json) => subnet.tags.Name.startsWith(`holdfast-big-${kind}-`))
      .map((subnet: Json) => Object.keys(subnet.tags).filter((key) => key.startsWith('kubernetes.io/')));
  expect(role('public')).toEqual(Array(3).fill(['kubernetes.io/role/elb']));
  expect(role('private')).toEqual(Array(3).fill(['kubernetes.io/role/internal-elb']));
  expect(role('database')).toEqual([[], [], []]);
  for (const subnet of Object.values(perZone.all('aws_subnet')) as Json[]) {
    expect(subnet.map_public_ip_on_launch).toBe(false);
  }
});

test('a zone that is added changes no resource that is there', () => {
  const before = network({ ...big, network: { ...big.network, zones: ['eu-west-1a', 'eu-west-1b'] } });
  for (const type of ['aws_subnet', 'aws_route_table', 'aws_nat_gateway', 'aws_eip', 'aws_route']) {
    expect(perZone.all(type)).toMatchObject(before.all(type));
  }
});

test('S3 is reached by its gateway, other APIs by interfaces where asked for', () => {
  const services = (stack: Synthesised, type: string) =>
    Object.values(stack.all('aws_vpc_endpoint'))
      .filter((endpoint: Json) => endpoint.vpc_endpoint_type === type)
      .map((endpoint: Json) => endpoint.service_name.replace('com.amazonaws.eu-west-1.', ''));
  expect(services(single, 'Gateway')).toEqual(['s3']);
  expect(services(single, 'Interface')).toEqual([]);
  for (const stack of [perZone, none]) {
    // Without these a node joins no cluster and no pod gets its credentials.
    expect(services(stack, 'Interface')).toEqual(
      expect.arrayContaining(['ec2', 'ecr.api', 'ecr.dkr', 'eks', 'eks-auth', 'sts']),
    );
    for (const endpoint of Object.values(stack.all('aws_vpc_endpoint')) as Json[]) {
      if (endpoint.vpc_endpoint_type === 'Interface') expect(endpoint.private_dns_enabled).toBe(true);
    }
  }
});

test('production’s VPC is protected, others’ is not', () => {
  expect(perZone.only('aws_vpc').lifecycle).toEqual({ prevent_destroy: true });
  expect(single.only('aws_vpc').lifecycle).toBeUndefined();
});
