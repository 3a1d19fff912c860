import type { Construct } from 'constructs';
import { charts } from './charts';
import { Controller, type ControllerPlace } from './controller';
import {
  type ContainerResources,
  type ContainerSecurity,
  containerSecurity,
  controllerPriority,
  type PodSecurity,
  podSecurity,
  resources,
} from './hardening';
import { namespaces } from './names';

type ThreeParts<Part> = { readonly operator: Part; readonly metricServer: Part; readonly webhooks: Part };
type Spread = {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: 'ScheduleAnyway';
  readonly labelSelector: { readonly matchLabels: { readonly app: string } };
}[];
export type KedaValues = {
  readonly clusterName: string;
  readonly crds: {
    readonly install: true;
    readonly additionalAnnotations: { readonly 'helm.sh/resource-policy': 'keep' };
  };
  readonly operator: { readonly replicaCount: number };
  readonly metricsServer: { readonly replicaCount: number };
  readonly webhooks: { readonly replicaCount: number; readonly failurePolicy: 'Ignore' };
  readonly podDisruptionBudget: ThreeParts<{ readonly maxUnavailable: number }>;
  readonly podSecurityContext: ThreeParts<PodSecurity>;
  readonly securityContext: ThreeParts<ContainerSecurity>;
  readonly resources: ThreeParts<ContainerResources>;
  readonly topologySpreadConstraints: {
    readonly operator: Spread;
    readonly metricsServer: Spread;
    readonly webhooks: Spread;
  };
  readonly priorityClassName: string;
  /** The default lets it read every Secret of the cluster, for triggers that log in; ours don't. */
  readonly permissions: {
    readonly operator: { readonly restrict: { readonly secret: true } };
    readonly metricServer: { readonly restrict: { readonly secret: true } };
  };
  readonly rbac: {
    readonly create: true;
    readonly enabledCustomScaledRefKinds: false;
  };
};

export interface KedaProps extends ControllerPlace {
  /** Name of the cluster, for its logs and events. */
  readonly clusterName: string;
  /** Port of the Prometheus that triggers ask; default: none is asked. */
  readonly prometheusPort?: number;
}

/** Scales workloads by what they have to do, through autoscalers that it makes and feeds. */
export class Keda extends Controller<KedaValues> {
  constructor(scope: Construct, id: string, { clusterName, prometheusPort, ...place }: KedaProps) {
    super(scope, id, {
      ...place,
      chart: charts.keda,
      releaseName: 'keda',
      namespace: namespaces.keda,
      ports: {
        // The external metrics API, and the webhook.
        apiServerPorts: [6443, 9443],
        metricsPorts: [8080],
        egressPorts: prometheusPort === undefined ? [] : [prometheusPort],
      },
      values: values(clusterName),
    });
  }
}

const each = <Part>(part: Part): ThreeParts<Part> => ({ operator: part, metricServer: part, webhooks: part });

const spread = (app: string): Spread => [
  {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { app } },
  },
];

const values = (clusterName: string): KedaValues => ({
  clusterName,
  crds: { install: true, additionalAnnotations: { 'helm.sh/resource-policy': 'keep' } },
  operator: { replicaCount: 2 },
  metricsServer: { replicaCount: 2 },
  // It only tells people of mistakes early: without it nothing must stand still.
  webhooks: { replicaCount: 2, failurePolicy: 'Ignore' },
  podDisruptionBudget: each({ maxUnavailable: 1 }),
  podSecurityContext: each(podSecurity),
  securityContext: each(containerSecurity),
  resources: {
    operator: resources('100m', '128Mi', '512Mi'),
    metricServer: resources('50m', '96Mi', '384Mi'),
    webhooks: resources('25m', '64Mi', '192Mi'),
  },
  topologySpreadConstraints: {
    operator: spread('keda-operator'),
    metricsServer: spread('keda-operator-metrics-apiserver'),
    webhooks: spread('keda-admission-webhooks'),
  },
  priorityClassName: controllerPriority,
  permissions: {
    operator: { restrict: { secret: true } },
    metricServer: { restrict: { secret: true } },
  },
  // Deployments and StatefulSets alone, rather than every kind that can be scaled.
  rbac: { create: true, enabledCustomScaledRefKinds: false },
});
