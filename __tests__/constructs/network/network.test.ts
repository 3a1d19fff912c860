import { interfaceEndpoints } from '../../../constructs/network/endpoints';
import {
  big,
  type Json,
  network,
  optional,
  type PolicyStatement,
  type Synthesised,
  small,
  statements,
} from '../aws-fixture';

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

describe('endpoints', () => {
  const endpoints = (stack: Synthesised, type: string): Json[] =>
    Object.values(stack.all('aws_vpc_endpoint')).filter(
      (endpoint: Json) => endpoint.vpc_endpoint_type === type,
    );
  const services = (stack: Synthesised, type: string) =>
    endpoints(stack, type).map((endpoint) => endpoint.service_name.replace('com.amazonaws.eu-west-1.', ''));
  // Without these a node joins no cluster and no pod gets its credentials.
  const always = [
    'ec2',
    'ecr.api',
    'ecr.dkr',
    'eks',
    'eks-auth',
    'elasticloadbalancing',
    'secretsmanager',
    'sts',
  ];

  test('lead to S3 by a gateway, always, from every private subnet', () => {
    for (const stack of [perZone, single, none]) {
      expect(services(stack, 'Gateway')).toEqual(['s3']);
      const [{ route_table_ids: tables = [] }] = endpoints(stack, 'Gateway') as [Json];
      expect(tables).toHaveLength(
        Object.keys(stack.all('aws_route_table')).filter((id) => id.includes('private')).length,
      );
    }
  });

  test('lead to other APIs where asked for, and to no more of them than somebody calls', () => {
    expect(services(single, 'Interface')).toEqual([]);
    expect(services(perZone, 'Interface').sort()).toEqual(always);
    // Without a NAT gateway nothing else leads people's bastion to Systems Manager.
    expect(services(none, 'Interface').sort()).toEqual([...always, 'ssm', 'ssmmessages'].sort());
    expect(services(network(optional), 'Interface').sort()).toEqual([...always, 'sqs', 'ssm'].sort());
    for (const endpoint of endpoints(perZone, 'Interface')) {
      expect(endpoint.private_dns_enabled).toBe(true);
      expect(endpoint.subnet_ids).toHaveLength(3);
    }
  });

  test('each have a reason', () => {
    for (const { why } of Object.values(interfaceEndpoints)) expect(why.length).toBeGreaterThan(10);
  });

  test('let nobody through who comes with credentials of another account', () => {
    for (const endpoint of endpoints(network(optional), 'Interface')) {
      const service = endpoint.service_name.split('.')[3];
      if (service === 'eks-auth') continue;
      expect(statements(endpoint.policy)).toEqual([
        expect.objectContaining({
          Action: `${service}:*`,
          Condition: { StringEquals: { 'aws:PrincipalAccount': '123456789012' } },
        }),
      ]);
    }
  });

  test('let anybody read from S3, where images are, and only the account write, to itself', () => {
    const [{ policy }] = endpoints(perZone, 'Gateway') as [Json];
    const [read, own, ...others] = statements(policy);
    expect([read?.Action, read?.Condition]).toEqual(['s3:GetObject', undefined]);
    expect(own?.Condition).toEqual({
      StringEquals: { 'aws:PrincipalAccount': '123456789012', 'aws:ResourceAccount': '123456789012' },
    });
    expect(others).toEqual([]);
  });
});

test('production’s VPC is protected, others’ is not', () => {
  expect(perZone.only('aws_vpc').lifecycle).toEqual({ prevent_destroy: true });
  expect(single.only('aws_vpc').lifecycle).toBeUndefined();
});

describe('the firewall around databases', () => {
  /** Whether the ACL lets a TCP packet pass, as AWS decides: the lowest rule that matches, and no when none does. */
  const passes = (rules: Json[], address: string, port: number): boolean => {
    const number = (dotted: string) => dotted.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
    const [first] = rules
      .filter(({ cidr_block, from_port, to_port, protocol }) => {
        const [start = '', prefix] = cidr_block.split('/');
        const size = 2 ** (32 - Number(prefix));
        const inside = number(address) >= number(start) && number(address) < number(start) + size;
        return inside && port >= from_port && port <= to_port && ['tcp', '-1'].includes(protocol);
      })
      .sort((a, b) => a.rule_no - b.rule_no);
    return first?.action === 'allow';
  };
  const acl = perZone.only('aws_network_acl');

  test('stands around every database subnet, and no other', () => {
    const subnets = Object.entries(perZone.all('aws_subnet'))
      .filter(([, subnet]: [string, Json]) => subnet.tags.Name.includes('-database-'))
      .map(([id]) => `\${aws_subnet.${id}.id}`);
    expect(subnets).toHaveLength(3);
    expect(acl.subnet_ids).toEqual(subnets);
  });

  test('lets nodes and pods of each zone in on the ports of databases, and lets them have their answers', () => {
    for (const pod of ['10.99.0.1', '10.99.64.1', '10.99.159.254']) {
      for (const port of [5432, 6379])
        expect([pod, port, passes(acl.ingress, pod, port)]).toEqual([pod, port, true]);
      for (const port of [22, 443, 5433, 32_768]) {
        expect([pod, port, passes(acl.ingress, pod, port)]).toEqual([pod, port, false]);
      }
      for (const port of [1024, 65_535]) expect(passes(acl.egress, pod, port)).toBe(true);
      for (const port of [22, 443]) expect(passes(acl.egress, pod, port)).toBe(false);
    }
  });

  test('lets databases replicate to each other, and reach no other kind of port', () => {
    for (const database of ['10.99.40.1', '10.99.104.1', '10.99.168.1']) {
      for (const port of [5432, 6379, 40_000]) {
        expect([passes(acl.ingress, database, port), passes(acl.egress, database, port)]).toEqual([
          true,
          true,
        ]);
      }
      for (const port of [22, 443]) {
        expect([passes(acl.ingress, database, port), passes(acl.egress, database, port)]).toEqual([
          false,
          false,
        ]);
      }
    }
  });

  test('lets nobody else in, and nothing out', () => {
    // Public subnets, the spare quarter, other networks, the internet.
    for (const other of ['10.99.32.1', '10.99.192.1', '10.98.0.1', '10.100.0.1', '8.8.8.8']) {
      for (const port of [5432, 6379]) expect(passes(acl.ingress, other, port)).toBe(false);
      for (const port of [443, 5432, 40_000]) expect(passes(acl.egress, other, port)).toBe(false);
    }
  });

  test('keeps its rules when a zone is added', () => {
    const before = network({ ...big, network: { ...big.network, zones: ['eu-west-1a', 'eu-west-1b'] } });
    const { ingress, egress } = before.only('aws_network_acl');
    expect(acl.ingress).toEqual(expect.arrayContaining(ingress));
    expect(acl.egress).toEqual(expect.arrayContaining(egress));
  });
});

describe('flow logs', () => {
  const s3 = network(optional);

  test('go to a group of CloudWatch, which their role may write to, and no further', () => {
    expect(perZone.only('aws_flow_log')).toMatchObject({
      traffic_type: 'ALL',
      log_destination_type: 'cloud-watch-logs',
    });
    expect(perZone.only('aws_cloudwatch_log_group').retention_in_days).toBe(big.network.flowLogRetentionDays);
    expect(perZone.all('aws_s3_bucket')).toEqual({});
  });

  test('go to a bucket where asked for, without a role, and expire there', () => {
    expect(s3.only('aws_flow_log')).toMatchObject({
      traffic_type: 'ALL',
      log_destination_type: 's3',
      log_destination: expect.stringMatching(/^\$\{aws_s3_bucket\./),
      destination_options: { file_format: 'parquet' },
      depends_on: [expect.stringMatching(/^aws_s3_bucket_policy\./)],
    });
    expect(s3.only('aws_flow_log').iam_role_arn).toBeUndefined();
    expect(s3.all('aws_cloudwatch_log_group')).toEqual({});
    expect(s3.only('aws_s3_bucket_lifecycle_configuration').rule).toContainEqual(
      expect.objectContaining({ expiration: [{ days: optional.network.flowLogRetentionDays }] }),
    );
  });

  test('are written by the delivery service for this account and region, below its own prefix', () => {
    const bucket = 'holdfast-everything-flow-logs-123456789012-eu-west-1';
    const policy = statements(s3.only('aws_s3_bucket_policy').policy);
    const key = statements(s3.only('aws_kms_key').policy);
    const allowed = (all: PolicyStatement[]) => all.filter((one) => one.Principal.Service);
    for (const statement of [...allowed(policy), ...allowed(key)]) {
      expect(statement.Principal.Service).toBe('delivery.logs.amazonaws.com');
      expect(statement.Condition).toMatchObject({
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:logs:eu-west-1:123456789012:*' },
      });
    }
    expect(allowed(policy).map(({ Action, Resource }) => [Action, Resource])).toEqual([
      ['s3:PutObject', `arn:aws:s3:::${bucket}/AWSLogs/123456789012/*`],
      [['s3:GetBucketAcl', 's3:ListBucket'], `arn:aws:s3:::${bucket}`],
    ]);
    expect(allowed(key)).toHaveLength(1);
  });

  test('hold up the end of production’s VPC, not of others', () => {
    const production = network({ ...big, network: { ...big.network, flowLogDestination: 's3' } });
    expect(production.only('aws_s3_bucket').force_destroy).toBeUndefined();
    expect(s3.only('aws_s3_bucket').force_destroy).toBe(true);
  });
});
