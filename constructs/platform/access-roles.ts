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

/** What the cluster's operators bring, group by group. No Secret is among it; what isn't written here isn't granted. */
const customKinds: Readonly<Record<string, readonly string[]>> = {
  'acme.cert-manager.io': ['challenges', 'orders'],
  'argoproj.io': ['applications', 'applicationsets', 'appprojects'],
  'beat.k8s.elastic.co': ['beats'],
  'cert-manager.io': ['certificaterequests', 'certificates', 'clusterissuers', 'issuers'],
  'elasticsearch.k8s.elastic.co': ['elasticsearches'],
  'elbv2.k8s.aws': ['ingressclassparams', 'targetgroupbindings'],
  'external-secrets.io': ['clustersecretstores', 'externalsecrets', 'secretstores'],
  'gateway.k8s.aws': [
    'listenerruleconfigurations',
    'loadbalancerconfigurations',
    'targetgroupconfigurations',
  ],
  'gateway.networking.k8s.io': ['gatewayclasses', 'gateways', 'grpcroutes', 'httproutes', 'referencegrants'],
  'karpenter.k8s.aws': ['ec2nodeclasses'],
  'karpenter.sh': ['nodeclaims', 'nodepools'],
  'keda.sh': ['clustertriggerauthentications', 'scaledjobs', 'scaledobjects', 'triggerauthentications'],
  'kibana.k8s.elastic.co': ['kibanas'],
  'logstash.k8s.elastic.co': ['logstashes'],
  'monitoring.coreos.com': [
    'alertmanagerconfigs',
    'alertmanagers',
    'podmonitors',
    'probes',
    'prometheuses',
    'prometheusrules',
    'scrapeconfigs',
    'servicemonitors',
  ],
};
const custom = (verbs: string[]): Rule[] =>
  Object.entries(customKinds).map(([group, kinds]) => ({
    apiGroups: [group],
    resources: [...kinds],
    verbs,
  }));

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
  ...custom(look),
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
  ...custom(change),
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
