import { type Cases, type Json, policyOf } from './case';

const group = '${aws_security_group.g.id}';
const rule = {
  security_group_id: group,
  cidr_ipv4: '10.0.0.0/8',
  from_port: 443,
  to_port: 443,
  ip_protocol: 'tcp',
  description: 'x',
};
const opened = (change: object, also: readonly string[]) => ({
  good: { aws_security_group: { g: {} }, aws_vpc_security_group_ingress_rule: { r: rule } },
  patch: { aws_vpc_security_group_ingress_rule: change },
  golden: 'prod/network',
  also,
});
const acl = {
  ingress: [{ action: 'allow', cidr_block: '10.0.0.0/8', from_port: 5432, to_port: 5432, protocol: 'tcp' }],
  egress: [],
  subnet_ids: ['${aws_subnet.s.id}'],
};
const vpc = { aws_vpc: { v: {} } };
const inVpc = { vpc_id: '${aws_vpc.v.id}' };
const zones = {
  a: { ...inVpc, availability_zone: 'a' },
  b: { ...inVpc, availability_zone: 'b' },
  c: { ...inVpc, availability_zone: 'c' },
};
const endpoint = {
  vpc_endpoint_type: 'Interface',
  private_dns_enabled: true,
  service_name: 'com.amazonaws.eu-west-1.ec2',
};
const own = {
  Effect: 'Allow',
  Principal: '*',
  Action: 'ec2:*',
  Resource: '*',
  Condition: { StringEquals: { 'aws:PrincipalAccount': '123456789012' } },
};

export const network: Cases = {
  'vpc-flow-logs': {
    good: { ...vpc, aws_flow_log: { f: { ...inVpc, traffic_type: 'ALL' } } },
    patch: { aws_flow_log: { traffic_type: 'REJECT' } },
    golden: 'prod/network',
  },
  'vpc-default-group-closed': {
    good: { ...vpc, aws_default_security_group: { d: { ...inVpc, ingress: [], egress: [] } } },
    patch: {
      aws_default_security_group: {
        egress: [{ protocol: '-1', from_port: 0, to_port: 0, cidr_blocks: ['10.0.0.0/8'] }],
      },
    },
    golden: 'prod/network',
  },
  'vpc-protected': {
    good: { aws_vpc: { v: { lifecycle: { prevent_destroy: true } } } },
    patch: { aws_vpc: { lifecycle: { prevent_destroy: false } } },
    golden: 'prod/network',
  },
  'sg-no-admin-ipv4': opened({ cidr_ipv4: '0.0.0.0/0', from_port: 22, to_port: 22 }, ['sg-no-world']),
  'sg-no-admin-ipv6': opened({ cidr_ipv4: undefined, cidr_ipv6: '::/0', from_port: 3389, to_port: 3389 }, [
    'sg-no-world',
  ]),
  'sg-no-file-shares': opened({ cidr_ipv4: '0.0.0.0/0', from_port: 445, to_port: 445 }, ['sg-no-world']),
  'sg-no-world': opened({ cidr_ipv4: '0.0.0.0/0' }, []),
  'sg-described': opened({ description: undefined }, []),
  'sg-outbound-bounded': {
    good: { aws_security_group: { g: { egress: [] } } },
    patch: {
      aws_security_group: {
        egress: [{ protocol: '-1', from_port: 0, to_port: 0, cidr_blocks: ['0.0.0.0/0'] }],
      },
    },
    golden: 'prod/network',
  },
  'nacl-no-admin': {
    good: { aws_network_acl: { a: acl } },
    patch: {
      aws_network_acl: {
        ingress: (list: Json[]) => [
          ...list,
          { action: 'allow', ipv6_cidr_block: '::/0', from_port: 22, to_port: 22, protocol: 'tcp' },
        ],
      },
    },
    golden: 'prod/network',
  },
  'nacl-databases': {
    good: { aws_network_acl: { a: acl } },
    patch: {
      aws_network_acl: {
        egress: (list: Json[]) => [
          ...list,
          { action: 'allow', cidr_block: '0.0.0.0/0', from_port: 443, to_port: 443, protocol: 'tcp' },
        ],
      },
    },
    golden: 'prod/network',
  },
  'subnets-no-public-addresses': {
    good: { aws_subnet: { s: { map_public_ip_on_launch: false } } },
    patch: { aws_subnet: { map_public_ip_on_launch: true } },
    golden: 'prod/network',
  },
  'subnets-several-zones': {
    good: { ...vpc, aws_subnet: zones },
    patch: { aws_subnet: { availability_zone: 'a' } },
    goldenPatch: ({ resource }) => {
      for (const subnet of Object.values<Json>(resource.aws_subnet)) subnet.availability_zone = 'eu-west-1a';
    },
    golden: 'prod/network',
  },
  'nat-per-zone': {
    good: {
      ...vpc,
      aws_subnet: zones,
      aws_nat_gateway: {
        a: { subnet_id: '${aws_subnet.a.id}' },
        b: { subnet_id: '${aws_subnet.b.id}' },
        c: { subnet_id: '${aws_subnet.c.id}' },
      },
    },
    patch: { aws_nat_gateway: { subnet_id: '${aws_subnet.a.id}' } },
    goldenPatch: { aws_nat_gateway: null },
    golden: 'prod/network',
  },
  'nodes-private': {
    good: {
      aws_eks_node_group: { n: { subnet_ids: ['${aws_subnet.s.id}'] } },
      aws_subnet: { s: {} },
      aws_route_table: { t: {} },
      aws_route_table_association: {
        x: { subnet_id: '${aws_subnet.s.id}', route_table_id: '${aws_route_table.t.id}' },
      },
      aws_route: {
        r: { route_table_id: '${aws_route_table.t.id}', nat_gateway_id: '${aws_nat_gateway.n.id}' },
      },
    },
    patch: { aws_route: { nat_gateway_id: undefined, gateway_id: '${aws_internet_gateway.i.id}' } },
    golden: 'prod/network',
    where: 'nat_route-a',
  },
  'endpoints-own-account': {
    good: { aws_vpc_endpoint: { e: { ...endpoint, policy: policyOf(own) } } },
    patch: { aws_vpc_endpoint: { policy: (text: string) => text.replace(/,"Condition":\{.*?\}\}/, '') } },
    golden: 'prod/network',
  },
  'endpoint-s3': {
    good: { ...vpc, aws_vpc_endpoint: { s3: { service_name: 'com.amazonaws.eu-west-1.s3' } } },
    patch: { aws_vpc_endpoint: { service_name: 'com.amazonaws.eu-west-1.dynamodb' } },
    golden: 'prod/network',
    where: 's3',
  },
  'endpoints-private': {
    good: {
      ...vpc,
      aws_vpc_endpoint: Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, endpoint])),
    },
    patch: { aws_vpc_endpoint: { private_dns_enabled: false } },
    goldenPatch: ({ resource }) => {
      for (const one of Object.values<Json>(resource.aws_vpc_endpoint)) one.private_dns_enabled = false;
    },
    golden: 'prod/network',
  },
};

const acls = [
  { name: 'rate', action: { block: {} }, statement: { rate_based_statement: { limit: 1000 } } },
  ...['AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'].map((name) => ({
    name,
    override_action: { none: {} },
    statement: { managed_rule_group_statement: { name } },
  })),
];
const gateway = (listeners: Json[]) => ({
  helm_release: {
    g: {
      values: [
        JSON.stringify({
          objects: [
            { kind: 'Gateway', metadata: { name: 'public', namespace: 'edge' }, spec: { listeners } },
          ],
        }),
      ],
    },
  },
});

export const edge: Cases = {
  'waf-known-attacks': {
    good: { aws_wafv2_web_acl: { a: { rule: acls } } },
    patch: {
      aws_wafv2_web_acl: {
        rule: (list: Json[]) =>
          list.map((one) => (one.override_action ? { ...one, override_action: { count: {} } } : one)),
      },
    },
    golden: 'delegated/network',
  },
  'waf-rate-limited': {
    good: { aws_wafv2_web_acl: { a: { rule: acls } } },
    patch: {
      aws_wafv2_web_acl: {
        rule: (list: Json[]) => list.filter(({ statement }) => !statement.rate_based_statement),
      },
    },
    golden: 'delegated/network',
  },
  'waf-logged': {
    good: {
      aws_wafv2_web_acl: { a: { rule: acls } },
      aws_wafv2_web_acl_logging_configuration: { l: { resource_arn: '${aws_wafv2_web_acl.a.arn}' } },
    },
    patch: { aws_wafv2_web_acl_logging_configuration: null },
    golden: 'delegated/network',
  },
  'waf-logs-redacted': {
    good: {
      aws_wafv2_web_acl_logging_configuration: {
        l: {
          redacted_fields: [
            { single_header: { name: 'authorization' } },
            { single_header: { name: 'cookie' } },
          ],
        },
      },
    },
    patch: { aws_wafv2_web_acl_logging_configuration: { redacted_fields: [] } },
    golden: 'delegated/network',
  },
  'certificates-renew': {
    good: { aws_acm_certificate: { c: { validation_method: 'DNS' } } },
    patch: { aws_acm_certificate: { validation_method: 'EMAIL' } },
    golden: 'delegated/network',
  },
  'edge-https': {
    good: gateway([{ name: 'https', protocol: 'HTTPS', port: 443 }]),
    patch: {
      helm_release: {
        values: ([text]: string[]) => [text?.replaceAll('"protocol":"HTTPS"', '"protocol":"HTTP"')],
      },
    },
    where: 'public-gateway',
    golden: 'delegated/platform',
  },
};
