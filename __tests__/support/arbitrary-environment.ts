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
    retention,
    version: fc.constantFrom('1.35' as const, '1.36' as const),
    publicAccessCidrs: fc.subarray(['203.0.113.0/24', '198.51.100.7/32']),
    readOnlyRoles: fc.subarray(['auditor', 'support']),
    karpenter: fc.boolean(),
    architecture: fc.constantFrom('arm64' as const, 'x86_64' as const),
    image: fc.constantFrom('al2023' as const, 'bottlerocket' as const),
    capacity: fc.constantFrom('on-demand' as const, 'spot' as const),
    nodes: ordered(3, 450),
    diskGiB: fc.integer({ min: 20, max: 16_384 }),
    engineVersion: fc.constantFrom('17.10' as const, '18.4' as const),
    instanceClass: fc.constantFrom('db.t4g.micro', 'db.t4g.medium', 'db.m7g.large', 'db.r7g.16xlarge'),
    storage: fc.integer({ min: 20, max: 1_000 }),
    growth: fc.constantFrom(1, 2, 10),
    multiAz: fc.boolean(),
    readReplicas: fc.integer({ min: 1, max: 5 }),
    backupRetentionDays: fc.integer({ min: 7, max: 35 }),
    deletionProtection: fc.boolean(),
    nodeType: fc.constantFrom('cache.t4g.micro', 'cache.m7g.large', 'cache.r7g.xlarge'),
    cacheReplicas: fc.integer({ min: 1, max: 5 }),
    snapshotRetentionDays: fc.integer({ min: 0, max: 35 }),
    replicas: ordered(3, 40),
    cpuMillis: fc.integer({ min: 50, max: 16_000 }),
    memoryMiB: fc.integer({ min: 128, max: 65_536 }),
    drainDelaySeconds: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
    compression: fc.option(fc.boolean(), { nil: undefined }),
  })
  .map((given): AwsEnvironmentInput => {
    const production = given.tier === 'production';
    const multiAz = given.multiAz || given.recovery || production;
    const nat = production && given.nat === 'single' ? 'per-zone' : given.nat;
    const role = { replicas: given.replicas, cpuMillis: given.cpuMillis, memoryMiB: given.memoryMiB };
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
      network: {
        cidr: given.cidr,
        zones: zones.map((letter) => `${given.region}${letter}`),
        nat,
        flowLogDestination: given.flowLogDestination,
        flowLogRetentionDays: given.retention,
        interfaceEndpoints: given.interfaceEndpoints || nat === 'none',
      },
      cluster: {
        version: given.version,
        publicAccessCidrs: given.publicAccessCidrs,
        adminRoles: ['platform-admin'],
        readOnlyRoles: given.readOnlyRoles,
        karpenter: given.karpenter,
        logRetentionDays: given.retention,
        nodes: {
          architecture: given.architecture,
          // Bottlerocket's image for 1.36 is not pinned yet, which synthesis says.
          image: given.version === '1.36' ? 'al2023' : given.image,
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
        storageGiB: { initial: given.storage, max: given.storage * given.growth },
        multiAz,
        readReplicas: given.readReplicas,
        backupRetentionDays: given.backupRetentionDays,
        deletionProtection: given.deletionProtection || production,
      },
      cache: {
        nodeType: given.nodeType,
        replicas: given.cacheReplicas,
        snapshotRetentionDays: given.snapshotRetentionDays,
      },
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
