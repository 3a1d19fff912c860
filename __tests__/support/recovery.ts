import { dirname } from 'node:path';
import { oncePerRun } from '../../app/test/support/run-directory';
import type { AwsDeployment } from '../../environments/load';
import type { AwsEnvironmentInput } from '../../environments/schema';
import type { SynthesisedStack } from '../../tools/lib/synthesise';
import { account, delegated, deployment, type Json } from '../constructs/aws-fixture';
import { remove, synthesiseForTest } from './shipped';

/** As production has to be, with a name of its own and room in its second region. */
export const source = {
  ...delegated,
  name: 'first',
  network: { ...delegated.network, recoveryCidr: '10.98.0.0/16' },
} satisfies AwsEnvironmentInput;

/** Another region of it. */
export const second = (
  role: 'standby' | 'active',
  recovery: Partial<NonNullable<AwsEnvironmentInput['recovery']>> = {},
) =>
  ({
    ...source,
    name: 'second',
    region: 'eu-central-1',
    recoveryRegion: undefined,
    recovery: { of: 'first', role, ...recovery },
    network: {
      ...source.network,
      cidr: '10.98.0.0/16',
      recoveryCidr: undefined,
      zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
    },
    backup: { ...source.backup, regionCopies: undefined },
  }) satisfies AwsEnvironmentInput;

/** Both, each knowing the other, and the bootstrap of their account. */
function synthesisedPair(other: ReturnType<typeof second>): readonly SynthesisedStack[] {
  const [first, recovering] = [deployment(source), deployment(other)];
  const deployments: AwsDeployment[] = [
    { ...first, recoveredBy: recovering.environment },
    { ...recovering, recovers: first.environment },
  ];
  const github = {
    repository: 'acme/platform',
    provider: 'managed',
    branch: 'main',
    clusterPlans: false,
    sessionHours: 2,
  } as const;
  const synthesis = synthesiseForTest({ accounts: [{ ...account, github }], deployments });
  remove(dirname(synthesis.outdir));
  return synthesis.stacks;
}

const byName = (stacks: readonly SynthesisedStack[]): Readonly<Record<string, Json>> =>
  Object.fromEntries(stacks.map((stack) => [stack.name, stack.json]));

export const pairOf = (other: ReturnType<typeof second>): Readonly<Record<string, Json>> =>
  byName(synthesisedPair(other));
export const standby = (): Readonly<Record<string, Json>> =>
  byName(oncePerRun('recovery-standby', () => synthesisedPair(second('standby'))));
/** Gone over, with the name. */
export const activePair = (): readonly SynthesisedStack[] =>
  oncePerRun('recovery-active', () => synthesisedPair(second('active', { traffic: 'here' })));
export const active = (): Readonly<Record<string, Json>> => byName(activePair());
