import { Construct } from 'constructs';
import { karpenterNames } from '../cluster/karpenter-names';
import { ChartRelease } from './chart-release';
import { charts } from './charts';
import { Controller, type ControllerPlace } from './controller';
import {
  type ContainerResources,
  controllerPriority,
  type PodSecurity,
  podSecurity,
  resources,
} from './hardening';
import { controllers } from './names';

/** The chart writes the container's security context itself: non-root, read-only, without capabilities. */
export type KarpenterValues = {
  readonly replicas: number;
  readonly serviceAccount: { readonly create: true; readonly name: string };
  readonly podSecurityContext: PodSecurity & { readonly fsGroup: number };
  readonly podDisruptionBudget: { readonly name: string; readonly maxUnavailable: number };
  readonly priorityClassName: string;
  readonly topologySpreadConstraints: readonly {
    readonly maxSkew: number;
    readonly topologyKey: string;
    readonly whenUnsatisfiable: 'ScheduleAnyway';
  }[];
  readonly controller: { readonly resources: ContainerResources };
  readonly serviceMonitor: { readonly enabled: false };
  readonly settings: {
    readonly clusterName: string;
    readonly interruptionQueue: string;
    readonly eksControlPlane: true;
    readonly isolatedVPC: boolean;
  };
};

export interface KarpenterControllerProps extends ControllerPlace {
  /** Name of the cluster, known at synthesis: the queue is called after it. */
  readonly clusterName: string;
  /** Whether the VPC has no way to AWS but its endpoints: Karpenter then goes by the prices built into it. */
  readonly isolated: boolean;
}

/** Starts and ends nodes as pods ask for them. It runs on nodes that it did not make. */
export class KarpenterController extends Construct {
  readonly release: ChartRelease<KarpenterValues>;

  constructor(scope: Construct, id: string, props: KarpenterControllerProps) {
    super(scope, id);
    const { namespace, serviceAccount } = controllers.karpenter;
    const kinds = new ChartRelease(this, 'kinds', {
      chart: charts.karpenterCrds,
      releaseName: 'karpenter-crd',
      namespace: 'kube-system',
      values: { additionalAnnotations: { 'helm.sh/resource-policy': 'keep' } },
      dependsOn: props.dependsOn,
    });
    const controller = new Controller<KarpenterValues>(this, 'controller', {
      vpcCidr: props.vpcCidr,
      podSecurityVersion: props.podSecurityVersion,
      dependsOn: [kinds.release],
      chart: charts.karpenter,
      releaseName: 'karpenter',
      namespace,
      ports: { metricsPorts: [8080] },
      skipCrds: true,
      values: {
        replicas: 2,
        serviceAccount: { create: true, name: serviceAccount },
        podSecurityContext: { ...podSecurity, fsGroup: 65532 },
        podDisruptionBudget: { name: 'karpenter', maxUnavailable: 1 },
        priorityClassName: controllerPriority,
        // A wish: while a zone is down both replicas have to find a place, to start nodes elsewhere.
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
        ],
        controller: { resources: resources('250m', '512Mi', '1Gi') },
        serviceMonitor: { enabled: false },
        settings: {
          clusterName: props.clusterName,
          interruptionQueue: karpenterNames(props.clusterName).queue,
          eksControlPlane: true,
          isolatedVPC: props.isolated,
        },
      },
    });
    this.release = controller.release;
  }
}
