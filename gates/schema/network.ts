import { block, blocks, flag, number, present, text, texts } from '../engine/fields';
import { policy } from '../engine/policy';

/** A rule of a security group as the group itself writes it. */
const groupRule = {
  description: text,
  from_port: number,
  to_port: number,
  protocol: text,
  cidr_blocks: texts,
  ipv6_cidr_blocks: texts,
  security_groups: texts,
};
/** One that is a resource of its own. */
const ownRule = {
  description: text,
  from_port: number,
  to_port: number,
  ip_protocol: text,
  cidr_ipv4: text,
  cidr_ipv6: text,
  referenced_security_group_id: text,
  security_group_id: text,
};
const aclRule = {
  action: text,
  cidr_block: text,
  ipv6_cidr_block: text,
  from_port: number,
  to_port: number,
  protocol: text,
};

export const network = {
  aws_acm_certificate: { domain_name: text, validation_method: text },
  aws_default_security_group: { ingress: blocks(groupRule), egress: blocks(groupRule), vpc_id: text },
  aws_flow_log: { traffic_type: text, vpc_id: text, log_destination: text },
  aws_nat_gateway: { subnet_id: text },
  aws_network_acl: { ingress: blocks(aclRule), egress: blocks(aclRule), subnet_ids: texts },
  aws_route: {
    destination_cidr_block: text,
    gateway_id: text,
    nat_gateway_id: text,
    vpc_peering_connection_id: text,
    route_table_id: text,
  },
  aws_route_table_association: { subnet_id: text, route_table_id: text },
  aws_route_table: { vpc_id: text },
  aws_security_group: {
    description: text,
    ingress: blocks(groupRule),
    egress: blocks(groupRule),
    vpc_id: text,
  },
  aws_subnet: { availability_zone: text, map_public_ip_on_launch: flag, vpc_id: text },
  aws_vpc: { cidr_block: text },
  aws_vpc_endpoint: {
    service_name: text,
    vpc_endpoint_type: text,
    private_dns_enabled: flag,
    policy,
    security_group_ids: texts,
  },
  aws_vpc_security_group_egress_rule: ownRule,
  aws_vpc_security_group_ingress_rule: ownRule,
  aws_wafv2_web_acl: {
    rule: blocks({
      name: text,
      action: block({ block: present }),
      override_action: block({ none: present, count: present }),
      statement: block({
        managed_rule_group_statement: block({ name: text }),
        rate_based_statement: block({ limit: number }),
      }),
    }),
  },
  aws_wafv2_web_acl_logging_configuration: {
    resource_arn: text,
    redacted_fields: blocks({ single_header: block({ name: text }) }),
  },
} as const;
