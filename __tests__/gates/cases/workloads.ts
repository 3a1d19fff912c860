import { type Cases, containers, inValues, type Json, podSpec } from './case';

const secure = {
  name: 'a',
  image: `x@sha256:${'0'.repeat(64)}`,
  resources: { limits: { memory: '1Mi' }, requests: { cpu: '1m', memory: '1Mi' } },
  liveness_probe: { http_get: { path: '/' } },
  readiness_probe: { http_get: { path: '/' } },
  security_context: {
    run_as_non_root: true,
    privileged: false,
    allow_privilege_escalation: false,
    read_only_root_filesystem: true,
    capabilities: { drop: ['ALL'] },
    seccomp_profile: { type: 'RuntimeDefault' },
  },
};
const labels = { app: 'a' };
const deployment = {
  metadata: { name: 'a', namespace: 'x' },
  spec: {
    replicas: '3',
    template: {
      metadata: { labels },
      spec: {
        automount_service_account_token: false,
        service_account_name: 'a',
        priority_class_name: 'high',
        topology_spread_constraint: [{ topology_key: 'topology.kubernetes.io/zone' }],
        container: [secure],
      },
    },
  },
};
const budget = {
  kind: 'PodDisruptionBudget',
  metadata: { name: 'a', namespace: 'x' },
  spec: { selector: { matchLabels: labels } },
};
const workload = { kubernetes_deployment_v1: { a: deployment } };
const wrong = (change: Json, also: readonly string[] = []) => ({
  good: workload,
  patch: { kubernetes_deployment_v1: change },
  golden: 'prod/app',
  where: 'gateway',
  also,
});
const context = (change: Json, also: readonly string[] = []) =>
  wrong(containers({ security_context: change }), also);

export const workloads: Cases = {
  'pods-not-root': context({ run_as_non_root: false }),
  'pods-not-privileged': context({ privileged: true }),
  'pods-not-escalating': context({ allow_privilege_escalation: true }),
  'pods-without-capabilities': context({ capabilities: { drop: ['NET_RAW'] } }),
  'pods-read-only': context({ read_only_root_filesystem: false }),
  'pods-seccomp': context({ seccomp_profile: { type: 'Unconfined' } }),
  'pods-own-processes': wrong(podSpec({ host_pid: true })),
  'pods-own-memory': wrong(podSpec({ host_ipc: true })),
  'pods-own-network': wrong(podSpec({ host_network: true })),
  'pods-no-host-files': wrong(podSpec({ volume: () => [{ name: 'v', host_path: { path: '/' } }] })),
  'pods-memory-bounded': wrong(containers({ resources: { limits: { memory: undefined } } })),
  'pods-requests': wrong(containers({ resources: { requests: { cpu: undefined } } })),
  'pods-probed': wrong(containers({ readiness_probe: undefined })),
  'pods-by-digest': wrong(containers({ image: 'x:latest' })),
  'pods-own-account': wrong(podSpec({ service_account_name: undefined })),
  'pods-no-token': wrong(podSpec({ automount_service_account_token: true })),
  'pods-secrets-as-files': wrong(
    containers({ env: () => [{ name: 'A', value_from: { secret_key_ref: { name: 's', key: 'k' } } }] }),
  ),
  'pods-several': wrong({ spec: { replicas: '1' } }),
  'pods-spread': wrong(podSpec({ topology_spread_constraint: [] })),
  'pods-budgeted': {
    good: { ...workload, helm_release: { b: { values: [JSON.stringify({ objects: [budget] })] } } },
    patch: { helm_release: inValues('PodDisruptionBudget', 'Other') },
    golden: 'prod/app',
    where: 'disruption-budgets',
  },
  'pods-prioritised': wrong(podSpec({ priority_class_name: undefined })),
  'pods-scale': {
    good: {
      ...workload,
      kubernetes_horizontal_pod_autoscaler_v2: { a: { spec: { scale_target_ref: { name: 'a' } } } },
    },
    patch: { kubernetes_horizontal_pod_autoscaler_v2: null },
    golden: 'prod/app',
  },
};

const role = (rule: Json, also: readonly string[] = []) => ({
  good: {
    kubernetes_cluster_role_v1: { r: { rule: [{ api_groups: [''], resources: ['pods'], verbs: ['get'] }] } },
  },
  patch: { kubernetes_cluster_role_v1: { rule: (list: Json[]) => [...list, { api_groups: [''], ...rule }] } },
  golden: 'prod/platform',
  also,
});
const namespace = (level: string) => ({
  metadata: { name: 'x', labels: { 'pod-security.kubernetes.io/enforce': level } },
});
const store = { kind: 'ClusterSecretStore', metadata: { name: 's' }, spec: {} };
const external = { kind: 'ExternalSecret', metadata: { name: 's', namespace: 'x' }, spec: {} };

export const access: Cases = {
  'rbac-no-wildcards': role({ resources: ['configmaps'], verbs: ['*'] }, ['rbac-no-escalation']),
  'rbac-no-secrets': role({ resources: ['secrets'], verbs: ['get'] }),
  'rbac-no-pods-made': role({ resources: ['pods'], verbs: ['create'] }),
  'rbac-no-escalation': role({ resources: ['roles'], verbs: ['escalate'] }),
  'rbac-no-volumes': role({ resources: ['persistentvolumes'], verbs: ['create'] }),
  'rbac-no-node-proxy': role({ resources: ['nodes/proxy'], verbs: ['get'] }),
  'rbac-no-webhooks': role({ resources: ['mutatingwebhookconfigurations'], verbs: ['patch'] }),
  'rbac-no-tokens': role({ resources: ['serviceaccounts/token'], verbs: ['create'] }),
  'rbac-no-cluster-admin': {
    good: {
      kubernetes_cluster_role_binding_v1: {
        b: { role_ref: { kind: 'ClusterRole', name: 'holdfast-viewer' } },
      },
    },
    patch: { kubernetes_cluster_role_binding_v1: { role_ref: { name: 'cluster-admin' } } },
    golden: 'prod/platform',
  },
  'accounts-no-token': {
    good: { kubernetes_service_account_v1: { a: { automount_service_account_token: false } } },
    patch: { kubernetes_service_account_v1: { automount_service_account_token: true } },
    golden: 'prod/app',
  },
  'namespaces-checked': {
    good: { kubernetes_namespace_v1: { n: namespace('baseline') } },
    patch: {
      kubernetes_namespace_v1: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': undefined } } },
    },
    golden: 'prod/app',
    also: ['namespaces-restricted'],
  },
  'namespaces-restricted': {
    good: { kubernetes_namespace_v1: { n: namespace('restricted') } },
    patch: {
      kubernetes_namespace_v1: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } } },
    },
    golden: 'prod/app',
  },
  'namespaces-closed': {
    good: {
      kubernetes_namespace_v1: { n: namespace('restricted') },
      kubernetes_network_policy_v1: {
        p: {
          metadata: { name: 'default-deny', namespace: 'x' },
          spec: { pod_selector: {}, policy_types: ['Ingress', 'Egress'] },
        },
      },
    },
    patch: { kubernetes_network_policy_v1: null },
    golden: 'prod/app',
    where: 'default-deny',
  },
  'namespaces-used': {
    good: workload,
    patch: { kubernetes_deployment_v1: { metadata: { namespace: 'default' } } },
    goldenPatch: { kubernetes_service_v1: { metadata: { namespace: 'default' } } },
    golden: 'prod/app',
  },
  'service-bounded': {
    good: {
      ...workload,
      kubernetes_namespace_v1: { n: namespace('restricted') },
      kubernetes_resource_quota_v1: { q: { metadata: { namespace: 'x' } } },
    },
    patch: { kubernetes_resource_quota_v1: null },
    golden: 'prod/app',
  },
  'services-internal': {
    good: { kubernetes_service_v1: { s: { spec: { type: 'ClusterIP' } } } },
    patch: { kubernetes_service_v1: { spec: { type: 'LoadBalancer' } } },
    golden: 'prod/app',
  },
  'secrets-from-outside': {
    good: {
      aws_eks_cluster: { c: {} },
      helm_release: { r: { values: [JSON.stringify({ objects: [store, external] })] } },
    },
    patch: { helm_release: inValues('ClusterSecretStore', 'Other') },
    golden: 'prod/platform',
    where: 'secret-store',
  },
};
