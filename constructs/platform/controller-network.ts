import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { monitoringNamespace } from '../observability/names';
import { platformLabels } from './names';

export interface ControllerNetworkProps {
  readonly namespace: string;
  /** Address range of the VPC, where the Kubernetes API's own interfaces lie; may be filled in by Terraform. */
  readonly vpcCidr: string;
  /** Ports on which the Kubernetes API asks: webhooks and APIs that pods serve. Default: none. */
  readonly apiServerPorts?: readonly number[];
  /** Ports with metrics, for the monitoring alone. Default: none. */
  readonly metricsPorts?: readonly number[];
  /** Ports of other services it asks besides HTTPS: the Kubernetes API and AWS are HTTPS. Default: none. */
  readonly egressPorts?: readonly number[];
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * What a controller may be asked and may ask for; all else is closed, in both directions. Its pods may always reach each
 * other, the name service and EKS's agent for credentials. HTTPS goes anywhere: AWS's addresses are no fixed ranges.
 */
export class ControllerNetwork extends Construct {
  /** The controller starts after these. */
  readonly policies: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ControllerNetworkProps) {
    super(scope, id);
    const { namespace } = props;
    const metadata = (name: string) => ({ name, namespace, labels: platformLabels(namespace) });
    const dependsOn = [...props.dependsOn];
    const closed = new NetworkPolicyV1(this, 'default-deny', {
      metadata: metadata('default-deny'),
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      dependsOn,
    });
    const opened = new NetworkPolicyV1(this, 'controller', {
      metadata: metadata('controller'),
      spec: {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        ingress: [
          { from: [{ podSelector: {} }] },
          ...rule(props.apiServerPorts, (ports) => ({ from: [{ ipBlock: { cidr: props.vpcCidr } }], ports })),
          ...rule(props.metricsPorts, (ports) => ({ from: [namespaceNamed(monitoringNamespace)], ports })),
        ],
        egress: [
          { to: [{ podSelector: {} }] },
          { to: nameServers, ports: [{ protocol: 'UDP', port: '53' }, ...tcp([53])] },
          { to: [{ ipBlock: { cidr: '169.254.170.23/32' } }], ports: tcp([80]) },
          { to: [everywhereButTheNode], ports: tcp([443, ...(props.egressPorts ?? [])]) },
        ],
      },
      dependsOn,
    });
    this.policies = [closed, opened];
  }
}

type Ports = { readonly protocol: string; readonly port: string }[];
const tcp = (ports: readonly number[]): Ports => ports.map((port) => ({ protocol: 'TCP', port: `${port}` }));

/** No ports, no rule: a rule without ports would open all of them. */
const rule = <Rule>(ports: readonly number[] | undefined, make: (ports: Ports) => Rule): Rule[] =>
  ports && ports.length > 0 ? [make(tcp(ports))] : [];

export const namespaceNamed = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

/** CoreDNS's pods; in EKS Auto Mode the resolver is no pod, and has the tenth address of the service range. */
export const nameServers = [
  { ...namespaceNamed('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } },
  ...['172.20.0.10/32', '10.100.0.10/32'].map((cidr) => ({ ipBlock: { cidr } })),
];

/** Not the instance's metadata, where the node's own credentials would be. */
export const everywhereButTheNode = { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] } };
