import type { AwsEnvironmentInput } from './schema';

/** Three zones, a standby and a read replica, at least three replicas of each role, nothing deletable by accident. */
export const prod = {
  name: 'prod',
  tier: 'production',
  account: 'prod',
  region: 'eu-west-1',
  recoveryRegion: 'eu-central-1',
  tags: { owner: 'platform', costCentre: 'product', dataClassification: 'confidential' },
  monthlyBudgetUsd: 3_000,
  network: {
    cidr: '10.30.0.0/16',
    // For the VPC that recovers production in its second region.
    recoveryCidr: '10.31.0.0/16',
    zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    nat: 'per-zone',
    flowLogRetentionDays: 90,
    interfaceEndpoints: true,
  },
  // An example: nothing listens until your own zone is delegated (docs/domain.md).
  domain: { name: 'app.example.com', zone: 'example.com', delegated: false },
  cluster: {
    version: '1.36',
    // Private endpoint only: deploy from inside the VPC.
    publicAccessCidrs: [],
    adminRoles: ['platform-admin'],
    logRetentionDays: 365,
    nodes: {
      architecture: 'arm64',
      instanceTypes: ['m7g.xlarge'],
      capacity: 'on-demand',
      min: 3,
      max: 12,
      diskGiB: 100,
    },
  },
  database: {
    engineVersion: '18.4',
    instanceClass: 'db.m7g.large',
    storageGiB: { initial: 100, max: 1_000 },
    multiAz: true,
    readReplicas: 1,
    proxy: true,
    ownerPasswordVersion: 1,
    backupRetentionDays: 30,
    deletionProtection: true,
  },
  cache: { nodeType: 'cache.m7g.large', replicas: 2, snapshotRetentionDays: 7 },
  // A lock that nobody lifts is one edit away, and cannot be taken back: docs/backup.md says what it costs.
  backup: {
    lock: { mode: 'governance', minDays: 3, maxDays: 400 },
    rules: {
      hourly: { keepDays: 3 },
      daily: { keepDays: 35 },
      weekly: { keepDays: 90 },
      monthly: { keepDays: 365, coldAfterDays: 30 },
    },
    cluster: true,
    regionCopies: { keepDays: 35 },
    restoreTest: { schedule: '0 9 * * 1', atLatestDays: 9 },
    velero: { keepDays: 30, lockDays: 14 },
  },
  observability: {
    retentionDays: 30,
    storageGiB: 200,
    memoryMiB: 4_096,
    logs: { kind: 'elastic', nodes: 3, storageGiB: 200, memoryMiB: 4_096, retentionDays: 30 },
    traces: { keptPercentage: 5, retentionDays: 14, replicas: 3, memoryMiB: 2_048 },
  },
  service: {
    roles: {
      gateway: { replicas: { min: 3, max: 24 }, cpuMillis: 500, memoryMiB: 512 },
      collector: { replicas: { min: 3, max: 24 }, cpuMillis: 500, memoryMiB: 512 },
      worker: { replicas: { min: 3, max: 12 }, cpuMillis: 500, memoryMiB: 512 },
    },
  },
} satisfies AwsEnvironmentInput;
