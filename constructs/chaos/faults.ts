import type {
  FisExperimentTemplateAction,
  FisExperimentTemplateTarget,
} from '@cdktf/provider-aws/lib/fis-experiment-template';
import { serviceRoleNames } from '../../app/src/contract';
import { arnIn, type Place } from '../identity/place';
import type { Statement } from '../identity/policy';
import { serviceNamespace } from '../workload/names';
import { faultServiceAccount, faultTag } from './names';

/** What an experiment consists of. */
export interface Fault {
  readonly targets: readonly FisExperimentTemplateTarget[];
  readonly actions: readonly FisExperimentTemplateAction[];
  readonly statements: readonly Statement[];
}

/** Whose things may be broken. */
export interface Victim extends Place {
  /** Of the environment, as its tag says. */
  readonly environment: string;
  /** Of its resources, such as holdfast-staging: cluster, primary and replication group are called so. */
  readonly name: string;
  readonly minutes: number;
}

const tags = (all: Readonly<Record<string, string>>) =>
  Object.entries(all).map(([key, value]) => ({ key, value }));
const parameters = tags;
/** This environment's, and meant to be broken. */
const own = ({ environment }: Victim) => ({ environment, ...faultTag });
const isOwn = (victim: Victim) =>
  ({
    StringEquals: {
      'aws:ResourceTag/environment': victim.environment,
      'aws:ResourceTag/AzImpairmentPower': faultTag.AzImpairmentPower,
    },
  }) as const;
export const lasting = ({ minutes }: Victim): string => `PT${minutes}M`;

/** EKS and Karpenter put this tag on every instance of a cluster: the bastion has it not. */
export const nodesOf = (victim: Victim, name: string, more: Partial<FisExperimentTemplateTarget> = {}) => ({
  name,
  resourceType: 'aws:ec2:instance',
  resourceTag: tags({ ...own(victim), [`kubernetes.io/cluster/${victim.name}`]: 'owned' }),
  selectionMode: 'ALL',
  ...more,
  filter: [{ path: 'State.Name', values: ['running'] }, ...(Array.isArray(more.filter) ? more.filter : [])],
});

/** One pod of each role, at once and without a word. */
export const podKill = (victim: Victim, image: string): Fault => ({
  targets: serviceRoleNames.map((role) => ({
    name: role,
    resourceType: 'aws:eks:pod',
    selectionMode: 'COUNT(1)',
    // Pods have neither tags nor ARNs: cluster, namespace and label say which.
    parameters: {
      clusterIdentifier: victim.name,
      namespace: serviceNamespace,
      selectorType: 'labelSelector',
      selectorValue: `app.kubernetes.io/component=${role}`,
    },
  })),
  actions: serviceRoleNames.map((role) => ({
    name: `kill-${role}`,
    actionId: 'aws:eks:pod-delete',
    target: { key: 'Pods', value: role },
    parameter: parameters({
      kubernetesServiceAccount: faultServiceAccount,
      gracePeriodSeconds: '0',
      fisPodContainerImage: image,
      fisPodSecurityPolicy: 'restricted',
    }),
  })),
  statements: [
    {
      sid: 'ReachTheCluster',
      actions: 'eks:DescribeCluster',
      resources: arnIn(victim, 'eks', `cluster/${victim.name}`),
    },
    { sid: 'LookAtSubnets', actions: 'ec2:DescribeSubnets', resources: '*' },
  ],
});

/** One node, at once. */
export const nodeKill = (victim: Victim): Fault => ({
  targets: [nodesOf(victim, 'node', { selectionMode: 'COUNT(1)' })],
  actions: [
    {
      name: 'terminate',
      actionId: 'aws:ec2:terminate-instances',
      target: { key: 'Instances', value: 'node' },
    },
  ],
  statements: [
    {
      sid: 'TerminateOwnNodes',
      actions: 'ec2:TerminateInstances',
      resources: arnIn(victim, 'ec2', 'instance/*'),
      conditions: isOwn(victim),
    },
    { sid: 'LookAtInstances', actions: 'ec2:DescribeInstances', resources: '*' },
  ],
});

/**
 * The standby takes over.
 *
 * @param zone only if the primary is there. Default: wherever it is.
 */
export const databaseFailover = (victim: Victim, zone?: string): Fault => ({
  targets: [
    {
      name: 'database',
      resourceType: 'aws:rds:db',
      selectionMode: 'ALL',
      // The primary alone has this name: a replica has no standby that could take over.
      resourceTag: tags({ ...own(victim), Name: victim.name }),
      ...(zone ? { parameters: { availabilityZoneIdentifiers: zone } } : {}),
    },
  ],
  actions: [
    {
      name: 'fail-over-database',
      actionId: 'aws:rds:reboot-db-instances',
      target: { key: 'DBInstances', value: 'database' },
      parameter: parameters({ forceFailover: 'true' }),
    },
  ],
  statements: [
    {
      sid: 'FailOverOwnDatabase',
      actions: 'rds:RebootDBInstance',
      resources: arnIn(victim, 'rds', `db:${victim.name}`),
      conditions: isOwn(victim),
    },
    {
      sid: 'LookAtDatabases',
      actions: 'rds:DescribeDBInstances',
      resources: arnIn(victim, 'rds', 'db:*'),
    },
  ],
});

/** The cache's nodes of one zone go, and none comes back there meanwhile: a replica elsewhere takes over. */
export const cacheInterruption = (victim: Victim, zone: string): Fault => ({
  targets: [
    {
      name: 'cache',
      resourceType: 'aws:elasticache:replicationgroup',
      selectionMode: 'ALL',
      // This kind of target knows no ARNs.
      resourceTag: tags(own(victim)),
      parameters: { availabilityZoneIdentifier: zone },
    },
  ],
  actions: [
    {
      name: 'interrupt-cache',
      actionId: 'aws:elasticache:replicationgroup-interrupt-az-power',
      target: { key: 'ReplicationGroups', value: 'cache' },
      parameter: parameters({ duration: lasting(victim) }),
    },
  ],
  statements: [
    {
      sid: 'InterruptOwnCache',
      actions: 'elasticache:InterruptClusterAzPower',
      resources: arnIn(victim, 'elasticache', 'replicationgroup:*'),
      conditions: isOwn(victim),
    },
    {
      sid: 'LookAtCaches',
      actions: 'elasticache:DescribeReplicationGroups',
      resources: arnIn(victim, 'elasticache', 'replicationgroup:*'),
    },
  ],
});

export { isOwn, own, parameters, tags };
