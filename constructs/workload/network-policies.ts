import {
  NetworkPolicyV1,
  type NetworkPolicyV1SpecEgress,
} from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { exporter, type PortName, ports, probes, roles } from '../../app/src/contract';
import { monitoringNamespace } from '../observability/names';
import { type Component, selectorLabels, sharedLabels } from './labels';
import { workloadName } from './names';

interface PolicyProps {
  readonly namespace: string;
  readonly owner: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Somewhere outside the cluster that pods may reach. */
export interface Destination {
  /** Address range; may be filled in by Terraform. */
  readonly cidr: string;
  /** May be filled in by Terraform. */
  readonly port: string;
}

/** The agent on each node that hands pods their AWS credentials (EKS Pod Identity). */
export const podIdentityAgent: Destination = { cidr: '169.254.170.23/32', port: '80' };

/** Nothing in and nothing out for every pod of the namespace; the other policies open what is needed. */
export class DefaultDeny extends Construct {
  readonly policy: NetworkPolicyV1;

  constructor(scope: Construct, id: string, props: PolicyProps) {
    super(scope, id);
    this.policy = new NetworkPolicyV1(this, 'policy', {
      metadata: { name: 'default-deny', namespace: props.namespace, labels: sharedLabels(props.owner) },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      dependsOn: [...props.dependsOn],
    });
  }
}

export interface WorkloadNetworkPolicyProps extends PolicyProps {
  readonly component: Component;
  /** Ports that anything may ask for; for a laptop, whose router can be anywhere. Default: none. */
  readonly openPorts?: readonly PortName[];
  /**
   * Address ranges that the load balancer asks from, as a list that Terraform fills in; they reach the public port, and
   * the one that says whether a pod is ready. Default: none.
   */
  readonly loadBalancerCidrs?: string[];
  /** Outside the cluster. Names are always resolved. */
  readonly egress: readonly Destination[];
  /** Other rules of what pods may reach. Default: none. */
  readonly moreEgress?: readonly NetworkPolicyV1SpecEgress[];
  /** Names are resolved by the node itself (EKS Auto Mode), not by pods called kube-dns. Default: false. */
  readonly resolverOnNode?: boolean;
}

/**
 * What one workload may be asked and may ask for. The public port answers the load balancer and the namespace itself,
 * the management port the monitoring, and the load balancer's health checks; routes lead to the public one alone.
 * Probes come from the node, which no policy stops.
 */
export class WorkloadNetworkPolicy extends Construct {
  readonly policy: NetworkPolicyV1;

  constructor(scope: Construct, id: string, props: WorkloadNetworkPolicyProps) {
    super(scope, id);
    const offered = portsOf(props.component);
    const ingress = [
      ...(offered.includes('public') ? [{ from: [{ podSelector: {} }], ports: [tcp(ports.public)] }] : []),
      ...(offered.includes('management')
        ? [{ from: [namespaceNamed(monitoringNamespace)], ports: [tcp(ports.management)] }]
        : []),
      ...(props.openPorts ?? []).map((name) => ({ ports: [tcp(ports[name])] })),
    ];
    this.policy = new NetworkPolicyV1(this, 'policy', {
      metadata: {
        name: props.component === 'migrate' ? 'holdfast-migrate' : workloadName(props.component),
        namespace: props.namespace,
        labels: { ...sharedLabels(props.owner), ...selectorLabels(props.component) },
      },
      spec: {
        podSelector: { matchLabels: selectorLabels(props.component) },
        policyTypes: ['Ingress', 'Egress'],
        ingress,
        egress: [
          props.resolverOnNode ? nodeNameResolution : nameResolution,
          ...props.egress.map(to),
          ...(props.moreEgress ?? []),
        ],
      },
      dependsOn: [...props.dependsOn],
    });
    if (offered.includes('public') && props.loadBalancerCidrs) {
      fromEach(this.policy, props.loadBalancerCidrs, [ports.public, ports[probes.readiness.port]]);
    }
  }
}

function portsOf(component: Component): readonly PortName[] {
  if (component === 'migrate') return [];
  return component === 'exporter' ? exporter.ports : roles[component].ports;
}

export const tcp = (port: number | string) => ({ protocol: 'TCP', port: String(port) });

export const namespaceNamed = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

/** Long answers and retries of DNS go by TCP. */
export const nameResolution: NetworkPolicyV1SpecEgress = {
  to: [{ ...namespaceNamed('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
  ports: [{ protocol: 'UDP', port: '53' }, tcp(53)],
};

/** No selector finds a resolver that is no pod. Its address is the tenth of whichever service range EKS took. */
export const nodeNameResolution: NetworkPolicyV1SpecEgress = {
  ...nameResolution,
  to: ['172.20.0.10/32', '10.100.0.10/32'].map((cidr) => ({ ipBlock: { cidr } })),
};

export const to = ({ cidr, port }: Destination): NetworkPolicyV1SpecEgress => ({
  to: [{ ipBlock: { cidr } }],
  ports: [tcp(port)],
});

/** Wherever it is, but not the instance's metadata, where the node's own credentials would be. */
export const anywhere = (port: number): NetworkPolicyV1SpecEgress => ({
  to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] } }],
  ports: [tcp(port)],
});

/**
 * One rule per address of a list whose length only Terraform knows: an empty list then opens nothing, whereas one rule
 * with an empty `from` would open the port to everybody. cdktf can't mix written and dynamic blocks of one kind.
 */
export function fromEach(policy: NetworkPolicyV1, cidrs: string[], open: readonly number[]): void {
  policy.addOverride('spec.dynamic.ingress', {
    for_each: cidrs,
    content: { from: [{ ip_block: { cidr: `\${ingress.value}` } }], ports: open.map(tcp) },
  });
}
