import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ChartRelease } from './chart-release';
import { charts } from './charts';
import {
  type ContainerResources,
  type ContainerSecurity,
  containerSecurity,
  controllerPriority,
  type PodSecurity,
  podSecurity,
  resources,
} from './hardening';
import { controllers } from './names';

export type LoadBalancerControllerValues = {
  readonly clusterName: string;
  readonly region: string;
  readonly vpcId: string;
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly defaultTargetType: 'ip';
  readonly enableServiceMutatorWebhook: false;
  readonly keepTLSSecret: true;
  readonly controllerConfig: {
    readonly featureGates: {
      readonly ALBGatewayAPI: true;
      readonly NLBGatewayAPI: false;
      readonly GatewayListenerSet: false;
    };
  };
  readonly replicaCount: number;
  readonly serviceAccount: { readonly create: true; readonly name: string };
  readonly podSecurityContext: PodSecurity & { readonly fsGroup: number };
  readonly securityContext: ContainerSecurity;
  readonly resources: ContainerResources;
  readonly podDisruptionBudget: { readonly maxUnavailable: number };
  readonly priorityClassName: string;
  readonly topologySpreadConstraints: readonly {
    readonly maxSkew: number;
    readonly topologyKey: string;
    readonly whenUnsatisfiable: 'ScheduleAnyway';
    readonly labelSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  }[];
};

export interface LoadBalancerControllerProps {
  readonly clusterName: string;
  readonly region: string;
  /** Given, because pods may not ask the instance's metadata for it. */
  readonly vpcId: string;
  /** On every load balancer, target group and security group that it makes. */
  readonly tags: Readonly<Record<string, string>>;
  /** The kinds of the Gateway API among them. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Makes load balancers for Gateways, and tells pods when theirs sends them requests. The kinds of the Gateway API have
 * to be there when it starts; it brings AWS's own beside them (gateway.k8s.aws).
 */
export class LoadBalancerController extends Construct {
  readonly release: ChartRelease<LoadBalancerControllerValues>;

  constructor(scope: Construct, id: string, props: LoadBalancerControllerProps) {
    super(scope, id);
    const { namespace, serviceAccount } = controllers.loadBalancerController;
    const name = 'aws-load-balancer-controller';
    this.release = new ChartRelease(this, 'chart', {
      chart: charts.loadBalancerController,
      releaseName: name,
      namespace,
      values: {
        clusterName: props.clusterName,
        region: props.region,
        vpcId: props.vpcId,
        defaultTags: props.tags,
        // Pods are targets themselves: no hop over a node's port, and readiness gates work.
        defaultTargetType: 'ip',
        // The webhook would stand in the way of every Service in the cluster while the controller is away.
        enableServiceMutatorWebhook: false,
        // A new certificate at each upgrade would be a difference in every plan, and break webhooks for a moment.
        keepTLSSecret: true,
        // Each said, or the controller would look for the kinds at its start and stay without them in silence. A
        // ListenerSet would let a namespace open listeners of its own.
        controllerConfig: {
          featureGates: { ALBGatewayAPI: true, NLBGatewayAPI: false, GatewayListenerSet: false },
        },
        replicaCount: 2,
        serviceAccount: { create: true, name: serviceAccount },
        podSecurityContext: { ...podSecurity, fsGroup: 65534 },
        securityContext: containerSecurity,
        resources: resources('100m', '128Mi', '384Mi'),
        podDisruptionBudget: { maxUnavailable: 1 },
        priorityClassName: controllerPriority,
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'topology.kubernetes.io/zone',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
          },
        ],
      },
      dependsOn: props.dependsOn,
    });
  }
}
