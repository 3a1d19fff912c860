import fc from 'fast-check';
import { serviceRoleNames } from '../../app/src/contract';
import type { AwsEnvironmentInput } from '../../environments/schema';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const name = fc
  .tuple(
    fc.constantFrom(...letters),
    fc.string({ unit: fc.constantFrom(...letters, ...'0123456789'), minLength: 1, maxLength: 9 }),
  )
  .map((parts) => parts.join(''))
  .filter((candidate) => candidate !== 'bootstrap' && candidate !== 'local');

/** A private /16 to /20 that begins at its first address. */
const cidr = fc
  .record({
    prefix: fc.integer({ min: 16, max: 20 }),
    second: fc.integer({ min: 0, max: 255 }),
    third: fc.integer({ min: 0, max: 255 }),
  })
  .map(({ prefix, second, third }) => `10.${second}.${third - (third % 2 ** (24 - prefix))}.0/${prefix}`);

const ordered = (minimum: number, maximum: number) =>
  fc
    .tuple(fc.integer({ min: minimum, max: maximum }), fc.integer({ min: minimum, max: maximum }))
    .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));

const retention = fc.constantFrom(1, 7, 30, 365, 3653);

/** A VPC of somebody else's, with three subnets of each kind. */
const existingNetwork = fc
  .record({
    tags: fc.constantFrom('managed' as const, 'adopted' as const),
    flowLogs: fc.constantFrom('managed' as const, 'adopted' as const),
    databaseFirewall: fc.constantFrom('managed' as const, 'adopted' as const),
    tables: fc.subarray(['rtb-00000000000000001', 'rtb-00000000000000002']),
    others: fc.subarray(['100.64.0.0/16']),
  })
  .map(({ tags, flowLogs, databaseFirewall, tables, others }) => ({
    vpcId: 'vpc-0123456789abcdef0',
    cidr: '172.20.0.0/16',
    otherCidrs: others,
    publicSubnetIds: ['1', '2', '3'].map((number) => `subnet-0000000000000001${number}`),
    privateSubnetIds: ['1', '2', '3'].map((number) => `subnet-0000000000000002${number}`),
    databaseSubnetIds: ['1', '2', '3'].map((number) => `subnet-0000000000000003${number}`),
    s3RouteTableIds: tables,
    subnetTags: tags,
    flowLogs,
    databaseFirewall,
  }));

/** Zone that the tests' account has. */
export const zone = 'example.com';
const firewallGroup = fc.constantFrom('block' as const, 'count' as const, 'off' as const);
const domain = fc
  .record({
    delegated: fc.boolean(),
    wildcard: fc.boolean(),
    more: fc.subarray(['www.example.com', 'api.example.com']),
    common: firewallGroup,
    sqlInjection: firewallGroup,
    rate: fc.integer({ min: 10, max: 2_000_000_000 }),
  })
  .map(({ delegated, wildcard, more, common, sqlInjection, rate }) => ({
    name: 'app.example.com',
    zone,
    delegated,
    wildcard,
    alternativeNames: more,
    firewall: { common, sqlInjection, requestsPerFiveMinutes: rate },
  }));

const logRetention = fc.integer({ min: 1, max: 365 });
const elasticLogs = fc.record({
  kind: fc.constant('elastic' as const),
  nodes: fc.constantFrom(3 as const, 5 as const),
  storageGiB: fc.integer({ min: 10, max: 4_000 }),
  memoryMiB: fc.integer({ min: 1_024, max: 65_536 }),
  retentionDays: logRetention,
  rollover: fc.record({ days: fc.integer({ min: 1, max: 30 }), GiB: fc.integer({ min: 1, max: 50 }) }),
});
const lighterLogs = fc.oneof(
  fc.record({ kind: fc.constant('loki' as const), retentionDays: logRetention }),
  fc.constant({ kind: 'none' as const }),
  fc.constant({ kind: 'elastic' as const, nodes: 1 as const }),
);

/**
 * Environments on AWS that have to be accepted: every option that the schema knows, within every rule. A new property
 * belongs here too, or the properties below say nothing about it.
 */
export const validEnvironment: fc.Arbitrary<AwsEnvironmentInput> = fc
  .record({
    name,
    tier: fc.constantFrom('development' as const, 'staging' as const, 'production' as const),
    region: fc.constantFrom('eu-west-1', 'us-east-1', 'ap-southeast-2'),
    recovery: fc.boolean(),
    teardown: fc.boolean(),
    deployRole: fc.option(fc.constantFrom('deployer', 'ci/deployer'), { nil: undefined }),
    cidr,
    zones: fc.constantFrom(['a', 'b'], ['a', 'b', 'c'], ['c', 'a']),
    nat: fc.constantFrom('per-zone' as const, 'single' as const, 'none' as const),
    flowLogDestination: fc.constantFrom('cloudwatch' as const, 's3' as const),
    interfaceEndpoints: fc.boolean(),
    existing: fc.option(existingNetwork, { nil: undefined }),
    recoveryCidr: fc.boolean(),
    domain: fc.option(domain, { nil: undefined }),
    retention,
    version: fc.constantFrom('1.35' as const, '1.36' as const),
    publicAccessCidrs: fc.subarray(['203.0.113.0/24', '198.51.100.7/32']),
    readOnlyRoles: fc.subarray(['auditor', 'support']),
    karpenter: fc.boolean(),
    auto: fc.boolean(),
    architecture: fc.constantFrom('arm64' as const, 'x86_64' as const),
    image: fc.constantFrom('al2023' as const, 'bottlerocket' as const),
    capacity: fc.constantFrom('on-demand' as const, 'spot' as const),
    nodes: ordered(3, 450),
    diskGiB: fc.integer({ min: 20, max: 16_384 }),
    engineVersion: fc.constantFrom('17.10' as const, '18.4' as const),
    instanceClass: fc.constantFrom('db.t4g.medium', 'db.m7g.large', 'db.r7g.16xlarge'),
    storageGiB: fc.integer({ min: 20, max: 1_000 }),
    growth: fc.constantFrom(1, 2, 10),
    multiAz: fc.boolean(),
    proxy: fc.boolean(),
    readReplicas: fc.integer({ min: 0, max: 5 }),
    backupRetentionDays: fc.integer({ min: 7, max: 35 }),
    deletionProtection: fc.boolean(),
    nodeType: fc.constantFrom('cache.t4g.micro', 'cache.m7g.large', 'cache.r7g.xlarge'),
    cacheReplicas: fc.integer({ min: 1, max: 5 }),
    snapshotRetentionDays: fc.integer({ min: 0, max: 35 }),
    shards: fc.constantFrom(1, 3),
    reservedMemoryPercent: fc.constantFrom(25, 50),
    bastion: fc.boolean(),
    storage: fc.record({
      deletedBackupDays: fc.integer({ min: 7, max: 365 }),
      logDays: fc.integer({ min: 1, max: 3_650 }),
      artefactDays: fc.integer({ min: 7, max: 3_650 }),
    }),
    rotationDays: fc.integer({ min: 1, max: 365 }),
    elasticLogs,
    logs: fc.oneof(elasticLogs, lighterLogs),
    replicas: ordered(3, 24),
    cpuMillis: fc.integer({ min: 50, max: 16_000 }),
    memoryMiB: fc.integer({ min: 128, max: 65_536 }),
    drainDelaySeconds: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
    compression: fc.option(fc.boolean(), { nil: undefined }),
  })
  .map((given): AwsEnvironmentInput => {
    const production = given.tier === 'production';
    const multiAz = given.multiAz || given.recovery || production;
    const readReplicas = Math.max(given.readReplicas, production ? 1 : 0);
    const nat = production && given.nat === 'single' ? 'per-zone' : given.nat;
    // Without the pool few pods may hold connections.
    const most = given.proxy ? 24 : 4;
    const replicas = { min: Math.min(given.replicas.min, most), max: Math.min(given.replicas.max, most) };
    const role = { replicas, cpuMillis: given.cpuMillis, memoryMiB: given.memoryMiB };
    const logs = { flowLogDestination: given.flowLogDestination, flowLogRetentionDays: given.retention };
    const zones = production ? ['a', 'b', 'c'] : given.zones;
    return {
      name: given.name,
      tier: given.tier,
      account: 'nonprod',
      region: given.region,
      recoveryRegion: given.recovery ? 'eu-central-1' : undefined,
      deployRole: given.deployRole,
      teardown: given.teardown,
      tags: { owner: 'platform', costCentre: 'product', dataClassification: 'internal' },
      network: given.existing
        ? { existing: given.existing, ...logs }
        : {
            ...logs,
            cidr: given.cidr,
            recoveryCidr: given.recoveryCidr ? '192.168.0.0/16' : undefined,
            zones: zones.map((letter) => `${given.region}${letter}`),
            nat,
            interfaceEndpoints: given.interfaceEndpoints || nat === 'none',
          },
      domain: given.domain,
      cluster: {
        version: given.version,
        publicAccessCidrs: given.publicAccessCidrs,
        adminRoles: ['platform-admin'],
        readOnlyRoles: given.readOnlyRoles,
        karpenter: given.karpenter && !given.auto,
        compute: given.auto ? 'auto' : 'managed',
        logRetentionDays: given.retention,
        nodes: given.auto
          ? undefined
          : {
              architecture: given.architecture,
              image: given.image,
              instanceTypes:
                given.architecture === 'arm64' ? ['m7g.large', 'c7g.large'] : ['m7i.large', 'm6a.large'],
              capacity: production ? 'on-demand' : given.capacity,
              ...given.nodes,
              diskGiB: given.diskGiB,
            },
      },
      database: {
        engineVersion: given.engineVersion,
        instanceClass: given.instanceClass,
        storageGiB: { initial: given.storageGiB, max: given.storageGiB * given.growth },
        multiAz,
        proxy: given.proxy,
        ownerPasswordVersion: readReplicas > 0 ? 1 : undefined,
        readReplicas,
        backupRetentionDays: given.backupRetentionDays,
        deletionProtection: given.deletionProtection || production,
      },
      cache: {
        nodeType: given.nodeType,
        replicas: given.cacheReplicas,
        snapshotRetentionDays: given.snapshotRetentionDays,
        shards: given.shards,
        reservedMemoryPercent: given.reservedMemoryPercent,
      },
      access: { bastion: given.bastion },
      storage: given.storage,
      backup: production
        ? {
            lock: { mode: 'governance', minDays: 1, maxDays: 400 },
            restoreTest: { schedule: '0 9 * * 1', atLatestDays: 9 },
          }
        : undefined,
      secrets: { rotationDays: given.rotationDays },
      observability: { logs: production ? given.elasticLogs : given.logs },
      service: {
        drainDelaySeconds: given.drainDelaySeconds,
        flags: given.compression === undefined ? {} : { compression: given.compression },
        roles: Object.fromEntries(
          serviceRoleNames.map((roleName) => [roleName, role]),
        ) as AwsEnvironmentInput['service']['roles'],
      },
    };
  });

/** Every path that leads to a value inside, as lists of keys. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  const inner = replaced(copy[key], rest, by);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

const nonsense = fc.oneof(
  fc.constant(undefined),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    -1,
    0,
    1.5,
    1e12,
    '',
    '10.0.0.0/33',
    '10.0.0.1/16',
    '0.0.0.0/0',
    'eu-west-9z',
    '__proto__',
    null,
    [],
    {},
  ),
);

/** A valid environment in which one to three values, or whole parts, were replaced by anything at all. */
export const brokenEnvironment: fc.Arbitrary<unknown> = fc
  .tuple(validEnvironment, fc.array(fc.tuple(fc.nat(), nonsense), { minLength: 1, maxLength: 3 }))
  .map(([environment, edits]) =>
    edits.reduce<unknown>((current, [at, by]) => {
      const paths = pathsOf(current);
      return replaced(current, paths[at % paths.length] ?? [], by);
    }, environment),
  );
