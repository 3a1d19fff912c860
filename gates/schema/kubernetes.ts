import { block, blocks, flag, map, number, present, text, texts } from '../engine/fields';

const metadata = block({ name: text, namespace: text, labels: map });
const probe = block({ http_get: block({ path: text }), exec: present });
const container = {
  name: text,
  image: text,
  env: blocks({ name: text, value_from: block({ secret_key_ref: present }) }),
  env_from: blocks({ secret_ref: present }),
  resources: block({ limits: map, requests: map }),
  liveness_probe: probe,
  readiness_probe: probe,
  security_context: block({
    allow_privilege_escalation: flag,
    privileged: flag,
    read_only_root_filesystem: flag,
    run_as_non_root: flag,
    capabilities: block({ drop: texts, add: texts }),
    seccomp_profile: block({ type: text }),
  }),
};
const pod = block({
  automount_service_account_token: flag,
  container: blocks(container),
  init_container: blocks(container),
  host_ipc: flag,
  host_network: flag,
  host_pid: flag,
  priority_class_name: text,
  security_context: block({ run_as_non_root: flag, seccomp_profile: block({ type: text }) }),
  service_account_name: text,
  termination_grace_period_seconds: number,
  topology_spread_constraint: blocks({ topology_key: text }),
  volume: blocks({ name: text, host_path: block({ path: text }) }),
});
const template = block({ metadata: block({ labels: map }), spec: pod });
const rules = blocks({ api_groups: texts, resources: texts, verbs: texts });
const binding = {
  metadata,
  role_ref: block({ kind: text, name: text }),
  subject: blocks({ kind: text, name: text }),
};

export const kubernetes = {
  helm_release: { chart: text, name: text, namespace: text, repository: text, values: texts, version: text },
  kubernetes_cluster_role_binding_v1: binding,
  kubernetes_cluster_role_v1: { metadata, rule: rules },
  kubernetes_deployment_v1: {
    metadata,
    spec: block({ replicas: number, template, strategy: block({ type: text }) }),
  },
  kubernetes_horizontal_pod_autoscaler_v2: {
    metadata,
    spec: block({ min_replicas: number, scale_target_ref: block({ name: text }) }),
  },
  kubernetes_job_v1: { metadata, spec: block({ template }) },
  kubernetes_limit_range_v1: { metadata },
  kubernetes_namespace_v1: { metadata },
  kubernetes_network_policy_v1: {
    metadata,
    spec: block({
      pod_selector: block({ match_labels: map, match_expressions: present }),
      policy_types: texts,
      ingress: present,
      egress: present,
    }),
  },
  kubernetes_persistent_volume_claim_v1: { metadata },
  kubernetes_resource_quota_v1: { metadata },
  kubernetes_role_binding_v1: binding,
  kubernetes_role_v1: { metadata, rule: rules },
  kubernetes_service_account_v1: { metadata, automount_service_account_token: flag },
  kubernetes_service_v1: { metadata, spec: block({ type: text }) },
  kubernetes_storage_class_v1: { metadata, parameters: map },
} as const;
