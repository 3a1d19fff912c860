import type { App } from 'cdktf';
import type { HoldfastStack } from '../constructs/core/stack';
import {
  type AwsDeployment,
  type Deployment,
  isAws,
  type LocalDeployment,
  type NamedAccount,
} from '../environments/load';
import { AppStack, LocalAppStack } from './app';
import { BackupStack } from './backup';
import { BootstrapStack } from './bootstrap';
import { ClusterStack } from './cluster';
import { DataStack } from './data';
import { StandbyDataStack } from './data-standby';
import { LocalObservabilityStack } from './local-observability';
import { NetworkStack } from './network';
import { ObservabilityStack } from './observability';
import { PlatformStack } from './platform';
import { isStandby } from './props';

/** Builds every stack of every account and environment, in the order in which they deploy. */
export function buildStacks(
  app: App,
  loaded: { readonly accounts: readonly NamedAccount[]; readonly deployments: readonly Deployment[] },
): HoldfastStack[] {
  return [
    ...loaded.accounts.map(
      (account) => new BootstrapStack(app, account, environmentsOf(account, loaded.deployments)),
    ),
    ...loaded.deployments.flatMap((deployment) =>
      isAws(deployment) ? awsStacks(app, deployment) : localStacks(app, deployment),
    ),
  ];
}

/** The environments that live in an account. */
const environmentsOf = (account: NamedAccount, deployments: readonly Deployment[]) =>
  deployments
    .filter(isAws)
    .filter((deployment) => deployment.account.name === account.name)
    .map(({ environment }) => environment);

function awsStacks(app: App, deployment: AwsDeployment): HoldfastStack[] {
  const network = new NetworkStack(app, deployment);
  if (isStandby(deployment)) return [network, ...standby(app, deployment, network)];
  const cluster = new ClusterStack(app, deployment, { network });
  const data = new DataStack(app, deployment, { network, cluster });
  const platform = new PlatformStack(app, deployment, { network, cluster, data });
  const watching = deployment.environment.observability.enabled
    ? [new ObservabilityStack(app, deployment, { network, cluster, data, platform })]
    : [];
  const saving = deployment.environment.backup.enabled
    ? [new BackupStack(app, deployment, { network, cluster, data, platform })]
    : [];
  // Their alerts are handed in as well, and what they save of the monitoring has to be there.
  for (const stack of saving) for (const watched of watching) stack.addDependency(watched);
  const service = new AppStack(app, deployment, { network, cluster, data, platform });
  // It reads nothing of the monitoring, whose webhook has to stand, all the same, before rules are handed in.
  for (const stack of watching) service.addDependency(stack);
  // Saved from its first day on.
  for (const stack of saving) service.addDependency(stack);
  return [network, cluster, data, platform, ...watching, ...saving, service];
}

/** What of an environment stands by, besides its network: nothing, where the database comes from backups. */
const standby = (app: App, deployment: AwsDeployment, network: NetworkStack): HoldfastStack[] =>
  deployment.environment.recovery?.database.from === 'replica'
    ? [new StandbyDataStack(app, deployment, { network })]
    : [];

function localStacks(app: App, deployment: LocalDeployment): HoldfastStack[] {
  return [new LocalAppStack(app, deployment), new LocalObservabilityStack(app, deployment)];
}
