import type { AccountInput } from '../../environments/account-schema';
import type { AwsEnvironmentInput, LocalEnvironmentInput } from '../../environments/schema';

/**
 * Environments of the tests' own, as they were shipped once: what users write into environments/ must not fail a test of
 * the rules.
 */
export const accounts = {
  nonprod: {
    id: '111111111111',
    region: 'eu-west-1',
    tags: { owner: 'platform', costCentre: 'engineering', dataClassification: 'confidential' },
    monthlyBudgetUsd: 1_500,
    alertEmails: ['platform@example.com'],
  },
  prod: {
    id: '222222222222',
    region: 'eu-west-1',
    tags: { owner: 'platform', costCentre: 'engineering', dataClassification: 'confidential' },
    monthlyBudgetUsd: 6_000,
    alertEmails: ['platform@example.com'],
    security: { runtimeAgents: true },
    retention: { trailDays: 731, configurationDays: 731 },
  },
} satisfies Record<string, AccountInput>;

export const dev = {
  name: 'dev',
  tier: 'development',
  account: 'nonprod',
  region: 'eu-west-1',
  tags: { owner: 'platform', costCentre: 'engineering', dataClassification: 'internal' },
  network: {
    cidr: '10.10.0.0/16',
    zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    nat: 'single',
    flowLogRetentionDays: 7,
  },
  cluster: {
    version: '1.36',
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

export const prod = {
  name: 'prod',
  tier: 'production',
  account: 'prod',
  region: 'eu-west-1',
  recoveryRegion: 'eu-central-1',
  tags: { owner: 'platform', costCentre: 'product', dataClassification: 'confidential' },
  network: {
    cidr: '10.30.0.0/16',
    zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    nat: 'per-zone',
    flowLogRetentionDays: 90,
    interfaceEndpoints: true,
  },
  cluster: {
    version: '1.36',
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
  backup: {
    lock: { mode: 'governance', minDays: 3, maxDays: 400 },
    restoreTest: { schedule: '0 9 * * 1', atLatestDays: 9 },
  },
  service: {
    roles: {
      gateway: { replicas: { min: 3, max: 24 }, cpuMillis: 500, memoryMiB: 512 },
      collector: { replicas: { min: 3, max: 24 }, cpuMillis: 500, memoryMiB: 512 },
      worker: { replicas: { min: 3, max: 12 }, cpuMillis: 500, memoryMiB: 512 },
    },
  },
} satisfies AwsEnvironmentInput;

export const local = {
  name: 'local',
  tier: 'local',
  service: {
    logLevel: 'info',
    drainDelaySeconds: 1,
    all: { cpuMillis: 250, memoryMiB: 1_280 },
  },
} satisfies LocalEnvironmentInput;
