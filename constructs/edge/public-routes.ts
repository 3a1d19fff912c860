import type { Release } from '@cdktf/provider-helm/lib/release';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { Probe } from '../../app/src/contract';
import { type KubernetesObject, RawObjects } from '../kubernetes/raw-objects';
import { type FailoverRecord, recordAnnotations } from './failover';
import { pairs } from './load-balancer';
import { publicGateway } from './names';
import type { RouteMatch } from './route-matches';

export interface PublicRoutesProps {
  /** Of the Service, its route and its target group. */
  readonly name: string;
  /** Labelled `mayRoute`, or the listener doesn't take the route. */
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Names that it answers to; below the environment's name they get their records from external-dns. */
  readonly hostnames: readonly string[];
  /** What part the names' records play, where another region answers to them too. Default: the only one. */
  readonly records?: FailoverRecord;
  readonly matches: readonly RouteMatch[];
  /** Of the Service, and of its pods. */
  readonly port: number;
  /** What tells the load balancer that a pod takes requests: the pod's own readiness probe. */
  readonly health: Omit<Probe, 'path' | 'port'> & { readonly path: string; readonly port: number };
  /** Seconds that a pod goes on answering after it was told to stop. */
  readonly drainDelaySeconds: number;
  /** The Service. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * What the world may ask of one Service, and how the load balancer treats its pods. Pods come after it: only those that
 * start when their target group is known get a readiness gate.
 */
export class PublicRoutes extends Construct {
  readonly release: Release;

  constructor(scope: Construct, id: string, props: PublicRoutesProps) {
    super(scope, id);
    const objects = new RawObjects(this, 'objects', {
      releaseName: `${props.name}-routes`,
      namespace: props.namespace,
      objects: [targetGroup(props), route(props)],
      dependsOn: props.dependsOn,
      // Removing waits until the load balancer has let go of the target group.
      timeoutSeconds: 1800,
    });
    this.release = objects.release;
  }
}

const metadata = ({ name, namespace, labels }: PublicRoutesProps) => ({ name, namespace, labels });

const targetGroup = (props: PublicRoutesProps): KubernetesObject => ({
  apiVersion: 'gateway.k8s.aws/v1',
  kind: 'TargetGroupConfiguration',
  metadata: metadata(props),
  spec: {
    targetReference: { group: '', kind: 'Service', name: props.name },
    defaultConfiguration: targetGroupOf(props.health, props.drainDelaySeconds),
  },
});

/** How the load balancer treats pods: asks what the kubelet asks, and lets go of them as long as they drain. */
export const targetGroupOf = (health: PublicRoutesProps['health'], drainDelaySeconds: number) => ({
  targetType: 'ip',
  protocol: 'HTTP',
  protocolVersion: 'HTTP1',
  healthCheckConfig: {
    healthCheckProtocol: 'HTTP',
    healthCheckPort: String(health.port),
    healthCheckPath: health.path,
    // AWS's least: a check every 5 s, each within 2 s, two in a row to believe it.
    healthCheckInterval: Math.max(5, health.periodSeconds),
    healthCheckTimeout: Math.max(2, health.timeoutSeconds),
    unhealthyThresholdCount: Math.max(2, health.failureThreshold),
    healthyThresholdCount: 2,
    matcher: { httpCode: '200' },
  },
  targetGroupAttributes: pairs({
    'deregistration_delay.timeout_seconds': String(drainDelaySeconds),
    // A pod is ready when it can take its full share.
    'slow_start.duration_seconds': '0',
    'stickiness.enabled': 'false',
  }),
});

const route = (props: PublicRoutesProps): KubernetesObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: {
    ...metadata(props),
    ...(props.records && { annotations: recordAnnotations(props.records) }),
  },
  spec: {
    parentRefs: [
      {
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        name: publicGateway.name,
        namespace: publicGateway.namespace,
        sectionName: publicGateway.listeners.https,
      },
    ],
    hostnames: props.hostnames,
    rules: [
      {
        matches: props.matches,
        backendRefs: [{ group: '', kind: 'Service', name: props.name, port: props.port, weight: 1 }],
      },
    ],
  },
});
