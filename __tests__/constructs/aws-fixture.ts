import { App, Testing } from 'cdktf';
import type { HoldfastStack } from '../../constructs/core/stack';
import { accountSchema } from '../../environments/account-schema';
import type { AwsDeployment, NamedAccount } from '../../environments/load';
import { type AwsEnvironmentInput, awsEnvironmentSchema } from '../../environments/schema';
import { BootstrapStack } from '../../stacks/bootstrap';
import { ClusterStack } from '../../stacks/cluster';
import { DataStack } from '../../stacks/data';
import { NetworkStack } from '../../stacks/network';
import { everyPlatformOption } from '../support/platform-options';

/** Environments of the tests' own: what users write into environments/ must not fail a construct's test. */
export const account: NamedAccount = {
  ...accountSchema.parse({
    id: '123456789012',
    region: 'eu-west-1',
    tags: { owner: 'tests', costCentre: 'none', dataClassification: 'confidential' },
    monthlyBudgetUsd: 100,
    alertEmails: ['nobody@example.com'],
  }),
  name: 'tests',
  isExample: false,
};

const role = { replicas: { min: 3, max: 4 }, cpuMillis: 250, memoryMiB: 384 };

/** The cheapest that is legal, and the longest name: whatever is made from it has to fit. */
export const small = {
  name: 'abcdefghij',
  tier: 'development',
  account: 'tests',
  region: 'eu-west-1',
  tags: { owner: 'tests', costCentre: 'none', dataClassification: 'internal' },
  network: {
    cidr: '10.99.0.0/16',
    zones: ['eu-west-1a', 'eu-west-1b'],
    nat: 'single',
    flowLogRetentionDays: 1,
  },
  cluster: {
    version: '1.35',
    publicAccessCidrs: ['203.0.113.0/24'],
    adminRoles: [],
    logRetentionDays: 3,
    nodes: {
      architecture: 'x86_64',
      instanceTypes: ['m7i.large'],
      capacity: 'spot',
      min: 1,
      max: 2,
      diskGiB: 20,
    },
  },
  database: {
    engineVersion: '17.10',
    instanceClass: 'db.t4g.medium',
    storageGiB: { initial: 20, max: 20 },
    multiAz: false,
    readReplicas: 0,
    backupRetentionDays: 1,
    deletionProtection: false,
  },
  cache: { nodeType: 'cache.t4g.micro', replicas: 0, snapshotRetentionDays: 0 },
  service: { roles: { gateway: role, collector: role, worker: role } },
} satisfies AwsEnvironmentInput;

/** As production has to be. */
export const big = {
  ...small,
  name: 'big',
  tier: 'production',
  recoveryRegion: 'eu-central-1',
  deployRole: 'deployer',
  network: {
    ...small.network,
    zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    nat: 'per-zone',
    interfaceEndpoints: true,
  },
  cluster: {
    ...small.cluster,
    version: '1.36',
    publicAccessCidrs: [],
    adminRoles: ['deployer', 'aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123'],
    nodes: {
      ...small.cluster.nodes,
      architecture: 'arm64',
      instanceTypes: ['m7g.large'],
      capacity: 'on-demand',
    },
  },
  database: {
    ...small.database,
    engineVersion: '18.4',
    storageGiB: { initial: 100, max: 500 },
    multiAz: true,
    readReplicas: 2,
    proxy: true,
    ownerPasswordVersion: 1,
    backupRetentionDays: 30,
    deletionProtection: true,
  },
  cache: { ...small.cache, replicas: 2, snapshotRetentionDays: 7 },
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
} satisfies AwsEnvironmentInput;

/** Every option that is off by default, on. */
export const optional = {
  ...small,
  name: 'everything',
  network: { ...small.network, flowLogDestination: 's3', interfaceEndpoints: true },
  cluster: {
    ...small.cluster,
    adminRoles: ['platform-admin'],
    readOnlyRoles: ['auditor', 'teams/support'],
    karpenter: true,
    nodes: { ...small.cluster.nodes, image: 'bottlerocket', min: 2 },
  },
  platform: everyPlatformOption('everything'),
  database: { ...small.database, proxy: true, ownerPasswordVersion: 3 },
  cache: { ...small.cache, shards: 3, replicas: 1 },
  observability: {
    receivers: {
      slack: { channel: '#alerts' },
      pagerDuty: {},
      email: {
        to: ['team@example.com'],
        from: 'alerts@example.com',
        server: 'email-smtp.eu-west-1.amazonaws.com:587',
        username: 'alerts',
      },
      deadMansSwitch: true,
    },
    maintenance: [{ name: 'patching', weekdays: ['sunday'], from: '02:00', to: '04:00' }],
    integrations: {
      sentry: true,
      datadog: { site: 'datadoghq.eu' },
      jaeger: { endpoint: 'jaeger.example.com:4317' },
      managedPrometheus: {},
    },
  },
} satisfies AwsEnvironmentInput;

/** In a VPC that somebody else made. */
export const adopted = {
  ...optional,
  name: 'adopted',
  network: {
    existing: {
      vpcId: 'vpc-0123456789abcdef0',
      cidr: '10.99.0.0/16',
      otherCidrs: ['100.64.0.0/16'],
      publicSubnetIds: ['subnet-00000000000000001', 'subnet-00000000000000002'],
      privateSubnetIds: ['subnet-00000000000000011', 'subnet-00000000000000012'],
      databaseSubnetIds: ['subnet-00000000000000021', 'subnet-00000000000000022'],
      s3RouteTableIds: ['rtb-00000000000000001'],
      databaseFirewall: 'managed',
    },
    flowLogRetentionDays: 7,
    interfaceEndpoints: true,
  },
} satisfies AwsEnvironmentInput;

/** With a name that the world resolves. */
export const delegated = {
  ...big,
  name: 'delegated',
  domain: {
    name: 'app.example.com',
    zone: 'example.com',
    delegated: true,
    wildcard: true,
    alternativeNames: ['www.example.com'],
    firewall: { sqlInjection: 'count' },
  },
} satisfies AwsEnvironmentInput;

const { nodes: _nodes, ...withoutNodes } = small.cluster;
/** EKS Auto Mode, which chooses its nodes itself. */
export const automatic = {
  ...small,
  name: 'automatic',
  cluster: { ...withoutNodes, compute: 'auto' },
} satisfies AwsEnvironmentInput;

/** Far from any end of support. */
export const today = '2026-11-21';
export const deployment = (environment: AwsEnvironmentInput, on = today): AwsDeployment => ({
  account,
  today: on,
  images: { service: `sha256:${'0123456789abcdef'.repeat(4)}` },
  environment: awsEnvironmentSchema.parse(environment),
});

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON, read where the test knows what it looks for.
export type Json = any;
export interface Synthesised {
  readonly json: Json;
  /** Every resource of a type, by logical id. */
  all(type: string): Record<string, Json>;
  /** The one resource of a type. */
  only(type: string): Json;
}

function synthesised(stack: HoldfastStack): Synthesised {
  stack.prepareStack();
  const json = JSON.parse(Testing.synth(stack));
  const all = (type: string): Record<string, Json> => json.resource?.[type] ?? {};
  return {
    json,
    all,
    only: (type) => {
      const found = Object.values(all(type));
      if (found.length !== 1) throw new Error(`${found.length} × ${type}`);
      return found[0];
    },
  };
}

/** One that may be built from nothing else. */
export const network = (environment: AwsEnvironmentInput): Synthesised =>
  synthesised(new NetworkStack(new App(), deployment(environment)));

/** The stacks of one environment. */
export function environmentStacks(environment: AwsEnvironmentInput, inAccount: NamedAccount = account) {
  const app = new App();
  const of = { ...deployment(environment), account: inAccount };
  const networkStack = new NetworkStack(app, of);
  const cluster = new ClusterStack(app, of, { network: networkStack });
  const data = new DataStack(app, of, { network: networkStack, cluster });
  return {
    network: synthesised(networkStack),
    cluster: synthesised(cluster),
    data: synthesised(data),
  };
}

export const bootstrap = (
  overrides: Partial<NamedAccount> = {},
  environments: ConstructorParameters<typeof BootstrapStack>[2] = [{ name: small.name }, { name: big.name }],
): Synthesised => synthesised(new BootstrapStack(new App(), { ...account, ...overrides }, environments));

export interface PolicyStatement {
  Sid: string;
  Effect: string;
  Principal?: Json;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource: string | string[];
  NotResource?: string | string[];
  Condition?: Json;
}

/** Statements of a policy as Terraform will render it; what is known only at apply stands as `<…>`. */
export function statements(policy: string): PolicyStatement[] {
  const text = policy.replace(/\$\{jsonencode\(((?:[^()]|\([^()]*\))*)\)\}/g, (_, expression: string) =>
    JSON.stringify(`<${expression.replace(/^"|"$/g, '')}>`),
  );
  return JSON.parse(text).Statement;
}

export const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
