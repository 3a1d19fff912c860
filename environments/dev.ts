import type { AwsEnvironmentInput } from './schema';

/** Cheap: one NAT gateway, a database in one zone, spot nodes. May lose a zone, and with it a few minutes. */
export const dev = {
  name: 'dev',
  tier: 'development',
  account: 'nonprod',
  region: 'eu-west-1',
  tags: { owner: 'platform', costCentre: 'engineering', dataClassification: 'internal' },
  monthlyBudgetUsd: 400,
  network: {
    cidr: '10.10.0.0/16',
    zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    nat: 'single',
    flowLogRetentionDays: 7,
  },
  // An example: nothing listens until your own zone is delegated (docs/domain.md).
  domain: { name: 'dev.nonprod.example.com', zone: 'nonprod.example.com', delegated: false },
  cluster: {
    version: '1.36',
    // Documentation range: put the ranges of your offices, VPN or runners here.
    publicAccessCidrs: ['203.0.113.0/24'],
    adminRoles: ['platform-admin'],
    logRetentionDays: 7,
    nodes: {
      architecture: 'arm64',
      instanceTypes: ['t4g.large', 'm7g.large', 'm6g.large'],
      capacity: 'spot',
      min: 2,
      max: 4,
      diskGiB: 40,
    },
  },
  database: {
    engineVersion: '18.4',
    instanceClass: 'db.t4g.medium',
    storageGiB: { initial: 20, max: 100 },
    multiAz: false,
    readReplicas: 0,
    backupRetentionDays: 3,
    deletionProtection: false,
  },
  cache: { nodeType: 'cache.t4g.micro', replicas: 0, snapshotRetentionDays: 0 },
  // Its data can be made anew: a week of daily recovery points, where a mistake is noticed within days.
  backup: { rules: { daily: { keepDays: 7 } }, dumps: { keepDays: 7 } },
  observability: {
    replicas: 1,
    retentionDays: 7,
    storageGiB: 20,
    memoryMiB: 1_024,
    logs: { kind: 'loki', storageGiB: 20, memoryMiB: 512, retentionDays: 7 },
    traces: { keptPercentage: 100, retentionDays: 3, replicas: 1, memoryMiB: 512 },
  },
  service: {
    logLevel: 'debug',
    roles: {
      gateway: { replicas: { min: 1, max: 3 }, cpuMillis: 100, memoryMiB: 256 },
      collector: { replicas: { min: 1, max: 3 }, cpuMillis: 100, memoryMiB: 256 },
      worker: { replicas: { min: 1, max: 3 }, cpuMillis: 100, memoryMiB: 256 },
    },
    flags: { compression: true },
  },
} satisfies AwsEnvironmentInput;
