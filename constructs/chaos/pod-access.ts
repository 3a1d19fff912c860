import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { RoleBindingV1 } from '@cdktf/provider-kubernetes/lib/role-binding-v1';
import { RoleV1 } from '@cdktf/provider-kubernetes/lib/role-v1';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { sharedLabels } from '../workload/labels';
import { anywhere, nameResolution, nodeNameResolution } from '../workload/network-policies';
import { faultServiceAccount, faultUser } from './names';

export interface FaultPodAccessProps {
  /** Whose pods may be killed. */
  readonly namespace: string;
  readonly owner: string;
  readonly resolverOnNode: boolean;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** What AWS's page on pod actions asks for, without what only its other actions need: no exec, no containers in our pods. */
const rules = [
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['create', 'list', 'get', 'delete', 'deletecollection'] },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] },
];

/** Lets FIS, and the pod that it starts beside its victims, delete pods of one namespace. */
export class FaultPodAccess extends Construct {
  constructor(scope: Construct, id: string, props: FaultPodAccessProps) {
    super(scope, id);
    const metadata = {
      name: faultServiceAccount,
      namespace: props.namespace,
      labels: sharedLabels(props.owner),
    };
    const dependsOn = [...props.dependsOn];
    const account = new ServiceAccountV1(this, 'service-account', {
      metadata,
      // Its pod asks the Kubernetes API: that is what it is for.
      automountServiceAccountToken: true,
      dependsOn,
    });
    const role = new RoleV1(this, 'role', { metadata, rule: rules, dependsOn });
    new RoleBindingV1(this, 'binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: faultServiceAccount },
      subject: [
        { kind: 'ServiceAccount', name: faultServiceAccount, namespace: props.namespace },
        { kind: 'User', name: faultUser, apiGroup: 'rbac.authorization.k8s.io' },
      ],
      dependsOn: [account, role],
    });
    new NetworkPolicyV1(this, 'network-policy', {
      metadata,
      spec: {
        // Its pod alone: everything of ours has the label, as an admission policy demands.
        podSelector: { matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'DoesNotExist' }] },
        policyTypes: ['Ingress', 'Egress'],
        egress: [props.resolverOnNode ? nodeNameResolution : nameResolution, anywhere(443)],
      },
      dependsOn,
    });
  }
}
