import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../../constructs/core/errors';
import { type Deployment, isAws, type LoadedEnvironments } from '../../../environments/load';
import type { StackInput, Tier } from '../../../gates';
import { closest } from '../plan/select';
import { readAndSynthesise } from '../run-synth';
import type { SynthesisedStack } from '../synthesise';

export interface ToJudge {
  readonly facts: {
    readonly name: string;
    readonly tier: Tier;
    readonly singletons: Readonly<Record<string, string>>;
  };
  readonly stacks: readonly StackInput[];
}

/** Synthesises what was asked for. Undefined where that fails, which is told; throws on names that nobody knows. */
export function environmentsToJudge(
  loaded: LoadedEnvironments,
  names: readonly string[],
): readonly ToJudge[] | undefined {
  if (loaded.ok) refuseUnknown(loaded.deployments, names);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-gates-'));
  try {
    const done = readAndSynthesise(loaded, join(folder, 'cdktf.out'));
    if (!done) return undefined;
    return done.loaded.deployments
      .filter(({ environment }) => names.includes(environment.name))
      .map((deployment) => toJudge(deployment, done.synthesis.stacks));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An environment's stacks with its account's bootstrap, and what the account has from elsewhere. */
export function toJudge(deployment: Deployment, stacks: readonly SynthesisedStack[]): ToJudge {
  const { name, tier } = deployment.environment;
  const account = isAws(deployment) ? deployment.account : undefined;
  const own = stacks.filter((stack) => stack.environment === name);
  // Bootstrap's component is its account's name.
  const bootstrap = stacks.filter(
    ({ environment, component }) => environment === 'bootstrap' && component === account?.name,
  );
  const security = Object.entries(account?.security ?? {}).map(([key, value]) => [key, String(value)]);
  return {
    facts: {
      name,
      tier,
      singletons: Object.fromEntries([
        ...security,
        ...(account ? [['costAnomalies', account.costAnomalies.monitor]] : []),
      ]),
    },
    stacks: [
      ...bootstrap.map((stack) => ({ name: stack.name, component: 'bootstrap', json: stack.json })),
      ...own.map((stack) => ({ name: stack.name, component: stack.component, json: stack.json })),
    ],
  };
}

function refuseUnknown(deployments: readonly Deployment[], names: readonly string[]): void {
  const known = deployments.map(({ environment }) => environment.name);
  const problems = names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const close = closest(name, known);
      return `there is no environment "${name}": ${close ? `did you mean ${close}?` : `they are ${known.join(', ')}`}`;
    });
  if (problems.length > 0) throw new ConfigurationError(problems);
}
