import type { AwsEnvironmentInput } from './schema';

/** Like production, smaller: what breaks there should break here first. */
export const staging = {
  name: 'staging',
  tier: 'staging',
  account: 'nonprod',
  region: 'eu-west-1',
  tags: { owner: 'platform', costCentre: 'engineering', dataClassification: 'internal' },
  monthlyBudgetUsd: 1_400,
  network: {
    cidr: '10.20.0.0/16',
    zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    nat: 'per-zone',
    flowLogRetentionDays: 14,
    interfaceEndpoints: true,
  },
  // An example: nothing listens until your own zone is delegated (docs/domain.md).
  domain: { name: 'staging.nonprod.example.com', zone: 'nonprod.example.com', delegated: false },
  cluster: {
    version: '1.36',
    // As in production: what deploys from inside the VPC is tried here first.
    publicAccessCidrs: [],
    adminRoles: ['platform-admin'],
    logRetentionDays: 30,
    nodes: {
      architecture: 'arm64',
      instanceTypes: ['m7g.xlarge'],
      capacity: 'on-demand',
      min: 3,
      max: 6,
      diskGiB: 60,
    },
  },
  database: {
    engineVersion: '18.4',
    instanceClass: 'db.t4g.large',
    storageGiB: { initial: 50, max: 200 },
    multiAz: true,
    readReplicas: 0,
    proxy: true,
    backupRetentionDays: 7,
    deletionProtection: true,
  },
  cache: { nodeType: 'cache.t4g.small', replicas: 1, snapshotRetentionDays: 1 },
  // As in production, for days instead of months: what locks, copies and tests is tried here first.
  backup: {
    lock: { mode: 'governance', minDays: 3, maxDays: 120 },
    rules: { daily: { keepDays: 7 }, weekly: { keepDays: 28 } },
    cluster: true,
    restoreTest: { schedule: '0 9 * * 1', atLatestDays: 9 },
    velero: { keepDays: 7, lockDays: 3 },
  },
  // What is to survive a lost zone is shown here: a person starts each fault (docs/chaos.md).
  chaos: { enabled: true, minutes: 5 },
  observability: {
    logs: { kind: 'elastic', nodes: 3, storageGiB: 50, memoryMiB: 2_048, retentionDays: 14 },
  },
  service: {
    roles: {
      gateway: { replicas: { min: 2, max: 6 }, cpuMillis: 250, memoryMiB: 384 },
      collector: { replicas: { min: 2, max: 6 }, cpuMillis: 250, memoryMiB: 384 },
      worker: { replicas: { min: 2, max: 6 }, cpuMillis: 250, memoryMiB: 384 },
    },
  },
} satisfies AwsEnvironmentInput;
