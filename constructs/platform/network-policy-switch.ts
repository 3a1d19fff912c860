import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1';
import { Construct } from 'constructs';

/**
 * Has EKS Auto Mode enforce NetworkPolicies: without this map it accepts them and lets everything through. Its node class
 * `default` has `networkPolicy: DefaultAllow`, so pods that no policy selects are not restricted. Where EKS's nodes are a
 * managed group, the vpc-cni add-on does it, and owns a map of this name.
 */
export class NetworkPolicySwitch extends Construct {
  readonly map: ConfigMapV1;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.map = new ConfigMapV1(this, 'map', {
      metadata: { name: 'amazon-vpc-cni', namespace: 'kube-system' },
      data: { 'enable-network-policy-controller': 'true' },
    });
  }
}
