import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flags } from '../../app/src/contract';
import { load } from '../../environments';
import { accountSchema } from '../../environments/account-schema';
import { loadEnvironments } from '../../environments/load';
import { accounts, dev, local, prod } from '../support/environments';

const digest = `sha256:${'a'.repeat(64)}`;

/** Loads the given environments, with an image for each. */
function problems(
  environments: Record<string, unknown>,
  images: Record<string, string> = {},
  inAccounts: Record<string, unknown> = accounts,
): readonly string[] {
  const imagesFolder = mkdtempSync(join(tmpdir(), 'holdfast-environments-'));
  for (const name of Object.keys(environments)) {
    mkdirSync(join(imagesFolder, name));
    writeFileSync(
      join(imagesFolder, name, 'images.json'),
      images[name] ?? JSON.stringify({ service: digest }),
    );
  }
  const result = loadEnvironments({ accounts: inAccounts, environments, imagesFolder, today: '2026-11-21' });
  return result.ok ? [] : result.problems;
}

test('what stands in environments/ is in order', () => {
  const loaded = load();
  expect(loaded.ok ? [] : loaded.problems).toEqual([]);
});

test('a rule over two properties names the file, the path and what is allowed', () => {
  expect(problems({ prod: { ...prod, database: { ...prod.database, multiAz: false } } })).toEqual([
    'environments/prod.ts: database.multiAz must be true when tier is "production"',
  ]);
});

test('environments may not cost more together than their account', () => {
  const both = (one: number, two: number) => ({
    dev: { ...dev, monthlyBudgetUsd: one },
    other: {
      ...dev,
      name: 'other',
      network: { ...dev.network, cidr: '10.99.0.0/16' },
      monthlyBudgetUsd: two,
    },
  });
  expect(problems(both(500, 1_000))).toEqual([]);
  expect(problems(both(501, 1_000))).toEqual([
    'environments/accounts.ts: nonprod.monthlyBudgetUsd must be at least 1501, what its environments may cost together (dev 501, other 1000), not 1500',
  ]);
});

test('everything that is wrong is said at once, whatever kind of wrong it is', () => {
  const { tags: _, ...withoutTags } = prod;
  const found = problems({
    prod: {
      ...withoutTags,
      databse: {},
      account: 'nobody',
      network: { ...prod.network, cidr: '10.0.0.0/99' },
      cluster: { ...prod.cluster, nodes: { ...prod.cluster.nodes, min: 1.5, instanceTypes: ['m7i.large'] } },
      database: { ...prod.database, multiAz: false, readReplicas: '2' },
    },
    dev: { ...dev, region: 'eu-central-1' },
    local: { ...local, service: { ...local.service, flags: { cachin: true } } },
  });
  expect(found).toEqual([
    'environments/prod.ts: tags is missing: must be an object',
    'environments/prod.ts: network.cidr must be an IPv4 range such as 10.0.0.0/16',
    'environments/prod.ts: cluster.nodes.min must be a whole number',
    'environments/prod.ts: database.readReplicas must be a number',
    expect.stringMatching(/^environments\/prod.ts: databse is not known; allowed here: name, tier, account/),
    'environments/prod.ts: cluster.nodes.instanceTypes[0] is x86_64; cluster.nodes.architecture asks for arm64',
    'environments/prod.ts: database.multiAz must be true when tier is "production"',
    'environments/prod.ts: account must be one of environments/accounts.ts (nonprod, prod), not "nobody"',
    'environments/dev.ts: network.zones[0] must be a zone of region "eu-central-1"',
    'environments/dev.ts: network.zones[1] must be a zone of region "eu-central-1"',
    'environments/dev.ts: network.zones[2] must be a zone of region "eu-central-1"',
    `environments/local.ts: service.flags.cachin is not known; allowed here: ${Object.keys(flags).join(', ')}`,
  ]);
});

test('a flag may be a plain value or a rule, and what is wrong with one is said with its place', () => {
  const withFlags = (flags: unknown) => problems({ dev: { ...dev, service: { ...dev.service, flags } } });
  expect(
    withFlags({
      compression: { strategy: 'PERCENTAGE', percentage: 5 },
      beta_ui: { strategy: 'GROUPS', groups: ['staff'] },
      aggregation_batch_limit: { strategy: 'ALL', value: 7 },
    }),
  ).toEqual([]);
  expect(
    withFlags({ caching: 'yes', beta_ui: { strategy: 'PERCENTAGE' }, compression: { strategy: 'SOME' } }),
  ).toEqual([
    'environments/dev.ts: service.flags.caching must be a boolean',
    'environments/dev.ts: service.flags.compression.strategy must be one of "ALL", "NONE", "PERCENTAGE", "USERS", "GROUPS", "GRADUAL"',
    'environments/dev.ts: service.flags.beta_ui.percentage is missing: must be a number',
  ]);
});

test('an unknown tier does not hide the rest', () => {
  expect(problems({ qa: { name: 'qa', tier: 'quality' } })).toEqual(
    expect.arrayContaining([
      'environments/qa.ts: tier must be one of "development", "staging", "production", "local"',
      'environments/qa.ts: database is missing: must be an object',
    ]),
  );
});

test.each([
  ['Prod', 'must be 2 to 10 lower-case letters and digits'],
  ['prod-dr', 'must be 2 to 10 lower-case letters and digits'],
  ['averyverylongname', 'must be 2 to 10 lower-case letters and digits'],
  ['bootstrap', 'must not be "bootstrap"'],
])('the name %s is refused', (name, why) => {
  expect(problems({ [name]: { ...dev, name } }).join()).toContain(why);
});

test('a name that is not the file’s is refused', () => {
  expect(problems({ dev: { ...dev, name: 'develop' } })).toEqual([
    'environments/dev.ts: name must be "dev", like the file and its key in environments/index.ts',
  ]);
});

test('a recovery region is another region, and of use only beyond the loss of a zone', () => {
  expect(problems({ prod: { ...prod, recoveryRegion: 'eu-west-1' } })).toEqual([
    'environments/prod.ts: recoveryRegion must be another region than region, which is "eu-west-1"',
  ]);
  expect(problems({ dev: { ...dev, recoveryRegion: 'eu-central-1' } })).toEqual([
    'environments/dev.ts: recoveryRegion must be left out unless database.multiAz is true: a lost zone is likelier than a lost region',
  ]);
  expect(problems({ prod: { ...prod, recoveryRegion: 'frankfurt' } })).toEqual([
    'environments/prod.ts: recoveryRegion must be an AWS region such as eu-west-1',
  ]);
  const { recoveryRegion: _, ...withoutRecovery } = prod;
  expect(problems({ prod: withoutRecovery })).toEqual([]);
});

test('an instance class whose memory is unknown is refused', () => {
  expect(problems({ dev: { ...dev, database: { ...dev.database, instanceClass: 'db.x2g.large' } } })).toEqual(
    [
      'environments/dev.ts: database.instanceClass must be an RDS instance class of the families t, m or r, such as db.t4g.medium',
    ],
  );
});

describe('the database', () => {
  const database = (changes: Record<string, unknown>) =>
    problems({ prod: { ...prod, database: { ...prod.database, ...changes } } });
  const { ownerPasswordVersion: _, ...managed } = prod.database;

  test('has an owner’s password of Terraform’s where it has replicas', () => {
    expect(problems({ prod: { ...prod, database: managed } })).toEqual([
      'environments/prod.ts: database.ownerPasswordVersion must be set, to 1 at first, when database.readReplicas is more than 0: RDS copies no instance whose password it manages',
    ]);
    expect(problems({ dev: { ...dev, database: { ...dev.database, readReplicas: 0 } } })).toEqual([]);
  });

  test('has a proxy only where it is large enough for one', () => {
    expect(database({ instanceClass: 'db.t4g.small' })).toEqual([
      'environments/prod.ts: database.proxy must be false with database.instanceClass "db.t4g.small": the pool needs db.t4g.medium or larger',
    ]);
  });

  test('is asked for no more connections than it has, or than the proxy takes', () => {
    expect(database({ proxy: false })).toEqual([
      'environments/prod.ts: service.roles must not open more than 150 connections, which "db.m7g.large" takes without database.proxy; all replicas during a rollout open 750: lower replicas.max',
    ]);
    const { roles } = prod.service;
    const gateway = (max: number) =>
      problems({
        prod: {
          ...prod,
          service: {
            ...prod.service,
            roles: { ...roles, gateway: { ...roles.gateway, replicas: { min: 3, max } } },
          },
        },
      });
    // 450 for the others, and ten for each of 55 pods: with 44, eleven more during a rollout.
    expect(gateway(44)).toEqual([]);
    expect(gateway(45)).toEqual([
      'environments/prod.ts: service.roles must not open more than 1000 connections, which the proxy takes; all replicas during a rollout open 1020: lower replicas.max',
    ]);
  });
});

test('address ranges of two environments must not overlap', () => {
  expect(problems({ dev, prod: { ...prod, network: { ...prod.network, cidr: '10.10.128.0/17' } } })).toEqual([
    'environments/prod.ts: network.cidr 10.10.128.0/17 must not overlap with 10.10.0.0/16 of environments/dev.ts (network.cidr); 10.0.0.0/17 is free',
  ]);
});

test('the whole internet may not reach the cluster', () => {
  expect(
    problems({ dev: { ...dev, cluster: { ...dev.cluster, publicAccessCidrs: ['0.0.0.0/0'] } } }),
  ).toEqual([
    expect.stringContaining(
      'environments/dev.ts: cluster.publicAccessCidrs[0] must not be the whole internet',
    ),
  ]);
});

test.each([
  ['{ "service": "latest" }', 'service must be a digest: "sha256:" and 64 hex digits'],
  ['{ "service": ', 'is not valid JSON'],
  ['{}', 'service is missing'],
])('images.json holding %s is refused', (content, why) => {
  const found = problems({ dev }, { dev: content });
  expect(found).toHaveLength(1);
  expect(found[0]).toContain('environments/dev/images.json: ');
  expect(found[0]).toContain(why);
});

test('a waiver names a version in use, a reason and a day', () => {
  const waiver = {
    product: 'Kubernetes',
    version: dev.cluster.version,
    reason: 'the vendor is late',
    until: '2027-12-31',
  };
  expect(problems({ dev: { ...dev, waivers: [waiver] } })).toEqual([]);
  const wrong = [
    { ...waiver, version: '1.30' },
    { ...waiver, reason: '', until: 'soon' },
    { ...waiver, product: 'PostgreSQL', version: '18.4' },
  ];
  expect(problems({ dev: { ...dev, waivers: wrong } })).toEqual([
    'environments/dev.ts: waivers[1].reason must say why, in ten characters at least',
    'environments/dev.ts: waivers[1].until must be a day such as 2027-03-27',
  ]);
  expect(problems({ dev: { ...dev, waivers: [wrong[0], wrong[2]] } })).toEqual([
    `environments/dev.ts: waivers[0].version must be "${dev.cluster.version}", the Kubernetes in use; take the waiver away when its version is gone`,
    'environments/dev.ts: waivers[1].version must be "18", the PostgreSQL in use; take the waiver away when its version is gone',
  ]);
});

test('a role that administers can’t be one that only looks', () => {
  const cluster = { ...dev.cluster, adminRoles: ['admin'], readOnlyRoles: ['auditor', 'admin', 'deployer'] };
  expect(problems({ dev: { ...dev, deployRole: 'deployer', cluster } })).toEqual([
    'environments/dev.ts: cluster.readOnlyRoles[1] "admin" administers the cluster already; a role has one entry',
    'environments/dev.ts: cluster.readOnlyRoles[2] "deployer" administers the cluster already; a role has one entry',
  ]);
});

test('a cache with shards needs replicas and no more nodes than AWS allows; memory is kept back where it is needed', () => {
  const withCache = (cache: object) => problems({ dev: { ...dev, cache: { ...dev.cache, ...cache } } });
  expect(withCache({ shards: 3, replicas: 1 })).toEqual([]);
  expect(withCache({ shards: 2, replicas: 0 })).toEqual([
    'environments/dev.ts: cache.replicas must be at least 1 when cache.shards is more than 1: a shard without a replica takes the whole cache down',
  ]);
  expect(withCache({ shards: 40, replicas: 2 })).toEqual([
    'environments/dev.ts: cache.shards must be at most 30 with 2 replicas: AWS allows 90 nodes',
  ]);
  expect(withCache({ reservedMemoryPercent: 5 })).toEqual([]);
  expect(withCache({ reservedMemoryPercent: 5, snapshotRetentionDays: 1 })).toEqual([
    'environments/dev.ts: cache.reservedMemoryPercent must be at least 25 where the cache has replicas or snapshots',
  ]);
});

test('Karpenter’s controllers need two nodes that they did not make', () => {
  const cluster = (min: number) => ({
    ...dev.cluster,
    karpenter: true,
    nodes: { ...dev.cluster.nodes, min },
  });
  expect(problems({ dev: { ...dev, cluster: cluster(2) } })).toEqual([]);
  expect(problems({ dev: { ...dev, cluster: cluster(1) } })).toEqual([
    expect.stringMatching(/cluster\.nodes\.min must be at least 2 when cluster\.karpenter is true/),
  ]);
});

test('EKS Auto Mode and nodes of one’s own exclude each other, and one of them there must be', () => {
  const { nodes, ...withoutNodes } = dev.cluster;
  const found = (cluster: object) => problems({ dev: { ...dev, cluster } });
  expect(found({ ...withoutNodes, compute: 'auto' })).toEqual([]);
  expect(found(withoutNodes)).toEqual([
    'environments/dev.ts: cluster.nodes is missing: say which nodes the cluster starts on, or set cluster.compute to "auto"',
  ]);
  expect(found({ ...withoutNodes, nodes, compute: 'auto', karpenter: true })).toEqual([
    'environments/dev.ts: cluster.nodes must be left out when cluster.compute is "auto": EKS chooses the nodes and starts them itself',
    'environments/dev.ts: cluster.karpenter must be false when cluster.compute is "auto", which brings a Karpenter of its own',
  ]);
  const production = { ...prod, cluster: { ...withoutNodes, publicAccessCidrs: [], compute: 'auto' } };
  expect(problems({ prod: production })).toEqual([]);
});

describe('an account', () => {
  const found = (nonprod: object, environment: object = dev) =>
    problems({ dev: environment }, {}, { nonprod: { ...accounts.nonprod, ...nonprod }, prod: accounts.prod });

  test('is watched and remembers for a year, unless it says otherwise', () => {
    const nonprod = accountSchema.parse(accounts.nonprod);
    expect(nonprod).toMatchObject({
      security: {
        guardDuty: 'managed',
        runtimeAgents: false,
        securityHub: 'managed',
        cloudTrail: 'managed',
        config: 'managed',
        accessAnalyzer: 'managed',
        inspector: 'managed',
        passwordPolicy: 'off',
      },
      retention: {
        stateVersionDays: 90,
        imagesKept: 200,
        untaggedImageDays: 7,
        trailDays: 365,
        configurationDays: 365,
      },
    });
    // It lets no repository in of its own accord.
    expect(nonprod.github).toBeUndefined();
  });

  test.each([['acme/platform'], ['acme/platform.infra'], ['acme@123456/platform@456789']])(
    'lets %s in',
    (repository) => {
      expect(found({ github: { repository } })).toEqual([]);
    },
  );

  test.each(['acme', 'acme/*', 'acme/platform:ref', 'https://github.com/acme/platform', '*/platform'])(
    'does not let %s in',
    (repository) => {
      expect(found({ github: { repository } })).toEqual([
        'environments/accounts.ts: nonprod.github.repository must be a repository such as owner/name, without patterns',
      ]);
    },
  );

  test.each([
    [
      { security: { config: 'off' } },
      'nonprod.security.config must not be "off" while securityHub is "managed", which checks what Config records',
    ],
    [
      { security: { guardDuty: 'adopted', runtimeAgents: true } },
      'nonprod.security.runtimeAgents must be false unless guardDuty is "managed", which is what installs them',
    ],
    [
      { security: { guardDuty: 'on' } },
      'nonprod.security.guardDuty must be one of "managed", "adopted", "off"',
    ],
    [{ retention: { configurationDays: 7 } }, 'nonprod.retention.configurationDays must be at least 30'],
    [{ github: { repository: 'a/b', sessionHours: 13 } }, 'nonprod.github.sessionHours must be at most 12'],
    [{ id: accounts.prod.id }, 'prod.id must not be that of nonprod: name one account in both environments'],
    [
      { retention: { trailYears: 1 } },
      'nonprod.retention.trailYears is not known; allowed here: stateVersionDays, imagesKept, untaggedImageDays, trailDays, configurationDays, requestDays',
    ],
  ])('with %j is refused', (wrong, why) => {
    expect(found(wrong)).toEqual([`environments/accounts.ts: ${why}`]);
  });

  test('that somebody else’s Config records may have Security Hub', () => {
    expect(found({ security: { config: 'adopted' } })).toEqual([]);
    expect(found({ security: { config: 'off', securityHub: 'off' } })).toEqual([]);
  });

  test('whose jobs have to reach a private endpoint has runners inside the VPC', () => {
    const hidden = { ...dev, cluster: { ...dev.cluster, publicAccessCidrs: [] } };
    const admitted = { github: { repository: 'acme/platform' } };
    expect(found({}, hidden)).toEqual([]);
    expect(found(admitted, hidden)).toEqual([
      expect.stringMatching(
        /^environments\/dev\.ts: runner must be "self-hosted" or "codebuild", inside the VPC: /,
      ),
    ]);
    expect(found(admitted, { ...hidden, runner: { kind: 'codebuild', project: 'runner' } })).toEqual([]);
    expect(found(admitted, { ...hidden, runner: { kind: 'self-hosted', labels: ['inside'] } })).toEqual([]);
    expect(found({}, { ...dev, runner: { kind: 'laptop' } })).toEqual([
      'environments/dev.ts: runner.kind must be one of "hosted", "self-hosted", "codebuild"',
    ]);
    expect(found({}, { ...dev, runner: { kind: 'codebuild', project: '-' } })).toEqual([
      'environments/dev.ts: runner.project must be the name of a CodeBuild project',
    ]);
  });

  test('whose roles deploy themselves has no other deploying role', () => {
    const deploying = { ...dev, deployRole: 'deployer' };
    expect(found({}, deploying)).toEqual([]);
    expect(found({ github: { repository: 'acme/platform' } }, deploying)).toEqual([
      'environments/dev.ts: deployRole must be left out: account "nonprod" has github, whose roles deploy themselves',
    ]);
  });
});
