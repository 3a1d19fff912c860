import { Testing } from 'cdktf';
import { HoldfastStack } from '../../constructs/core/stack';
import { useHelm, useKubernetes } from '../../constructs/kubernetes/cluster-access';
import { ExternalDns } from '../../constructs/platform/external-dns';
import type { AwsDeployment } from '../../environments/load';
import { type AwsEnvironmentInput, awsEnvironmentSchema } from '../../environments/schema';
import {
  awsDeployment,
  blocks,
  type Json,
  kubernetesStacks,
  type Synthesised,
  synthesised,
} from './kubernetes';
import { everyPlatformOption } from './platform-options';

/** The fixture with everything of the platform switched on, and more where the caller says so. */
export function fullDeployment(platform: Partial<AwsEnvironmentInput['platform']> = {}): AwsDeployment {
  const { environment } = awsDeployment;
  return {
    ...awsDeployment,
    environment: awsEnvironmentSchema.parse({
      ...environment,
      cluster: { ...environment.cluster, karpenter: true },
      platform: { ...everyPlatformOption('fixture'), ...platform },
    }),
  };
}

export const fullStacks = (platform?: Parameters<typeof fullDeployment>[0]) =>
  kubernetesStacks(fullDeployment(platform));

/** external-dns alone: no environment has a name yet. */
export function externalDnsStack(removes = true): Synthesised {
  const stack = new HoldfastStack(Testing.app(), {
    environment: 'fixture',
    component: 'platform',
    state: { kind: 'local' },
    tags: {},
  });
  const access = {
    clusterName: 'holdfast-fixture',
    endpoint: 'https://kubernetes.invalid',
    certificateAuthority: 'LS0tLS0=',
    region: 'eu-central-1',
  };
  useKubernetes(stack, access);
  useHelm(stack, access);
  new ExternalDns(stack, 'external-dns', {
    region: 'eu-central-1',
    vpcCidr: '10.99.0.0/16',
    domain: 'fixture.example.com',
    zoneId: 'Z0123456789ABCDEFGHIJ',
    ownerId: 'holdfast-fixture',
    removes,
    podSecurityVersion: 'v1.36',
    dependsOn: [],
  });
  stack.prepareStack();
  return synthesised(stack);
}

/** Addresses of all blocks of a stack, and what each of them waits for. */
export function dependencies(stack: Synthesised): Map<string, readonly string[]> {
  return new Map(
    Object.entries<Json>(stack.json.resource).flatMap(([type, resources]) =>
      Object.entries<Json>(resources).map(
        ([id, block]) => [`${type}.${id}`, block.depends_on ?? []] as const,
      ),
    ),
  );
}

/** Whether the one waits for the other, directly or through others: on destroy it then goes before it. */
export function waitsFor(graph: Map<string, readonly string[]>, one: string, other: string): boolean {
  const direct = graph.get(one) ?? [];
  return direct.includes(other) || direct.some((next) => waitsFor(graph, next, other));
}

/** Address of a release, by its name. */
export function releaseAddress(stack: Synthesised, name: string): string {
  const found = Object.entries<Json>(stack.json.resource.helm_release).find(
    ([, block]) => block.name === name,
  );
  if (!found) throw new Error(`there is no release called ${name}`);
  return `helm_release.${found[0]}`;
}

export const releases = (...stacks: Synthesised[]): Json[] => blocks('helm_release', ...stacks);
