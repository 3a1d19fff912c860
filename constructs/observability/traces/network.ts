import {
  NetworkPolicyV1,
  type NetworkPolicyV1SpecEgress,
  type NetworkPolicyV1SpecIngress,
} from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import {
  anywhere,
  nameResolution,
  namespaceNamed,
  nodeNameResolution,
  podIdentityAgent,
  tcp,
  to,
} from '../../workload/network-policies';
import { monitoringNamespace } from '../names';
import type { TraceDestinations } from './collector-config';
import { collectorMetricsPort, otlpPorts, podsOf, tempoPort, tracing, tracingNamespace } from './names';

export interface TracingNetworkProps extends TraceDestinations {
  readonly labels: Readonly<Record<string, string>>;
  /** Namespaces whose pods may send spans. */
  readonly senders: readonly string[];
  readonly dependsOn: readonly ITerraformDependable[];
}

type Rules = {
  readonly ingress: NetworkPolicyV1SpecIngress[];
  readonly egress: NetworkPolicyV1SpecEgress[];
};

/** Spans go one way: from the service to the gateway, the samplers, Tempo, S3. Nothing else is open, both ways. */
export class TracingNetwork extends Construct {
  /** Pods start after these. */
  readonly policies: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: TracingNetworkProps) {
    super(scope, id);
    const closed = this.policy('default-deny', props, {}, { ingress: [], egress: [] });
    const { grpc, http } = otlpPorts;
    const gateway = this.policy(tracing.gateway, props, podsOf(tracing.gateway), {
      ingress: [
        { from: props.senders.map(namespaceNamed), ports: [tcp(grpc), tcp(http)] },
        fromMonitoring(collectorMetricsPort),
      ],
      egress: [toPods(tracing.sampler)],
    });
    const sampler = this.policy(tracing.sampler, props, podsOf(tracing.sampler), {
      ingress: [fromPods(tracing.gateway), fromMonitoring(collectorMetricsPort)],
      egress: [
        toPods(tracing.tempo),
        ...(props.datadog ? [anywhere(443)] : []),
        ...(props.jaeger ? [anywhere(Number(props.jaeger.endpoint.split(':').at(-1)))] : []),
      ],
    });
    const tempo = this.policy(tracing.tempo, props, podsOf(tracing.tempo), {
      ingress: [fromPods(tracing.sampler), fromMonitoring(tempoPort)],
      // S3 has no fixed addresses.
      egress: [to(podIdentityAgent), anywhere(443)],
    });
    this.policies = [closed, gateway, sampler, tempo];
  }

  private policy(
    name: string,
    { labels, dependsOn }: TracingNetworkProps,
    matchLabels: Record<string, string>,
    { ingress, egress }: Rules,
  ): NetworkPolicyV1 {
    return new NetworkPolicyV1(this, name, {
      metadata: { name, namespace: tracingNamespace, labels: { ...labels } },
      spec: {
        podSelector: Object.keys(matchLabels).length > 0 ? { matchLabels } : {},
        policyTypes: ['Ingress', 'Egress'],
        ...(ingress.length > 0 && { ingress }),
        ...(egress.length > 0 && { egress: [nameResolution, nodeNameResolution, ...egress] }),
      },
      dependsOn: [...dependsOn],
    });
  }
}

const fromMonitoring = (port: number): NetworkPolicyV1SpecIngress => ({
  from: [namespaceNamed(monitoringNamespace)],
  ports: [tcp(port)],
});
const fromPods = (release: string): NetworkPolicyV1SpecIngress => ({
  from: [{ podSelector: { matchLabels: podsOf(release) } }],
  ports: [tcp(otlpPorts.grpc)],
});
const toPods = (release: string): NetworkPolicyV1SpecEgress => ({
  to: [{ podSelector: { matchLabels: podsOf(release) } }],
  ports: [tcp(otlpPorts.grpc)],
});

/** For the policies of whoever sends spans. */
export const toCollector: NetworkPolicyV1SpecEgress = {
  to: [{ ...namespaceNamed(tracingNamespace), podSelector: { matchLabels: podsOf(tracing.gateway) } }],
  ports: [tcp(otlpPorts.grpc), tcp(otlpPorts.http)],
};
