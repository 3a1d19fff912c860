import { ClusterRoleBindingV1 } from '@cdktf/provider-kubernetes/lib/cluster-role-binding-v1';
import { ClusterRoleV1 } from '@cdktf/provider-kubernetes/lib/cluster-role-v1';
import { Construct } from 'constructs';
import type { AccessGroup } from '../cluster/role-access';
import { platformLabels } from './names';

interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
}

const look = ['get', 'list', 'watch'];
const change = [...look, 'create', 'update', 'patch', 'delete'];

/** What the cluster's operators bring. No Secret is among it. */
const customGroups = [
  'argoproj.io',
  'cert-manager.io',
  'elbv2.k8s.aws',
  'external-secrets.io',
  'gateway.k8s.aws',
  'gateway.networking.k8s.io',
  'karpenter.k8s.aws',
  'karpenter.sh',
  'keda.sh',
  'monitoring.coreos.com',
];

/** What AmazonEKSViewPolicy doesn't know: what belongs to no namespace, custom kinds, figures. */
const viewer: Rule[] = [
  { apiGroups: [''], resources: ['nodes', 'namespaces', 'persistentvolumes'], verbs: look },
  {
    apiGroups: ['storage.k8s.io'],
    resources: ['storageclasses', 'volumeattachments', 'csinodes'],
    verbs: look,
  },
  { apiGroups: ['scheduling.k8s.io'], resources: ['priorityclasses'], verbs: look },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: look },
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: [
      'validatingadmissionpolicies',
      'validatingadmissionpolicybindings',
      'validatingwebhookconfigurations',
      'mutatingwebhookconfigurations',
    ],
    verbs: look,
  },
  { apiGroups: ['apiregistration.k8s.io'], resources: ['apiservices'], verbs: look },
  { apiGroups: ['metrics.k8s.io'], resources: ['nodes', 'pods'], verbs: ['get', 'list'] },
  { apiGroups: customGroups, resources: ['*'], verbs: look },
];

/**
 * What somebody on call does: restart, scale, move, ask again. A restart is a patch, and a patch could change anything of a
 * workload: Pod Security and the admission policies bound it, and the next plan shows it.
 */
const operator: Rule[] = [
  ...viewer,
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets', 'daemonsets'],
    verbs: [...look, 'patch'],
  },
  {
    apiGroups: ['apps'],
    resources: ['deployments/scale', 'statefulsets/scale'],
    verbs: ['get', 'update', 'patch'],
  },
  { apiGroups: [''], resources: ['pods'], verbs: [...look, 'delete'] },
  { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods/portforward'], verbs: ['create'] },
  // Cordons.
  { apiGroups: [''], resources: ['nodes'], verbs: ['patch'] },
  { apiGroups: ['karpenter.sh'], resources: ['nodeclaims'], verbs: ['delete'] },
  { apiGroups: ['external-secrets.io'], resources: ['externalsecrets'], verbs: ['patch'] },
  { apiGroups: ['keda.sh'], resources: ['scaledobjects'], verbs: ['patch'] },
];

/** Everything about the kinds that the platform brings. The rest comes with AmazonEKSClusterAdminPolicy. */
const admin: Rule[] = [
  ...operator,
  { apiGroups: customGroups, resources: ['*'], verbs: change },
  { apiGroups: ['scheduling.k8s.io'], resources: ['priorityclasses'], verbs: change },
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
    verbs: change,
  },
  { apiGroups: [''], resources: ['namespaces', 'resourcequotas', 'limitranges'], verbs: change },
];

const roles: readonly { readonly name: string; readonly group: AccessGroup; readonly rules: Rule[] }[] = [
  { name: 'holdfast-viewer', group: 'holdfast:readers', rules: viewer },
  { name: 'holdfast-operator', group: 'holdfast:deployers', rules: operator },
  { name: 'holdfast-admin', group: 'holdfast:administrators', rules: admin },
];

/**
 * Roles of people, bound to the groups that the cluster's access entries give them. They add to EKS's access policies;
 * should those be narrowed to namespaces some day, these are what remains.
 */
export class AccessRoles extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const { name, group, rules } of roles) {
      const metadata = { name, labels: platformLabels('access') };
      const role = new ClusterRoleV1(this, name, { metadata, rule: rules });
      new ClusterRoleBindingV1(this, `${name}-binding`, {
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subject: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
        dependsOn: [role],
      });
    }
  }
}
