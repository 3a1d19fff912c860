import { Testing } from 'cdktf';
import { HoldfastStack } from '../../constructs/core/stack';
import type { AwsDeployment, LocalDeployment } from '../../environments/load';
import { awsEnvironmentSchema, localEnvironmentSchema } from '../../environments/schema';
import { AppStack, LocalAppStack } from '../../stacks/app';
import { BackupStack } from '../../stacks/backup';
import { ObservabilityStack } from '../../stacks/observability';
import { PlatformStack } from '../../stacks/platform';
import { account } from '../constructs/aws-fixture';

const role = { replicas: { min: 3, max: 9 }, cpuMillis: 250, memoryMiB: 384 };

export const awsDeployment: AwsDeployment = {
  account,
  today: '2026-11-21',
  images: { service: `sha256:${'0123456789abcdef'.repeat(4)}` },
  environment: awsEnvironmentSchema.parse({
    name: 'fixture',
    tier: 'staging',
    account: 'tests',
    region: 'eu-central-1',
    tags: { owner: 'Team Rocket <rocket@example.com>', costCentre: 'none', dataClassification: 'internal' },
    network: {
      cidr: '10.99.0.0/16',
      zones: ['eu-central-1a', 'eu-central-1b'],
      nat: 'single',
      flowLogRetentionDays: 1,
    },
    cluster: {
      version: '1.36',
      publicAccessCidrs: [],
      adminRoles: [],
      logRetentionDays: 1,
      nodes: {
        architecture: 'arm64',
        instanceTypes: ['m7g.large'],
        capacity: 'spot',
        min: 1,
        max: 2,
        diskGiB: 20,
      },
    },
    database: {
      engineVersion: '18.4',
      instanceClass: 'db.t4g.medium',
      storageGiB: { initial: 20, max: 20 },
      multiAz: false,
      readReplicas: 0,
      backupRetentionDays: 1,
      deletionProtection: false,
    },
    cache: { nodeType: 'cache.t4g.micro', replicas: 0, snapshotRetentionDays: 0 },
    service: {
      drainDelaySeconds: 20,
      flags: { compression: true },
      roles: { gateway: role, collector: role, worker: { ...role, memoryMiB: 512 } },
    },
  }),
};

export const localDeployment: LocalDeployment = {
  environment: localEnvironmentSchema.parse({
    name: 'laptop',
    tier: 'local',
    kubeContext: 'kind-holdfast',
    service: { drainDelaySeconds: 1, all: { cpuMillis: 100, memoryMiB: 512 } },
  }),
};

// biome-ignore lint/suspicious/noExplicitAny: tests read arbitrary paths of Terraform's JSON
export type Json = any;
export interface Synthesised {
  readonly json: Json;
  readonly text: string;
}

/** The Kubernetes stacks over empty stand-ins of the stacks before them. */
export function kubernetesStacks(deployment = awsDeployment) {
  const app = Testing.app();
  const stub = (component: string) =>
    new HoldfastStack(app, {
      environment: deployment.environment.name,
      component,
      state: { kind: 'local' },
      tags: {},
    });
  const upstream = { network: stub('network'), cluster: stub('cluster'), data: stub('data') };
  const platform = new PlatformStack(app, deployment, upstream);
  const observability = new ObservabilityStack(app, deployment, { ...upstream, platform });
  const backup = new BackupStack(app, deployment, { ...upstream, platform });
  const service = new AppStack(app, deployment, { ...upstream, platform });
  const local = new LocalAppStack(app, localDeployment);
  // Testing.synth leaves it out.
  for (const stack of [platform, observability, backup, service, local]) stack.prepareStack();
  return {
    platform: synthesised(platform),
    observability: synthesised(observability),
    backup: synthesised(backup),
    app: synthesised(service),
    local: synthesised(local),
  };
}

export function synthesised(stack: HoldfastStack): Synthesised {
  const text = Testing.synth(stack, true);
  return { text, json: JSON.parse(text) };
}

/** Every block of a type, of one stack or several. */
export const blocks = (type: string, ...stacks: Synthesised[]): Json[] =>
  stacks.flatMap(({ json }) => Object.values(json.resource?.[type] ?? {}));

/** The block of a type that is called so in Kubernetes (or in Helm). */
export function named(type: string, name: string, stack: Synthesised): Json {
  const found = blocks(type, stack).find((block) => (block.metadata?.name ?? block.name) === name);
  if (!found) throw new Error(`there is no ${type} called ${name}`);
  return found;
}

/** Objects of a release of the raw chart. What Terraform fills in reads `<expression>`. */
export const objectsOf = (release: string, stack: Synthesised): Json[] => valuesOf(release, stack).objects;

export const valuesOf = (release: string, stack: Synthesised): Json =>
  JSON.parse(
    named('helm_release', release, stack)
      .values[0].replace(/\$\{jsonencode\(((?:[^()]|\([^()]*\))*)\)\}/g, (_: string, expression: string) =>
        JSON.stringify(`<${expression.replace(/^"|"$/g, '')}>`),
      )
      .replace(/([$%])\1\{/g, '$1{'),
  );
