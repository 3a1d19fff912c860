import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { oncePerRun } from '../../app/test/support/run-directory';
import { type AwsDeployment, isAws, type NamedAccount } from '../../environments/load';
import { type ToJudge, toJudge } from '../../tools/lib/gates/environments';
import type { SynthesisedStack } from '../../tools/lib/synthesise';
import { account, delegated, deployment, optional } from '../constructs/aws-fixture';
import { stacksOf } from './every-stack';
import { goldenFolder } from './golden';
import { loaded } from './shipped';

/** Shipped environments with their golden files: what Terraform gets, without synthesising it once more. */
export function goldenEnvironments(): Record<string, ToJudge> {
  const stack = (environment: string, folder: string, file: string): SynthesisedStack => {
    const component = file.replace('.json', '');
    return {
      name: folder === 'bootstrap' ? `bootstrap-${component}` : `${environment}-${component}`,
      environment: folder === 'bootstrap' ? 'bootstrap' : environment,
      component,
      json: JSON.parse(readFileSync(join(goldenFolder, folder, file), 'utf8')),
      milliseconds: 0,
    };
  };
  const all = loaded().deployments.filter(({ environment }) =>
    readdirSync(goldenFolder).includes(environment.name),
  );
  return Object.fromEntries(
    all.map((one) => {
      const { name } = one.environment;
      const own = readdirSync(join(goldenFolder, name)).map((file) => stack(name, name, file));
      const bootstrap = isAws(one) ? [stack(name, 'bootstrap', `${one.account.name}.json`)] : [];
      return [name, toJudge(one, [...bootstrap, ...own])];
    }),
  );
}

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

/** What no shipped environment has: a delegated name with its firewall, Karpenter, GitHub’s roles, a password policy. */
export function otherEnvironments(): Record<string, ToJudge> {
  const inputs = [
    { ...delegated, account: 'watched' },
    { ...optional, account: 'watched' },
  ];
  const stacks = oncePerRun('gate-environments', () => stacksOf(inputs, watched));
  const of = (input: (typeof inputs)[number]): ToJudge => {
    const one: AwsDeployment = { ...deployment(input), account: watched };
    return toJudge(one, stacks);
  };
  const [first, second] = inputs as [(typeof inputs)[number], (typeof inputs)[number]];
  return { delegated: of(first), everything: of(second), watched: of(first) };
}
