import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { fromEach, nameResolution, nodeNameResolution, tcp, to } from './network-policies';
import type { WebServiceProps } from './web-service';

export interface WebServiceNetworkProps
  extends Pick<WebServiceProps, 'port' | 'healthPort' | 'egress' | 'resolverOnNode' | 'route'> {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
  };
  readonly selector: Record<string, string>;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Closed in both directions but for its own namespace, names, what it may ask, and the load balancer if routes lead to it. */
export class WebServiceNetwork extends Construct {
  readonly policies: readonly NetworkPolicyV1[];

  constructor(scope: Construct, id: string, props: WebServiceNetworkProps) {
    super(scope, id);
    const { metadata } = props;
    const dependsOn = [...props.dependsOn];
    const closed = new NetworkPolicyV1(this, 'default-deny', {
      metadata: { ...metadata, name: 'default-deny' },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      dependsOn,
    });
    const open = new NetworkPolicyV1(this, 'policy', {
      metadata,
      spec: {
        podSelector: { matchLabels: props.selector },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [{ podSelector: {} }], ports: [tcp(props.port)] }],
        egress: [props.resolverOnNode ? nodeNameResolution : nameResolution, ...(props.egress ?? []).map(to)],
      },
      dependsOn,
    });
    if (props.route) {
      fromEach(open, props.route.loadBalancerCidrs, [
        ...new Set([props.port, props.healthPort ?? props.port]),
      ]);
    }
    this.policies = [closed, open];
  }
}
