/** What may be written about networks and names, and what is said where it may not. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes } from '../../app/src/contract';
import { loadEnvironments } from '../../environments/load';
import type { AwsEnvironment } from '../../environments/schema';
import { adopted } from '../constructs/aws-fixture';
import { accounts, dev, prod } from '../support/environments';

function problems(
  environment: object,
  more: { reserved?: unknown[]; zones?: unknown[]; beside?: object } = {},
) {
  const imagesFolder = mkdtempSync(join(tmpdir(), 'holdfast-network-'));
  for (const name of ['dev', 'other']) {
    mkdirSync(join(imagesFolder, name));
    writeFileSync(
      join(imagesFolder, name, 'images.json'),
      JSON.stringify({ service: `sha256:${'a'.repeat(64)}` }),
    );
  }
  const other = { ...dev, name: 'other', network: { ...dev.network, cidr: '10.11.0.0/16' } };
  const result = loadEnvironments({
    accounts: { ...accounts, nonprod: { ...accounts.nonprod, zones: more.zones } },
    environments: {
      dev: { ...dev, ...environment },
      ...(more.beside ? { other: { ...other, ...more.beside } } : {}),
    },
    reserved: more.reserved,
    imagesFolder,
    today: '2026-11-21',
  });
  return result.ok ? [] : result.problems.map((problem) => problem.replace('environments/dev.ts: ', ''));
}

describe('an existing VPC', () => {
  const { existing } = adopted.network;
  const inside = (changed: object, beside: object = {}) =>
    problems({ network: { ...adopted.network, ...beside, existing: { ...existing, ...changed } } });

  test('stands in the place of what a managed one needs', () => {
    expect(inside({})).toEqual([]);
    // A range that a managed VPC could not have.
    expect(inside({ cidr: '100.70.0.0/22' })).toEqual([]);
  });

  test('leaves no room for zones, ranges and routes of its own', () => {
    expect(inside({}, { cidr: '10.1.0.0/16', zones: ['eu-west-1a'], nat: 'single' })).toEqual([
      'network.cidr must be left out: the ranges of network.existing are what they are',
      'network.zones must be left out: the zones of network.existing are what they are',
      'network.nat must be left out: the routes of network.existing are what they are',
    ]);
  });

  test.each([
    [{ vpcId: 'vpc-1' }, 'network.existing.vpcId must be the id of a VPC'],
    [
      { privateSubnetIds: ['subnet-00000000000000011'] },
      'network.existing.privateSubnetIds must have at least 2 entries',
    ],
    [
      { databaseSubnetIds: existing.privateSubnetIds },
      'network.existing.databaseSubnetIds[0] names subnet-00000000000000011 a second time: each subnet is of one kind',
    ],
    [
      { s3RouteTableIds: ['rtb-00000000', 'rtb-00000000'] },
      'network.existing.s3RouteTableIds[1] names rtb-00000000 a second time',
    ],
    [{ cidr: '10.99.7.0/16' }, 'network.existing.cidr must begin at its first address: 10.99.0.0/16'],
    [
      { otherCidrs: ['100.64.0.1/16'] },
      'network.existing.otherCidrs[0] must begin at its first address: 100.64.0.0/16',
    ],
    [{ subnetTags: 'none' }, 'network.existing.subnetTags must be one of "managed", "adopted"'],
    [
      { natGateways: 1 },
      expect.stringMatching(/^network\.existing\.natGateways is not known; allowed here:/),
    ],
  ])('with %j is refused', (changed, why) => {
    expect(inside(changed)).toContainEqual(why);
  });

  test('of production has three private subnets', () => {
    const production = { ...prod, name: 'dev', account: 'nonprod', network: adopted.network };
    expect(problems(production)).toEqual([
      'network.existing.privateSubnetIds must be three subnets, in three zones when tier is "production"',
    ]);
  });
});

test('a managed network says what it misses as before', () => {
  const { nat: _, ...network } = dev.network;
  expect(problems({ network })).toEqual(['network.nat must be one of "per-zone", "single", "none"']);
  expect(problems({ network: undefined })).toEqual(['network is missing: must be an object']);
});

test('the range that is kept for a second region is one that a VPC can have', () => {
  const kept = (recoveryCidr: string) => problems({ network: { ...dev.network, recoveryCidr } });
  expect(kept('10.11.0.0/16')).toEqual([]);
  expect(kept('10.11.0.0/24')).toEqual([
    'network.recoveryCidr must have a prefix length between /16 and /20',
  ]);
  expect(kept('11.0.0.0/16')).toEqual([
    'network.recoveryCidr must be private: in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16',
  ]);
  expect(kept('172.8.0.0/16')).toEqual([expect.stringContaining('must be private')]);
});

test('what others use is written down properly', () => {
  expect(problems({}, { reserved: [{ cidr: '10.200.0.0/16', for: 'office' }, { cidr: 'office' }] })).toEqual([
    'environments/reserved.ts: reserved[1].cidr must be an IPv4 range such as 10.0.0.0/16',
    'environments/reserved.ts: reserved[1].for is missing: must be a string',
  ]);
});

describe('a name', () => {
  const zones = [{ name: 'example.com', ownership: 'managed' }];
  const domain = { name: 'dev.example.com', zone: 'example.com', delegated: true };
  const named = (changed: object, inZones: unknown[] = zones) =>
    problems({ domain: { ...domain, ...changed } }, { zones: inZones });

  test('lies in a zone of the account, whether bootstrap made it or not', () => {
    expect(named({})).toEqual([]);
    expect(named({ name: 'example.com' })).toEqual([]);
    expect(named({}, [{ name: 'example.com', ownership: 'adopted' }])).toEqual([]);
    expect(named({}, [])).toEqual([
      'domain.zone must be one of the zones of account "nonprod" in environments/accounts.ts (none so far), not "example.com"',
    ]);
  });

  test('is one environment’s', () => {
    const beside = (name: string) => problems({ domain }, { zones, beside: { domain: { ...domain, name } } });
    expect(beside('other.example.com')).toEqual([]);
    expect(beside('dev.example.com')).toEqual([
      'environments/other.ts: domain.name must not be that of environments/dev.ts',
    ]);
  });

  test.each([
    [{ name: 'dev.example.org' }, 'domain.name must lie in domain.zone, which is "example.com"'],
    [{ name: 'notexample.com' }, 'domain.name must lie in domain.zone, which is "example.com"'],
    [{ name: '*.example.com' }, 'domain.name must be a domain name in lower case such as example.com'],
    [
      { alternativeNames: ['www.example.org'] },
      'domain.alternativeNames[0] must lie in domain.zone, which is "example.com": its validation is written there',
    ],
    [
      { alternativeNames: ['dev.example.com'] },
      'domain.alternativeNames[0] names "dev.example.com" a second time',
    ],
    [{ firewall: { common: 'allow' } }, 'domain.firewall.common must be one of "block", "count", "off"'],
    [
      { firewall: { requestsPerFiveMinutes: 1 } },
      'domain.firewall.requestsPerFiveMinutes must be at least 10',
    ],
    [{ delegated: undefined }, 'domain.delegated is missing: must be a boolean'],
  ])('with %j is refused', (changed, why) => {
    expect(named(changed)).toEqual([why]);
  });

  test('and its routes make no more rules than a load balancer takes', () => {
    const [route] = Object.values(routes);
    const more = Array.from({ length: 40 - Object.keys(routes).length }, (_, i) => [`r${i}`, route]);
    const many = { ...routes, ...Object.fromEntries(more) };
    const rules = (names: number, isDelegated = true): string[] => {
      const alternativeNames = Array.from({ length: names - 1 }, (_, i) => `n${i}.example.com`);
      let found: string[] = [];
      jest.isolateModules(() => {
        jest.doMock('../../app/src/contract/routes', () => ({ routes: many }));
        const { networkRules } =
          require('../../environments/network-rules') as typeof import('../../environments/network-rules');
        const environment = { domain: { ...domain, delegated: isDelegated, alternativeNames } };
        found = networkRules
          .filter(({ reads }) => reads.includes('domain'))
          .flatMap(({ check }) => check(environment as unknown as AwsEnvironment))
          .map(({ path, message }) => `${path.join('.')} ${message}`);
      });
      jest.dontMock('../../app/src/contract/routes');
      return found;
    };
    expect(rules(2)).toEqual([]);
    expect(rules(3, false)).toEqual([]);
    expect(rules(3)).toEqual([
      'domain.alternativeNames makes 120 rules, 40 routes for each name; a load balancer takes 100: leave names out',
    ]);
  });
});
