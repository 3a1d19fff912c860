import type { AlarmTopic } from '../constructs/alarms/topic';
import { Chaos } from '../constructs/chaos';
import type { HoldfastStack } from '../constructs/core/stack';
import type { EncryptionKey } from '../constructs/encryption/key';
import type { AwsDeployment } from '../environments/load';
import { roleArn } from './props';

interface FaultExperimentsProps {
  readonly deployment: AwsDeployment;
  /** The cluster's name as known at apply. */
  readonly cluster: string;
  readonly key: EncryptionKey;
  readonly alarms: AlarmTopic;
}

/** What may be broken of an environment, and the alarms of its data stack that end it. */
export function faultExperiments(scope: HoldfastStack, props: FaultExperimentsProps): void {
  const { environment, account } = props.deployment;
  const { cluster, database, cache, network } = environment;
  const name = `holdfast-${environment.name}`;
  new Chaos(scope, 'chaos', {
    ...{ accountId: account.id, region: environment.region },
    ...{ environment: environment.name, name, minutes: environment.chaos.minutes },
    ...{ cluster: props.cluster, key: props.key, alarms: props.alarms },
    // Subnets of an existing VPC are not ours to cut off.
    zones: network.existing ? [] : network.zones,
    nodes: cluster.compute === 'managed',
    launchRoleArn: cluster.karpenter ? roleArn(props.deployment, `${name}-karpenter`) : undefined,
    database: database.multiAz,
    cache: cache.replicas > 0,
    stopAlarms: [
      `${name}-database-primary-cpu`,
      `${name}-database-primary-connections`,
      ...(database.proxy ? [`${name}-database-proxy-borrow-latency`] : []),
    ],
    logRetentionDays: cluster.logRetentionDays,
  });
}
