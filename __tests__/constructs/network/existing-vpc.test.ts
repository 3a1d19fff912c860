/** What an environment makes in a VPC that somebody else made. That its checks hold is shown in network.full.test.ts. */
import type { AwsEnvironmentInput } from '../../../environments/schema';
import { adopted, type Json, network, type Synthesised } from '../aws-fixture';

const inside = (changed: object): Synthesised =>
  network({
    ...adopted,
    network: { ...adopted.network, existing: { ...adopted.network.existing, ...changed } },
  } as AwsEnvironmentInput);
const everything = network(adopted);
const least = inside({
  subnetTags: 'adopted',
  flowLogs: 'adopted',
  databaseFirewall: 'adopted',
  s3RouteTableIds: [],
});

/** Conditions of a data source, or of the resource of nothing but conditions. */
const conditions = (block: Json): string[] =>
  [...(block.lifecycle.postcondition ?? []), ...(block.lifecycle.precondition ?? [])].map(
    ({ condition }: Json) => condition,
  );

test('nothing that is the owner’s is made or changed', () => {
  const theirs =
    /^aws_(vpc|subnet|route|route_table|route_table_association|nat_gateway|eip|internet_gateway|default_security_group)$/;
  for (const stack of [everything, least]) {
    expect(Object.keys(stack.json.resource).filter((type) => theirs.test(type))).toEqual([]);
  }
  // But for conditions and endpoints, which are asked for, nothing at all.
  expect(Object.keys(least.json.resource).sort()).toEqual([
    'aws_security_group',
    'aws_vpc_endpoint',
    'aws_vpc_security_group_ingress_rule',
    'terraform_data',
  ]);
});

test('tags tell load balancers and Karpenter’s nodes where to go, unless the owner sets them', () => {
  const tags = Object.values(everything.all('aws_ec2_tag')).map(
    (tag: Json) => `${tag.resource_id.slice(-2)} ${tag.key}=${tag.value}`,
  );
  expect(tags.sort()).toEqual([
    '01 kubernetes.io/role/elb=1',
    '02 kubernetes.io/role/elb=1',
    '11 karpenter.sh/discovery=holdfast-adopted',
    '11 kubernetes.io/role/internal-elb=1',
    '12 karpenter.sh/discovery=holdfast-adopted',
    '12 kubernetes.io/role/internal-elb=1',
  ]);
  expect(least.all('aws_ec2_tag')).toEqual({});
});

test('flow logs, firewall and S3 gateway are there where they are asked for', () => {
  expect(everything.only('aws_flow_log').vpc_id).toMatch(/^\$\{data\.aws_vpc\./);
  expect(least.all('aws_flow_log')).toEqual({});
  expect(everything.only('aws_network_acl').subnet_ids).toHaveLength(2);
  const defaults = inside({ databaseFirewall: undefined });
  expect(defaults.all('aws_network_acl')).toEqual({});
  expect(Object.keys(defaults.all('aws_flow_log'))).toHaveLength(1);
  const gateways = (stack: Synthesised) =>
    Object.values(stack.all('aws_vpc_endpoint')).filter((one: Json) => one.vpc_endpoint_type === 'Gateway');
  expect(gateways(everything)).toMatchObject([{ route_table_ids: ['rtb-00000000000000001'] }]);
  expect(gateways(least)).toEqual([]);
});

test('endpoints are reached from every range of the VPC', () => {
  const ranges = Object.values(everything.all('aws_vpc_security_group_ingress_rule')).map(
    (rule: Json) => rule.cidr_ipv4,
  );
  expect(ranges.sort()).toEqual(['10.99.0.0/16', '100.64.0.0/16']);
});

test('every subnet is looked up and checked, and those of a kind against each other', () => {
  const subnets: Json[] = Object.values(everything.json.data.aws_subnet);
  expect(subnets.map(({ id }) => id).sort()).toEqual(
    [
      ...adopted.network.existing.publicSubnetIds,
      ...adopted.network.existing.privateSubnetIds,
      ...adopted.network.existing.databaseSubnetIds,
    ].sort(),
  );
  for (const subnet of subnets) {
    expect(conditions(subnet)).toContain('${self.vpc_id == "vpc-0123456789abcdef0"}');
    expect(conditions(subnet).join()).toMatch(/<= (24|27|28)\}/);
  }
  const [vpc]: Json[] = Object.values(everything.json.data.aws_vpc);
  for (const range of ['10.99.0.0/16', '100.64.0.0/16']) expect(conditions(vpc).join()).toContain(range);
  expect(conditions(everything.only('terraform_data'))).toHaveLength(4);
  // Every error says where the ids stand.
  const messages = JSON.stringify(everything.json).match(/"error_message":"[^"]*"/g) ?? [];
  expect(messages.filter((message) => !/environments\/adopted\.ts|have its owner set/.test(message))).toEqual(
    [],
  );
});

test('few free addresses are a warning: what fills a subnet must not stop its own mending', () => {
  const { assert } = everything.json.check.addresses;
  expect(assert).toHaveLength(2);
  expect(assert[0].condition).toMatch(/private-subnet.*available_ip_address_count >= 32\}$/);
});

test('the rest of the environment sees a network like any other', () => {
  const keys = (stack: Synthesised) => Object.keys(stack.json.output).sort();
  expect(keys(everything)).toEqual(
    keys(
      network({
        ...adopted,
        network: {
          cidr: '10.99.0.0/16',
          zones: ['eu-west-1a', 'eu-west-1b'],
          nat: 'single',
          flowLogRetentionDays: 7,
        },
      }),
    ),
  );
  expect(everything.json.output.vpc_cidr.value).toBe('10.99.0.0/16');
  expect(everything.json.output.private_subnet_ids.value).toHaveLength(2);
});
