import type { Environment } from '../engine/environment';
import { each, found, is, says, some } from '../engine/judge';
import type { Evaluators, Finding, NotApplicable } from '../engine/model';
import { covers, inboundRules, isWorld, networkOf, type Rule } from './reach';

/** Rules of security groups, of which each is judged. */
const rules =
  (ok: (rule: Rule) => boolean) =>
  (environment: Environment): readonly Finding[] | NotApplicable => {
    const all = inboundRules(environment);
    if (all.length === 0) return { notApplicable: `${environment.name} has no rule that lets anything in` };
    return all.map((rule) =>
      found(rule, says(ok(rule), `ports ${rule.from}-${rule.to} from ${rule.ranges.join(', ') || 'groups'}`)),
    );
  };
const closedTo = (range: string, named: readonly number[]) =>
  rules((rule) => !rule.ranges.includes(range) || !named.some((port) => covers(rule, port)));

const admin = [22, 3389] as const;
const openBySource = 'Name the security group or the range that needs it, in constructs/network.';
const production = {
  tiers: ['production'],
  otherwise: 'only production pays for the loss of a zone going unnoticed',
} as const;

export const network = {
  'vpc-flow-logs': {
    title: 'Traffic of every VPC is logged',
    severity: 'high',
    why: 'Nobody could tell who talked to whom.',
    remedy: 'constructs/network makes the flow log: network.flowLogRetentionDays.',
    judge: each('aws_vpc', (vpc, environment) => {
      const logs = environment.of(vpc, 'aws_flow_log', 'vpc_id').map(({ values }) => values.traffic_type);
      return is(logs.includes('ALL'), 'traffic_type', logs.join(', ') || undefined);
    }),
  },
  'vpc-default-group-closed': {
    title: 'The default security group lets nothing through',
    severity: 'high',
    why: 'Whatever is made without a group gets this one.',
    remedy: 'constructs/network takes its rules away.',
    judge: each('aws_vpc', (vpc, environment) => {
      const [group] = environment.of(vpc, 'aws_default_security_group', 'vpc_id');
      const count = group ? group.values.ingress.length + group.values.egress.length : undefined;
      return is(count === 0, 'rules', count);
    }),
  },
  'vpc-protected': {
    title: 'Terraform refuses to destroy the VPC',
    severity: 'medium',
    why: 'Everything in it would have to go with it.',
    remedy: 'constructs/network sets prevent_destroy.',
    appliesTo: { tiers: ['production'], otherwise: 'only production must not be deletable by one mistake' },
    judge: each('aws_vpc', ({ preventDestroy }) => is(preventDestroy, 'prevent_destroy', preventDestroy)),
  },
  'sg-no-admin-ipv4': {
    title: 'SSH and RDP are closed to the IPv4 internet',
    severity: 'critical',
    why: 'They are tried by strangers within minutes.',
    remedy: 'Log in through Systems Manager: npm run access.',
    judge: closedTo('0.0.0.0/0', admin),
  },
  'sg-no-admin-ipv6': {
    title: 'SSH and RDP are closed to the IPv6 internet',
    severity: 'critical',
    why: 'Scanners know IPv6 as well.',
    remedy: 'Log in through Systems Manager: npm run access.',
    judge: closedTo('::/0', admin),
  },
  'sg-no-file-shares': {
    title: 'File shares are closed to the internet',
    severity: 'high',
    why: 'Worms spread through them.',
    remedy: openBySource,
    judge: rules((rule) => !rule.ranges.some(isWorld) || !covers(rule, 445)),
  },
  'sg-no-world': {
    title: 'No security group is open to the internet',
    severity: 'high',
    why: 'Only load balancers, whose groups their controller makes, are meant to be reached.',
    remedy: openBySource,
    judge: rules((rule) => !rule.ranges.some(isWorld)),
  },
  'sg-described': {
    title: 'Every opening says what it is for',
    severity: 'low',
    why: 'Nobody dares to close what nobody understands.',
    remedy: 'Give the rule a description.',
    judge: (environment) => {
      const all = inboundRules(environment);
      if (all.length === 0) return { notApplicable: `${environment.name} has no rule that lets anything in` };
      return all.map((rule) => found(rule, is(rule.described, 'described', rule.described)));
    },
  },
  'sg-outbound-bounded': {
    title: 'No security group lets everything out',
    severity: 'medium',
    why: 'Whoever takes over a machine could carry data anywhere.',
    remedy: 'Name ports and targets in `egress`; an empty list closes it.',
    judge: each('aws_security_group', ({ values }) => {
      const open = values.egress.filter(
        ({ protocol, cidr_blocks, ipv6_cidr_blocks }) =>
          protocol === '-1' && [...cidr_blocks, ...ipv6_cidr_blocks].some(isWorld),
      ).length;
      return is(open === 0, 'rules that let everything out', open);
    }),
  },
  'nacl-no-admin': {
    title: 'Network ACLs keep SSH and RDP from the internet out',
    severity: 'high',
    why: 'The second line must not be open where the first may fail.',
    remedy: 'Take the entry out of constructs/network.',
    judge: each('aws_network_acl', ({ values }) => {
      const open = values.ingress.filter(
        ({ action, cidr_block, ipv6_cidr_block, from_port, to_port, protocol }) =>
          action === 'allow' &&
          [cidr_block, ipv6_cidr_block].some((range) => range !== undefined && isWorld(range)) &&
          (protocol === '-1' ||
            admin.some((port) => (from_port ?? 0) <= port && port <= (to_port ?? 65_535))),
      ).length;
      return is(open === 0, 'openings', open);
    }),
  },
  'nacl-databases': {
    title: 'Subnets of databases have a firewall that the internet does not pass',
    severity: 'medium',
    why: 'One wrong security group would be enough.',
    remedy: 'constructs/network makes the database firewall.',
    judge: some('aws_network_acl', ({ values }) => {
      const world = [...values.ingress, ...values.egress].filter(
        ({ action, cidr_block }) => action === 'allow' && cidr_block !== undefined && isWorld(cidr_block),
      ).length;
      return is(world === 0 && values.subnet_ids.length > 0, 'entries for the internet', world);
    }),
  },
  'subnets-no-public-addresses': {
    title: 'Machines get no public address by themselves',
    severity: 'medium',
    why: 'A machine in the wrong subnet would be on the internet.',
    remedy: 'constructs/network sets map_public_ip_on_launch: false.',
    judge: each('aws_subnet', ({ values }) =>
      is(values.map_public_ip_on_launch !== true, 'map_public_ip_on_launch', values.map_public_ip_on_launch),
    ),
  },
  'subnets-several-zones': {
    title: 'Subnets lie in several zones',
    severity: 'high',
    why: 'One zone’s loss would be everything’s.',
    remedy: 'network.zones of the environment: three in production.',
    judge: each('aws_vpc', (vpc, environment) => {
      const zones = new Set(
        environment.of(vpc, 'aws_subnet', 'vpc_id').map(({ values }) => values.availability_zone),
      );
      const wanted = environment.tier === 'production' ? 3 : 2;
      return is(zones.size >= wanted, 'zones', zones.size);
    }),
  },
  'nat-per-zone': {
    title: 'Every zone has its own way out',
    severity: 'medium',
    why: 'With one zone, all would lose the internet.',
    remedy: 'network.nat: "per-zone" in the environment.',
    appliesTo: production,
    judge: each('aws_vpc', (vpc, environment) => {
      const subnets = environment.of(vpc, 'aws_subnet', 'vpc_id');
      const zones = new Set(subnets.map(({ values }) => values.availability_zone)).size;
      const served = new Set(
        environment
          .all('aws_nat_gateway')
          .flatMap(
            (gateway) =>
              environment.target(gateway, gateway.values.subnet_id, 'aws_subnet')?.values.availability_zone ??
              [],
          ),
      ).size;
      return says(served >= zones, `${served} of ${zones} zones have a NAT gateway`);
    }),
  },
  'nodes-private': {
    title: 'Nodes have no direct way in from the internet',
    severity: 'high',
    why: 'A node that is reached is a cluster that is reached.',
    remedy: 'Node groups take the private subnets of the network stack.',
    judge: each('aws_eks_node_group', (group, environment) => {
      const subnets = group.values.subnet_ids.flatMap((id) => environment.follow(group, id));
      if (subnets.length === 0) return undefined;
      const open = subnets.filter((subnet) =>
        networkOf(environment, subnet).routesOut.some(({ values }) => values.gateway_id !== undefined),
      ).length;
      return is(open === 0, 'subnets with an internet gateway', open);
    }),
  },
  'endpoints-own-account': {
    title: 'Endpoints of AWS serve our account alone',
    severity: 'medium',
    why: 'Data could be carried into a stranger’s account through a private door.',
    remedy: 'constructs/network gives interface endpoints the statement OwnAccount.',
    judge: each('aws_vpc_endpoint', ({ values }) => {
      if (values.vpc_endpoint_type !== 'Interface' || values.policy === undefined) return undefined;
      const open = values.policy.filter(
        ({ effect, conditions }) => effect === 'Allow' && Object.keys(conditions).length === 0,
      ).length;
      return is(open === 0, 'statements without a condition', open);
    }),
  },
  'endpoint-s3': {
    title: 'S3 is reached without the internet',
    severity: 'low',
    why: 'Backups and images would go through NAT, which is dear and one more hop.',
    remedy: 'constructs/network makes the gateway endpoint.',
    judge: each('aws_vpc', (_, environment) => {
      const has = environment
        .all('aws_vpc_endpoint')
        .some(({ values }) => values.service_name?.endsWith('.s3'));
      return says(has, has ? 'endpoint for S3' : 'no endpoint for S3');
    }),
  },
  'endpoints-private': {
    title: 'AWS’s APIs are reached without the internet',
    severity: 'low',
    why: 'Credentials and data of AWS’s APIs would pass NAT.',
    remedy: 'network.interfaceEndpoints: true in the environment.',
    appliesTo: { tiers: ['staging', 'production'], otherwise: 'not worth the price of development' },
    judge: each('aws_vpc', (_, environment) => {
      const count = environment
        .all('aws_vpc_endpoint')
        .filter(
          ({ values }) => values.vpc_endpoint_type === 'Interface' && values.private_dns_enabled === true,
        ).length;
      return is(count >= 5, 'interface endpoints', count);
    }),
  },
} satisfies Evaluators;
