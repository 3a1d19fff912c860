import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { sharedLabels } from './labels';

export interface MeshNetworkProps {
  readonly namespace: string;
  readonly owner: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * In the mesh pods reach each other through a tunnel on one port, whatever port they ask for; who may ask what is still
 * decided by the other policies, on the far side of it. Probes come from an address that the mesh gives the kubelet.
 */
export class MeshNetwork extends Construct {
  readonly policy: NetworkPolicyV1;

  constructor(scope: Construct, id: string, props: MeshNetworkProps) {
    super(scope, id);
    const tunnel = { protocol: 'TCP', port: '15008' };
    this.policy = new NetworkPolicyV1(this, 'policy', {
      metadata: { name: 'mesh', namespace: props.namespace, labels: sharedLabels(props.owner) },
      spec: {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        ingress: [
          { from: [{ podSelector: {} }], ports: [tunnel] },
          { from: [{ ipBlock: { cidr: '169.254.7.127/32' } }] },
        ],
        egress: [{ to: [{ podSelector: {} }], ports: [tunnel] }],
      },
      dependsOn: [...props.dependsOn],
    });
  }
}
