/** What two environments must agree on, of which one recovers the other. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environments as shipped } from '../../environments';
import { isAws, type LoadedEnvironments, loadEnvironments } from '../../environments/load';
import { recoveryAs } from '../../environments/recovery';
import { accounts, dev, prod } from '../support/environments';

const first = { ...prod, network: { ...prod.network, recoveryCidr: '10.31.0.0/16' } };
const second = {
  ...first,
  name: 'second',
  region: 'eu-central-1',
  recoveryRegion: undefined,
  recovery: { of: 'prod', role: 'standby' },
  network: {
    ...first.network,
    cidr: '10.31.0.0/16',
    recoveryCidr: undefined,
    zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
    nat: 'none',
    interfaceEndpoints: false,
  },
};

/** Only production has images: what recovers it runs the same. */
function loaded(environments: Record<string, unknown>): LoadedEnvironments {
  const imagesFolder = mkdtempSync(join(tmpdir(), 'holdfast-environments-'));
  for (const name of ['prod', 'dev']) {
    mkdirSync(join(imagesFolder, name));
    const images = JSON.stringify({ service: `sha256:${'a'.repeat(64)}` });
    writeFileSync(join(imagesFolder, name, 'images.json'), images);
  }
  return loadEnvironments({ accounts, environments, imagesFolder, today: '2026-11-21' });
}
const problems = (of: object, more: Record<string, unknown> = {}): readonly string[] => {
  const result = loaded({ prod: first, second: { ...second, ...of }, ...more });
  return result.ok ? [] : result.problems;
};

test('a second region of production is accepted, and each knows the other', () => {
  const result = loaded({ prod: first, second });
  expect(result.ok ? [] : result.problems).toEqual([]);
  const deployments = (result.ok ? result.deployments : []).filter(isAws);
  expect(
    deployments.map(({ environment, recovers, recoveredBy, images }) => [
      environment.name,
      recovers?.name,
      recoveredBy?.name,
      images,
    ]),
  ).toEqual([
    ['prod', undefined, 'second', { service: `sha256:${'a'.repeat(64)}` }],
    ['second', 'prod', undefined, { service: `sha256:${'a'.repeat(64)}` }],
  ]);
});

const north = {
  region: 'eu-north-1',
  network: { ...second.network, zones: ['eu-north-1a', 'eu-north-1b', 'eu-north-1c'] },
};
const recovery = (more: object) => ({ recovery: { ...second.recovery, ...more } });
test.each<[object, string]>([
  [
    recovery({ of: 'nobody' }),
    'recovery.of must be an environment on AWS in environments/index.ts, not "nobody"',
  ],
  [recovery({ of: 'second' }), 'recovery.of must name another environment'],
  [
    { recoveryRegion: 'eu-north-1' },
    'recoveryRegion must be left out: the environment is a second region itself',
  ],
  [recovery({ traffic: 'here' }), 'recovery.traffic must be "source" while recovery.role is "standby"'],
  [recovery({ role: 'active', database: { from: 'backups' } }), 'recovery.database.backupsArn must be set'],
  [
    recovery({
      database: { from: 'backups', backupsArn: 'arn:aws:rds:eu-west-1:222222222222:auto-backup:ab-1' },
    }),
    'recovery.database.backupsArn must be of eu-central-1',
  ],
  [north, 'region must be recoveryRegion of environments/prod.ts, which is "eu-central-1"'],
  [
    { network: { ...second.network, cidr: '10.40.0.0/16' } },
    'network.cidr must be network.recoveryCidr of environments/prod.ts, which is "10.31.0.0/16"',
  ],
  [{ account: 'nonprod' }, 'account must be "prod", as in environments/prod.ts: copies lie in the account'],
  [
    { tags: { ...second.tags, dataClassification: 'internal' } },
    'tags.dataClassification must be "confidential", as in environments/prod.ts: it holds the same data',
  ],
  [
    { database: { ...second.database, engineVersion: '17.10' } },
    'database.engineVersion must be "18.4", as in environments/prod.ts: it takes over the other’s data',
  ],
  [
    { database: { ...second.database, instanceClass: 'db.m7g.xlarge' } },
    'database.instanceClass must be "db.m7g.large", as in environments/prod.ts: PostgreSQL stops replaying',
  ],
  [
    { database: { ...second.database, storageGiB: { initial: 100, max: 500 } } },
    'database.storageGiB.max must be at least 1000, as in environments/prod.ts',
  ],
  [
    { cluster: { ...second.cluster, version: '1.35' } },
    'cluster.version must be "1.36", as in environments/prod.ts: what runs was tried on that',
  ],
])('%j is refused, and says why', (of, message) => {
  expect(problems(of).join('\n')).toContain(`environments/second.ts: ${message}`);
});

test('several problems come at once, of the environment by itself and of the two', () => {
  const byItself = problems({ ...recovery({ traffic: 'here' }), recoveryRegion: 'eu-north-1' });
  expect(byItself.map((problem) => problem.split(' ')[1])).toEqual(['recoveryRegion', 'recovery.traffic']);
  const between = problems({ ...north, cluster: { ...second.cluster, version: '1.35' } });
  // Its range is kept for the other region, so that it is one of the problems, too.
  expect(between.map((problem) => problem.split(' ')[1])).toEqual([
    'network.cidr',
    'region',
    'cluster.version',
  ]);
});

test('one environment recovers another, and nobody recovers what recovers', () => {
  const third = { ...second, name: 'third', network: { ...second.network, cidr: '10.50.0.0/16' } };
  expect(problems({}, { third })).toEqual(
    expect.arrayContaining([
      'environments/third.ts: recovery.of must not be "prod", which environments/second.ts recovers already',
    ]),
  );
  const chain = { ...third, recovery: { of: 'second', role: 'standby' } };
  expect(problems({}, { third: chain }).join('\n')).toContain(
    'environments/third.ts: recovery.of must not be "second", which recovers another itself',
  );
});

test('both may have one name; a third may not', () => {
  const domain = { name: 'app.example.com', zone: 'example.com', delegated: false };
  const zones = {
    ...accounts,
    prod: { ...accounts.prod, zones: [{ name: 'example.com', ownership: 'adopted' }] },
  };
  const named = (more: object) => {
    const environments = {
      prod: { ...first, domain },
      second: { ...second, domain, ...more },
    };
    const imagesFolder = mkdtempSync(join(tmpdir(), 'holdfast-environments-'));
    mkdirSync(join(imagesFolder, 'prod'));
    writeFileSync(
      join(imagesFolder, 'prod', 'images.json'),
      JSON.stringify({ service: `sha256:${'a'.repeat(64)}` }),
    );
    const result = loadEnvironments({ accounts: zones, environments, imagesFolder, today: '2026-11-21' });
    return result.ok ? [] : result.problems;
  };
  expect(named({})).toEqual([]);
  expect(named({ domain: { ...domain, name: 'b.example.com' } }).join('\n')).toContain('domain.name must be');
  expect(problems({}, { dev: { ...dev } })).toEqual([]);
});

describe('as shipped', () => {
  test('the recovery environment is production but for what its file names', () => {
    const {
      name,
      region,
      recoveryRegion,
      recovery: of,
      network,
      backup,
      monthlyBudgetUsd,
      ...rest
    } = recoveryAs('standby');
    const { prod: production } = shipped;
    for (const [key, value] of Object.entries(rest)) {
      expect([key, value]).toEqual([key, production[key as keyof typeof production]]);
    }
    expect([name, region, recoveryRegion, of.of]).toEqual(['recovery', 'eu-central-1', undefined, 'prod']);
    expect(monthlyBudgetUsd).toBeLessThan(production.monthlyBudgetUsd);
    expect(network.cidr).toBe(production.network.recoveryCidr);
    expect(backup.rules).toEqual(production.backup.rules);
  });

  test('what is one edit away is in order, too', () => {
    const zones = [{ name: 'example.com', ownership: 'adopted' }];
    const inAccounts = { ...accounts, prod: { ...accounts.prod, zones } };
    const imagesFolder = mkdtempSync(join(tmpdir(), 'holdfast-environments-'));
    mkdirSync(join(imagesFolder, 'prod'));
    writeFileSync(
      join(imagesFolder, 'prod', 'images.json'),
      JSON.stringify({ service: `sha256:${'a'.repeat(64)}` }),
    );
    const going = recoveryAs('active');
    const over = { ...going, recovery: { ...going.recovery, traffic: 'here' } };
    const result = loadEnvironments({
      accounts: inAccounts,
      environments: { prod: shipped.prod, recovery: over },
      imagesFolder,
      today: '2026-11-21',
    });
    expect(result.ok ? [] : result.problems).toEqual([]);
  });
});
