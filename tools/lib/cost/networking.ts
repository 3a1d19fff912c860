/** Gateways, endpoints, addresses, and what flows through them. */
import { allMonth, monthly, type Pricer } from './charge';
import { at, isTrue, ofType } from './estate';

export const networking: Record<string, Pricer> = {
  aws_nat_gateway: (_gateway, estate) => {
    const share = (estate.usage?.natGb ?? 0) / ofType(estate, 'aws_nat_gateway').length;
    return [allMonth('gateway', 'nat.hour'), monthly('data', 'nat.gb', share)];
  },
  aws_eip: () => [allMonth('public address', 'ec2.public-ipv4')],
  aws_vpc_endpoint: (endpoint, estate) => {
    if (at(endpoint.values, 'vpc_endpoint_type') === 'Gateway') return [];
    const zones = [at(endpoint.values, 'subnet_ids')].flat().length;
    const interfaces = ofType(estate, 'aws_vpc_endpoint').filter(
      ({ values }) => values['vpc_endpoint_type'] !== 'Gateway',
    ).length;
    return [
      allMonth(`${zones} zones`, 'endpoint.hour', zones),
      monthly('data', 'endpoint.gb', (estate.usage?.endpointGb ?? 0) / interfaces),
    ];
  },
  // What leaves through the load balancer, and crosses zones on its way: of the network as a whole.
  aws_vpc: (_vpc, estate) => [
    monthly('data to the Internet', 'transfer.internet', estate.usage?.internetGb ?? 0),
    monthly('data between zones', 'transfer.zones', estate.usage?.zonesGb ?? 0),
  ],
  aws_route53_health_check: (check) => [
    ...(at(check.values, 'type') === 'CALCULATED' ? [] : [monthly('check', 'route53.health-check')]),
  ],
  aws_route53_zone: () => [monthly('zone', 'route53.zone')],
  aws_flow_log: { free: 'paid as the logs that it writes' },
  aws_lb: (balancer) => [
    allMonth(
      isTrue(at(balancer.values, 'internal')) ? 'internal load balancer' : 'load balancer',
      'alb.hour',
    ),
  ],
};
