import {
  NetworkPolicyV1,
  type NetworkPolicyV1SpecIngress,
} from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { everywhereButTheNode, nameServers, namespaceNamed } from '../../platform/controller-network';
import { logCollectorsNamespace, loggingNamespace } from '../names';

/** Somebody outside the namespace who may ask pods in it. */
export interface LogOpening {
  /** Of the policy. */
  readonly name: string;
  /** Labels of the pods that are asked. */
  readonly pods: Readonly<Record<string, string>>;
  readonly fromNamespaces: readonly string[];
  readonly port: number;
}

/** What differs between the kinds. */
export interface LogOpenings {
  readonly openings: readonly LogOpening[];
  /** Where the collectors deliver. */
  readonly deliveryPort: number;
  /** Whether the collectors ask the Kubernetes API. */
  readonly collectorsAskApi: boolean;
}

export interface LogNetworkProps extends LogOpenings {
  readonly labels: Readonly<Record<string, string>>;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Closes the namespaces of the logs in both directions. Nothing that keeps logs reaches anything outside its namespace
 * but the name service; collectors reach whom they deliver to.
 */
export class LogNetwork extends Construct {
  /** What runs there starts after these. */
  readonly policies: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: LogNetworkProps) {
    super(scope, id);
    const dependsOn = [...props.dependsOn];
    const metadata = (name: string, namespace: string) => ({ name, namespace, labels: { ...props.labels } });
    const closed = [loggingNamespace, logCollectorsNamespace].map(
      (namespace) =>
        new NetworkPolicyV1(this, `${namespace}-default-deny`, {
          metadata: metadata('default-deny', namespace),
          spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
          dependsOn,
        }),
    );
    const inside = new NetworkPolicyV1(this, 'inside', {
      metadata: metadata('inside', loggingNamespace),
      spec: {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [{ podSelector: {} }] }],
        egress: [{ to: [{ podSelector: {} }] }, names],
      },
      dependsOn,
    });
    const collectors = new NetworkPolicyV1(this, 'collectors', {
      metadata: metadata('collectors', logCollectorsNamespace),
      spec: {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [
          names,
          { to: [namespaceNamed(loggingNamespace)], ports: tcp(props.deliveryPort) },
          ...(props.collectorsAskApi ? [{ to: [everywhereButTheNode], ports: tcp(443) }] : []),
        ],
      },
      dependsOn,
    });
    const openings = props.openings.map(
      (opening) =>
        new NetworkPolicyV1(this, opening.name, {
          metadata: metadata(opening.name, loggingNamespace),
          spec: {
            podSelector: { matchLabels: { ...opening.pods } },
            policyTypes: ['Ingress'],
            ingress: [ingress(opening)],
          },
          dependsOn,
        }),
    );
    this.policies = [...closed, inside, collectors, ...openings];
  }
}

const tcp = (port: number) => [{ protocol: 'TCP', port: String(port) }];
const names = { to: nameServers, ports: [{ protocol: 'UDP', port: '53' }, ...tcp(53)] };
const ingress = ({ fromNamespaces, port }: LogOpening): NetworkPolicyV1SpecIngress => ({
  from: fromNamespaces.map(namespaceNamed),
  ports: tcp(port),
});
