import { HorizontalPodAutoscalerV2 } from '@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { ServiceRoleName } from '../../app/src/contract';
import { priorityClasses } from '../platform/names';
import { workloadLabels } from './labels';
import { workloadName } from './names';

/** What adds and removes replicas. One per role: KEDA brings an autoscaler of its own, and two would fight. */
export interface Scaler {
  readonly kind: 'hpa';
  /** Percent of the requested CPU that replicas use on average. */
  readonly cpuPercent: number;
}

/** A role that the contract adds doesn't compile until it stands here. */
export const roleScaling: Record<
  ServiceRoleName,
  { readonly scaler: Scaler; readonly priorityClass: string }
> = {
  gateway: { scaler: { kind: 'hpa', cpuPercent: 70 }, priorityClass: priorityClasses.serving.name },
  collector: { scaler: { kind: 'hpa', cpuPercent: 70 }, priorityClass: priorityClasses.serving.name },
  worker: { scaler: { kind: 'hpa', cpuPercent: 70 }, priorityClass: priorityClasses.background.name },
};

export interface RoleAutoscalerProps {
  readonly role: ServiceRoleName;
  readonly namespace: string;
  readonly owner: string;
  readonly replicas: { readonly min: number; readonly max: number };
  readonly scaler: Scaler;
  readonly dependsOn: readonly ITerraformDependable[];
}

export class RoleAutoscaler extends Construct {
  constructor(scope: Construct, id: string, props: RoleAutoscalerProps) {
    super(scope, id);
    const name = workloadName(props.role);
    new HorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata: {
        name,
        namespace: props.namespace,
        labels: workloadLabels(props.role, name, props.owner),
      },
      spec: {
        minReplicas: props.replicas.min,
        maxReplicas: props.replicas.max,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        metric: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: { type: 'Utilization', averageUtilization: props.scaler.cpuPercent },
            },
          },
        ],
      },
      dependsOn: [...props.dependsOn],
    });
  }
}
