import { routes } from '../app/src/contract';
import { firstAddress, isPrivate, prefixLength } from './cidr';
import { type Problem, type Rule, when } from './rule';
import type { AwsEnvironment } from './schema';

/** What every range of a VPC has to be. */
const aligned = (path: string, cidr: string): Problem[] =>
  when(
    firstAddress(cidr) !== cidr.split('/')[0],
    path,
    `must begin at its first address: ${firstAddress(cidr)}/${prefixLength(cidr)}`,
  );

/** What the range of a VPC that Holdfast makes has to be. */
const ofManagedVpc = (path: string, cidr: string): Problem[] => [
  ...when(
    prefixLength(cidr) < 16 || prefixLength(cidr) > 20,
    path,
    'must have a prefix length between /16 and /20',
  ),
  ...aligned(path, cidr),
  ...when(!isPrivate(cidr), path, 'must be private: in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16'),
];

const subnetLists = ['publicSubnetIds', 'privateSubnetIds', 'databaseSubnetIds'] as const;

/** Everything that can be said of an existing VPC without asking AWS; the plan asks for the rest. */
function existingVpc({ network: { existing } }: AwsEnvironment): Problem[] {
  if (!existing) return [];
  const ids = subnetLists.flatMap((list) =>
    existing[list].map((id, index) => ({ id, path: `network.existing.${list}.${index}` })),
  );
  const routes = existing.s3RouteTableIds ?? [];
  return [
    ...aligned('network.existing.cidr', existing.cidr),
    ...(existing.otherCidrs ?? []).flatMap((cidr, index) =>
      aligned(`network.existing.otherCidrs.${index}`, cidr),
    ),
    ...ids.flatMap(({ id, path }, index) =>
      when(
        ids.findIndex((other) => other.id === id) !== index,
        path,
        `names ${id} a second time: each subnet is of one kind`,
      ),
    ),
    ...routes.flatMap((id, index) =>
      when(
        routes.indexOf(id) !== index,
        `network.existing.s3RouteTableIds.${index}`,
        `names ${id} a second time`,
      ),
    ),
  ];
}

/** Rules that AWS lets a load balancer have (a quota that it raises): one for each name and route. */
const balancerRules = 100;

const within = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`);

export const networkRules: readonly Rule[] = [
  {
    reads: ['region', 'network.zones', 'network.existing'],
    check: ({ region, network }) =>
      network.existing
        ? []
        : network.zones.flatMap((zone, index) => [
            ...when(
              !zone.startsWith(region),
              `network.zones.${index}`,
              `must be a zone of region "${region}"`,
            ),
            ...when(
              network.zones.indexOf(zone) !== index,
              `network.zones.${index}`,
              `names "${zone}" a second time`,
            ),
          ]),
  },
  {
    reads: ['network.cidr', 'network.existing'],
    check: ({ network }) => (network.existing ? [] : ofManagedVpc('network.cidr', network.cidr)),
  },
  {
    reads: ['network.recoveryCidr'],
    check: ({ network: { recoveryCidr } }) =>
      recoveryCidr === undefined ? [] : ofManagedVpc('network.recoveryCidr', recoveryCidr),
  },
  { reads: ['network.existing'], check: existingVpc },
  {
    reads: ['network.nat', 'network.interfaceEndpoints', 'network.existing', 'recovery'],
    check: ({ network, recovery }) =>
      when(
        // What stands by has no nodes.
        network.nat === 'none' && !network.interfaceEndpoints && recovery?.role !== 'standby',
        'network.interfaceEndpoints',
        'must be true when network.nat is "none", or nodes reach no AWS API',
      ),
  },
  {
    reads: ['domain'],
    check: ({ domain }) => {
      const answered = Object.keys(routes).length;
      const rules = answered * (1 + (domain?.alternativeNames ?? []).length);
      return when(
        domain?.delegated === true && rules > balancerRules,
        'domain.alternativeNames',
        `makes ${rules} rules, ${answered} routes for each name; a load balancer takes ${balancerRules}: leave names out`,
      );
    },
  },
  {
    reads: ['domain'],
    check: ({ domain }) => {
      if (!domain) return [];
      const others = domain.alternativeNames ?? [];
      return [
        ...when(
          !within(domain.name, domain.zone),
          'domain.name',
          `must lie in domain.zone, which is "${domain.zone}"`,
        ),
        ...others.flatMap((name, index) => [
          ...when(
            !within(name, domain.zone),
            `domain.alternativeNames.${index}`,
            `must lie in domain.zone, which is "${domain.zone}": its validation is written there`,
          ),
          ...when(
            name === domain.name || others.indexOf(name) !== index,
            `domain.alternativeNames.${index}`,
            `names "${name}" a second time`,
          ),
        ]),
      ];
    },
  },
];
