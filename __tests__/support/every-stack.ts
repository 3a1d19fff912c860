import { dirname } from 'node:path';
import { oncePerRun } from '../../app/test/support/run-directory';
import type { NamedAccount } from '../../environments/load';
import type { AwsEnvironmentInput } from '../../environments/schema';
import { type Resource, resourcesOf } from '../../tools/lib/stack-json';
import type { Synthesis, SynthesisedStack } from '../../tools/lib/synthesise';
import { account, automatic, big, deployment, optional, small } from '../constructs/aws-fixture';
import { activePair } from './recovery';
import { deployable, loaded, remove, synthesiseForTest } from './shipped';

/** An account with everything on: GitHub deploys, runtime agents watch. */
const watched: NamedAccount = {
  ...account,
  name: 'watched',
  security: { ...account.security, passwordPolicy: 'managed', runtimeAgents: true },
  github: {
    repository: 'acme/platform',
    provider: 'managed',
    sessionHours: 2,
    branch: 'main',
    clusterPlans: false,
  },
};

/** Stacks of environments that no file describes. */
export function stacksOf(
  environments: readonly AwsEnvironmentInput[],
  inAccount: NamedAccount = account,
): readonly SynthesisedStack[] {
  return synthesised({
    accounts: [inAccount],
    deployments: environments.map((environment) => ({ ...deployment(environment), account: inAccount })),
  }).stacks;
}

function synthesised(what: Parameters<typeof synthesiseForTest>[0]): Synthesis {
  const synthesis = synthesiseForTest(what);
  remove(dirname(synthesis.outdir));
  return synthesis;
}

/**
 * All stacks of what is shipped, of the cheapest environment, of production, with every option on, on EKS Auto Mode, and in two regions:
 * what holds of each resource here holds of everything that Holdfast makes.
 */
export const everyStack: readonly SynthesisedStack[] = oncePerRun('every-stack', () => [
  ...synthesised(deployable(loaded())).stacks,
  ...stacksOf([small, big, automatic]),
  ...stacksOf([{ ...optional, account: 'watched' }], watched),
  ...activePair(),
]);

/** A resource with the stack that it is in. */
export interface Placed extends Resource {
  readonly stack: SynthesisedStack;
  /** For messages. */
  readonly where: string;
}

/** Every resource that Terraform manages, of one type or of all. */
export const everyResource = (type?: string): Placed[] =>
  everyStack.flatMap((stack) =>
    resourcesOf(stack.json)
      .filter((resource) => resource.mode === 'managed' && (type === undefined || resource.type === type))
      .map((resource) => ({ ...resource, stack, where: `${stack.name}: ${resource.address}` })),
  );

/** Every string in a resource with its dotted path, cdktf's own notes left out. */
export function everyText(node: unknown, path = ''): { readonly path: string; readonly text: string }[] {
  if (typeof node === 'string') return [{ path, text: node }];
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '//' ? [] : everyText(value, Array.isArray(node) ? path : path === '' ? key : `${path}.${key}`),
  );
}
