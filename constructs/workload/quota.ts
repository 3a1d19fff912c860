import { LimitRangeV1 } from '@cdktf/provider-kubernetes/lib/limit-range-v1';
import { ResourceQuotaV1 } from '@cdktf/provider-kubernetes/lib/resource-quota-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { sharedLabels } from './labels';
import { migrationResources } from './migration';
import { ephemeralStorageMiB, type Resources } from './pod-template';
import { surgeShare } from './service-role';

/** One role at its largest. */
export interface Demand extends Resources {
  readonly maxReplicas: number;
}

/** Sums over all pods of a namespace. */
export interface Quota {
  readonly pods: number;
  readonly cpuMillis: number;
  readonly memoryMiB: number;
  readonly ephemeralRequestMiB: number;
  readonly ephemeralLimitMiB: number;
}

/**
 * Pods of a role that there can be at once: all replicas, those that an update starts before it ends any, and those that
 * are ended but still drain, which count until they are gone. In the worst case that is every old replica.
 */
export const podsAtOnce = (maxReplicas: number): number =>
  2 * maxReplicas + Math.ceil(maxReplicas * surgeShare);

/**
 * As much as the roles can ever need at once, with one Job beside them: the quota stops what runs away, never an update
 * at the largest scale.
 */
export function quotaFor(roles: readonly Demand[], job: Resources = migrationResources): Quota {
  const demands = [
    ...roles.map((role) => ({ ...role, pods: podsAtOnce(role.maxReplicas) })),
    // Its pod is tried again while the one that failed is still going.
    { ...job, pods: 2 },
  ];
  const pods = sum(demands.map((demand) => demand.pods));
  return {
    pods,
    cpuMillis: sum(demands.map((demand) => demand.pods * demand.cpuMillis)),
    memoryMiB: sum(demands.map((demand) => demand.pods * demand.memoryMiB)),
    ephemeralRequestMiB: pods * ephemeralStorageMiB.request,
    ephemeralLimitMiB: pods * ephemeralStorageMiB.limit,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

export interface NamespaceQuotaProps {
  readonly namespace: string;
  readonly owner: string;
  readonly roles: readonly Demand[];
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Bounds on the service's namespace: all pods together, and each container that says nothing itself. */
export class NamespaceQuota extends Construct {
  /** Pods start after it, or they would not be counted against it. */
  readonly resources: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: NamespaceQuotaProps) {
    super(scope, id);
    const metadata = { name: 'holdfast', namespace: props.namespace, labels: sharedLabels(props.owner) };
    const dependsOn = [...props.dependsOn];
    const quota = quotaFor(props.roles);
    const largest = Math.max(migrationResources.memoryMiB, ...props.roles.map((role) => role.memoryMiB));
    this.resources = [
      new ResourceQuotaV1(this, 'quota', {
        metadata,
        spec: {
          hard: {
            pods: `${quota.pods}`,
            // No limit on CPU: a quota for it would demand one of every pod (ADR 0004).
            'requests.cpu': `${quota.cpuMillis}m`,
            'requests.memory': `${quota.memoryMiB}Mi`,
            'limits.memory': `${quota.memoryMiB}Mi`,
            'requests.ephemeral-storage': `${quota.ephemeralRequestMiB}Mi`,
            'limits.ephemeral-storage': `${quota.ephemeralLimitMiB}Mi`,
            // Each would be a load balancer or a port past the Gateway, or data that nothing backs up.
            'services.loadbalancers': '0',
            'services.nodeports': '0',
            persistentvolumeclaims: '0',
          },
        },
        dependsOn,
      }),
      new LimitRangeV1(this, 'limits', {
        metadata,
        spec: {
          limit: [
            {
              type: 'Container',
              default: { memory: '128Mi', 'ephemeral-storage': `${ephemeralStorageMiB.limit}Mi` },
              defaultRequest: {
                cpu: '50m',
                memory: '128Mi',
                'ephemeral-storage': `${ephemeralStorageMiB.request}Mi`,
              },
              max: { memory: `${largest}Mi`, 'ephemeral-storage': `${ephemeralStorageMiB.limit}Mi` },
            },
          ],
        },
        dependsOn,
      }),
    ];
  }
}
