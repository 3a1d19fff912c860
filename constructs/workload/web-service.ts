import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { HorizontalPodAutoscalerV2 } from '@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import { ServiceV1 } from '@cdktf/provider-kubernetes/lib/service-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { mayRoute, readinessGates } from '../edge/names';
import { PublicRoutes } from '../edge/public-routes';
import type { RouteMatch } from '../edge/route-matches';
import { RawObjects } from '../kubernetes/raw-objects';
import { RestrictedNamespace, type RestrictedNamespaceProps } from '../kubernetes/restricted-namespace';
import { labelValue } from './labels';
import type { Destination } from './network-policies';
import type { Resources } from './pod-template';
import { WebServiceNetwork } from './web-service-network';
import { readinessOf, webServicePod } from './web-service-pod';

export interface WebServiceProps {
  /** Of the namespace and of everything in it; letters, digits and dashes. Changing it replaces everything. */
  readonly name: string;
  /** Team that answers for it. */
  readonly owner: string;
  readonly podSecurityVersion: RestrictedNamespaceProps['podSecurityVersion'];
  /** By digest: `…@sha256:…`. */
  readonly image: string;
  /** Default: the image's own. */
  readonly command?: readonly string[];
  /** Where it answers. Above 1024: its user is nobody special. */
  readonly port: number;
  /** Where it answers probes. Default: `port`. No route leads there. */
  readonly healthPort?: number;
  readonly probes: { readonly startup: string; readonly liveness: string; readonly readiness: string };
  /** Its environment; never a secret, plans print it. Default: none. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly resources: Resources;
  readonly replicas: { readonly min: number; readonly max: number };
  /** Percent of the requested CPU that replicas use on average. Default: 70. */
  readonly cpuPercent?: number;
  readonly priorityClass?: string;
  /** Seconds that it goes on answering after SIGTERM, before it closes: it has to do so itself. */
  readonly drainDelaySeconds: number;
  /** Seconds that it then takes to finish. */
  readonly shutdownSeconds: number;
  /** What it may ask outside of the cluster, besides names. Default: nothing. */
  readonly egress?: readonly Destination[];
  /** As of `WorkloadNetworkPolicy`. Default: false. */
  readonly resolverOnNode?: boolean;
  /** What the world may ask of it. Default: nothing leads to it from outside. */
  readonly route?: {
    readonly hostnames: readonly string[];
    readonly matches: readonly RouteMatch[];
    /** Subnets of the load balancer, as a list that Terraform fills in. */
    readonly loadBalancerCidrs: string[];
  };
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Another service beside Holdfast's own, in a namespace of its own, held to the same: no privileges, a network closed in
 * both directions, replicas apart, updates that lose no request, and the same way in (docs/second-service.md).
 */
export class WebService extends Construct {
  readonly deployment: DeploymentV1;

  constructor(scope: Construct, id: string, props: WebServiceProps) {
    super(scope, id);
    const { name, route } = props;
    const selector = { 'app.kubernetes.io/name': name };
    const labels = {
      ...selector,
      'app.kubernetes.io/instance': name,
      'app.kubernetes.io/part-of': name,
      'app.kubernetes.io/managed-by': 'terraform',
      owner: labelValue(props.owner),
    };
    const metadata = { name, namespace: name, labels };
    const home = new RestrictedNamespace(this, 'namespace', {
      name,
      podSecurityVersion: props.podSecurityVersion,
      labels: route && { ...readinessGates, ...mayRoute },
    });
    const dependsOn = [home.resource, ...props.dependsOn];
    const network = new WebServiceNetwork(this, 'network', { ...props, metadata, selector, dependsOn });
    const account = new ServiceAccountV1(this, 'service-account', {
      metadata,
      automountServiceAccountToken: false,
      dependsOn,
    });
    const service = new ServiceV1(this, 'service', {
      metadata,
      spec: {
        selector,
        port: [{ name: 'http', port: props.port, targetPort: String(props.port), protocol: 'TCP' }],
      },
      dependsOn,
    });
    // Before the pods, which get their readiness gates by it.
    const routes =
      route &&
      new PublicRoutes(this, 'routes', {
        ...metadata,
        ...route,
        port: props.port,
        health: readinessOf(props),
        drainDelaySeconds: props.drainDelaySeconds,
        dependsOn: [...dependsOn, service],
      });
    this.deployment = new DeploymentV1(this, 'deployment', {
      metadata,
      spec: {
        replicas: String(props.replicas.min),
        revisionHistoryLimit: 5,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '0', maxSurge: '25%' } },
        selector: { matchLabels: selector },
        template: { metadata: { labels }, spec: webServicePod(props, selector) },
      },
      // The autoscaler's number is not drift.
      lifecycle: { ignoreChanges: ['spec[0].replicas'] },
      waitForRollout: true,
      timeouts: { create: '15m', update: '15m', delete: '10m' },
      dependsOn: [account, service, ...network.policies, ...(routes ? [routes.release] : []), ...dependsOn],
    });
    new HorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata,
      spec: {
        minReplicas: props.replicas.min,
        maxReplicas: props.replicas.max,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        metric: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: { type: 'Utilization', averageUtilization: props.cpuPercent ?? 70 },
            },
          },
        ],
      },
      dependsOn: [this.deployment],
    });
    new RawObjects(this, 'disruption-budget', {
      releaseName: `${name}-disruption-budget`,
      namespace: name,
      objects: [
        {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata,
          spec: {
            maxUnavailable: 1,
            unhealthyPodEvictionPolicy: 'AlwaysAllow',
            selector: { matchLabels: selector },
          },
        },
      ],
      dependsOn,
    });
  }
}
