import type { Release } from '@cdktf/provider-helm/lib/release';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type KubernetesObject, RawObjects } from '../kubernetes/raw-objects';
import { RestrictedNamespace, type RestrictedNamespaceProps } from '../kubernetes/restricted-namespace';
import { type LoadBalancerProps, loadBalancer } from './load-balancer';
import { mayRoute, publicGateway } from './names';

export interface PublicGatewayProps extends LoadBalancerProps {
  readonly podSecurityVersion: RestrictedNamespaceProps['podSecurityVersion'];
  /** Release of the controller, which must be there until the load balancer is gone. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * The way in from the internet: one load balancer that ends TLS, asks the firewall, sends plain HTTP to HTTPS, and
 * takes the routes of namespaces labelled `mayRoute`. Removing it removes the load balancer and its address.
 */
export class PublicGateway extends Construct {
  readonly release: Release;

  constructor(scope: Construct, id: string, props: PublicGatewayProps) {
    super(scope, id);
    // Its own, so that who may change routes can't change listeners.
    const home = new RestrictedNamespace(this, 'namespace', {
      name: publicGateway.namespace,
      podSecurityVersion: props.podSecurityVersion,
    });
    const objects = new RawObjects(this, 'objects', {
      releaseName: 'public-gateway',
      namespace: publicGateway.namespace,
      objects: [gatewayClass, configuration(props), gateway, redirect],
      dependsOn: [home.resource, ...props.dependsOn],
      // Removing waits for the load balancer to be gone.
      timeoutSeconds: 1800,
    });
    this.release = objects.release;
  }
}

const { namespace, name, className, controllerName, listeners } = publicGateway;
const gatewayApi = 'gateway.networking.k8s.io';
const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'holdfast-platform' };

const gatewayClass: KubernetesObject = {
  apiVersion: `${gatewayApi}/v1`,
  kind: 'GatewayClass',
  metadata: { name: className, labels },
  spec: { controllerName },
};

const configuration = (props: LoadBalancerProps): KubernetesObject => ({
  apiVersion: 'gateway.k8s.aws/v1',
  kind: 'LoadBalancerConfiguration',
  metadata: { name, namespace, labels },
  spec: loadBalancer(props),
});

/** Certificates are the configuration's: the controller takes none of a listener's `certificateRefs`. */
const gateway: KubernetesObject = {
  apiVersion: `${gatewayApi}/v1`,
  kind: 'Gateway',
  metadata: { name, namespace, labels },
  spec: {
    gatewayClassName: className,
    infrastructure: {
      parametersRef: { group: 'gateway.k8s.aws', kind: 'LoadBalancerConfiguration', name },
    },
    listeners: [
      {
        name: listeners.http,
        protocol: 'HTTP',
        port: 80,
        // The redirect below, and nothing that would answer without TLS.
        allowedRoutes: { namespaces: { from: 'Same' } },
      },
      {
        name: listeners.https,
        protocol: 'HTTPS',
        port: 443,
        allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { ...mayRoute } } } },
      },
    ],
  },
};

/** Without names, so that no record is made for it and it holds for all of them. */
const redirect: KubernetesObject = {
  apiVersion: `${gatewayApi}/v1`,
  kind: 'HTTPRoute',
  metadata: { name: 'redirect-to-https', namespace, labels },
  spec: {
    parentRefs: [{ group: gatewayApi, kind: 'Gateway', name, namespace, sectionName: listeners.http }],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        filters: [
          { type: 'RequestRedirect', requestRedirect: { scheme: 'https', port: 443, statusCode: 301 } },
        ],
      },
    ],
  },
};
