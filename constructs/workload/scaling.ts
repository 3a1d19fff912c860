import { HorizontalPodAutoscalerV2 } from '@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { ServiceRoleName } from '../../app/src/contract';
import { type KubernetesObject, RawObjects } from '../kubernetes/raw-objects';
import { prometheusAddress } from '../observability/names';
import { sumOfRole } from '../observability/promql';
import { priorityClasses } from '../platform/names';
import { workloadLabels } from './labels';
import { workloadName } from './names';

/** What adds and removes replicas. One per role: KEDA brings an autoscaler of its own, and two would fight. */
export type Scaler =
  | {
      readonly kind: 'hpa';
      /** Percent of the requested CPU that replicas use on average. */
      readonly cpuPercent: number;
    }
  | {
      readonly kind: 'keda';
      readonly cpuPercent: number;
      /** Seconds that the oldest waiting work may be old; twice as old, twice the replicas. */
      readonly lagSeconds: number;
    };

/** A role that the contract adds doesn't compile until it stands here. */
export const roleScaling: Record<
  ServiceRoleName,
  { readonly scaler: Scaler; readonly priorityClass: string }
> = {
  gateway: { scaler: { kind: 'hpa', cpuPercent: 70 }, priorityClass: priorityClasses.serving.name },
  collector: { scaler: { kind: 'hpa', cpuPercent: 70 }, priorityClass: priorityClasses.serving.name },
  worker: {
    // Below the five seconds at which it is an alert.
    scaler: { kind: 'keda', cpuPercent: 70, lagSeconds: 2 },
    priorityClass: priorityClasses.background.name,
  },
};

export interface RoleAutoscalerProps {
  readonly role: ServiceRoleName;
  readonly namespace: string;
  readonly owner: string;
  readonly replicas: { readonly min: number; readonly max: number };
  readonly scaler: Scaler;
  /** Whether there is a Prometheus to ask how far the role is behind; without it `keda` goes by CPU alone. */
  readonly prometheus: boolean;
  readonly dependsOn: readonly ITerraformDependable[];
}

export class RoleAutoscaler extends Construct {
  constructor(scope: Construct, id: string, props: RoleAutoscalerProps) {
    super(scope, id);
    const { scaler } = props;
    if (scaler.kind === 'keda') {
      new RawObjects(this, 'objects', {
        releaseName: `${workloadName(props.role)}-scaling`,
        namespace: props.namespace,
        objects: [scaledObject(props, scaler)],
        dependsOn: props.dependsOn,
      });
      return;
    }
    new HorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata: metadata(props),
      spec: {
        minReplicas: props.replicas.min,
        maxReplicas: props.replicas.max,
        scaleTargetRef: target(props.role),
        metric: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: { type: 'Utilization', averageUtilization: scaler.cpuPercent },
            },
          },
        ],
      },
      dependsOn: [...props.dependsOn],
    });
  }
}

const metadata = ({ role, namespace, owner }: RoleAutoscalerProps) => ({
  name: workloadName(role),
  namespace,
  labels: workloadLabels(role, workloadName(role), owner),
});

const target = (role: ServiceRoleName) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  name: workloadName(role),
});

/**
 * The trigger that asks for more replicas wins. KEDA's own trigger for PostgreSQL would look at the queue itself, but logs
 * in with a password, and our logins have none.
 */
const scaledObject = (
  props: RoleAutoscalerProps,
  scaler: Extract<Scaler, { kind: 'keda' }>,
): KubernetesObject => ({
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: metadata(props),
  spec: {
    scaleTargetRef: target(props.role),
    minReplicaCount: props.replicas.min,
    maxReplicaCount: props.replicas.max,
    pollingInterval: 15,
    // While nobody says how long the queue is, as many as there are, and never fewer than the least: CPU may add to them.
    ...(props.prometheus && {
      fallback: {
        failureThreshold: 4,
        replicas: props.replicas.min,
        behavior: 'currentReplicasIfHigher',
      },
    }),
    triggers: [
      { type: 'cpu', metricType: 'Utilization', metadata: { value: `${scaler.cpuPercent}` } },
      ...(props.prometheus ? [lagTrigger(props.role, scaler.lagSeconds)] : []),
    ],
  },
});

/**
 * Each replica shows the age of the same oldest batch: their sum, divided by the replicas as an average is, is that age.
 * No answer is a failure, not a zero, which would take replicas away while nobody looks.
 */
const lagTrigger = (role: ServiceRoleName, lagSeconds: number) => ({
  type: 'prometheus',
  metricType: 'AverageValue',
  metadata: {
    serverAddress: prometheusAddress,
    query: sumOfRole('holdfast_aggregation_lag_seconds', role),
    threshold: `${lagSeconds}`,
    ignoreNullValues: 'false',
  },
});
