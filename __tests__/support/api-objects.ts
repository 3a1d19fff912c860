/** Kubernetes objects as the API takes them, from what is synthesised for Terraform's provider. */
import type { Json } from './kubernetes';

export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  // biome-ignore lint/suspicious/noExplicitAny: any object of the API
  readonly [field: string]: any;
}

const kinds: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  kubernetes_cluster_role_binding_v1: ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
  kubernetes_cluster_role_v1: ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  kubernetes_config_map_v1: ['v1', 'ConfigMap'],
  kubernetes_deployment_v1: ['apps/v1', 'Deployment'],
  kubernetes_horizontal_pod_autoscaler_v2: ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  kubernetes_cron_job_v1: ['batch/v1', 'CronJob'],
  kubernetes_job_v1: ['batch/v1', 'Job'],
  kubernetes_limit_range_v1: ['v1', 'LimitRange'],
  kubernetes_namespace_v1: ['v1', 'Namespace'],
  kubernetes_network_policy_v1: ['networking.k8s.io/v1', 'NetworkPolicy'],
  kubernetes_persistent_volume_claim_v1: ['v1', 'PersistentVolumeClaim'],
  kubernetes_priority_class_v1: ['scheduling.k8s.io/v1', 'PriorityClass'],
  kubernetes_resource_quota_v1: ['v1', 'ResourceQuota'],
  kubernetes_role_v1: ['rbac.authorization.k8s.io/v1', 'Role'],
  kubernetes_service_account_v1: ['v1', 'ServiceAccount'],
  kubernetes_service_v1: ['v1', 'Service'],
  kubernetes_storage_class_v1: ['storage.k8s.io/v1', 'StorageClass'],
};

/** What the provider calls otherwise: most are blocks that it repeats under a singular name. */
const plurals: Readonly<Record<string, string>> = {
  container: 'containers',
  init_container: 'initContainers',
  limit: 'limits',
  metric: 'metrics',
  port: 'ports',
  rule: 'rules',
  storage_provisioner: 'provisioner',
  subject: 'subjects',
  timezone: 'timeZone',
  topology_spread_constraint: 'topologySpreadConstraints',
  volume: 'volumes',
  volume_mount: 'volumeMounts',
};
/** Whose keys are the user's, not the provider's. */
const maps = new Set([
  'annotations',
  'data',
  'default',
  'default_request',
  'hard',
  'labels',
  'limits',
  'match_labels',
  'max',
  'parameters',
  'requests',
  'selector',
]);
/** Blocks that there is one of, which the provider takes as a list. */
const single = new Set(['label_selector', 'config_map', 'empty_dir', 'rolling_update', 'template']);
/** Written as text for the provider, numbers for the API. */
const numbers = new Set([
  'fs_group',
  'max_surge',
  'max_unavailable',
  'port',
  'replicas',
  'run_as_group',
  'run_as_user',
  'target_port',
]);
const arguments_ = new Set([
  'depends_on',
  'lifecycle',
  'timeouts',
  'wait_for_completion',
  'wait_for_rollout',
  'wait_until_bound',
  '//',
]);

/** The API writes abbreviations large. */
const camel = (name: string): string =>
  name
    .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    .replace(
      /^(cluster|host)(Ip|Pid|Ipc)$/,
      (_, first: string, second: string) => first + second.toUpperCase(),
    );

/** What only Terraform knows. */
const filledIn = (text: string): string | number =>
  /^\$\{[^}]*_port\}$/.test(text)
    ? 5432
    : text.replace(/\$\{[^}]*cidr[^}]*\}|\$\{ingress\.value\}/g, '10.0.0.0/16');

function value(key: string, of: Json): Json {
  if (Array.isArray(of)) {
    if (single.has(key)) return value(key, of[0]);
    return of.map((member) => value(key, member));
  }
  if (typeof of === 'string') {
    if (key === 'default_mode') return Number.parseInt(of, 8);
    if (numbers.has(key) && /^\d+$/.test(of)) return Number(of);
    // A variable's value is text, whatever it stands for.
    return key === 'value' ? String(filledIn(of)) : filledIn(of);
  }
  if (of === null || typeof of !== 'object') return of;
  if (maps.has(key) && !Object.values(of).some((member) => typeof member === 'object')) {
    return { ...of };
  }
  return members(of);
}

function members(of: Json): Json {
  const { dynamic, ...written } = of;
  const expanded = Object.entries<Json>(dynamic ?? {}).map(([name, { content }]): [string, Json] => [
    name,
    [...(written[name] ?? []), content],
  ]);
  return Object.fromEntries(
    [...Object.entries<Json>(written), ...expanded]
      .filter(([name, member]) => !arguments_.has(name) && member !== null && member !== undefined)
      .map(([name, member]) => {
        // A probe has one port, a container a list of them.
        const isOne = name === 'port' && !Array.isArray(member);
        return [isOne ? name : (plurals[name] ?? camel(name)), value(name, member)];
      }),
  );
}

/** One `kubernetes_*` block as an object of the API. */
export function apiObject(type: string, block: Json): ApiObject {
  const known = kinds[type];
  if (!known) throw new Error(`${type} is not known here: add it to __tests__/support/api-objects.ts`);
  const [apiVersion, kind] = known;
  return { apiVersion, kind, ...members(block) };
}

/** A pod as the controller of a Deployment or Job would make it. */
export const podOf = (workload: ApiObject): ApiObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    ...workload.spec.template.metadata,
    name: workload.metadata.name,
    namespace: workload.metadata.namespace,
  },
  spec: workload.spec.template.spec,
});

/** Pods as Elastic's operator would make them of one of its objects: it adds the image, and all else that is its own. */
export function podsOf({ kind, metadata, spec }: ApiObject): ApiObject[] {
  const withImages = (containers: Json[] | undefined) =>
    containers?.map((container) => ({ image: 'elastic', ...container }));
  return [spec.podTemplate, spec.daemonSet?.podTemplate, ...(spec.nodeSets ?? []).map(templateOf)]
    .filter(Boolean)
    .map((template) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...template.metadata,
        name: `${kind}-${metadata.name}`.toLowerCase(),
        namespace: metadata.namespace,
      },
      spec: {
        ...template.spec,
        // A dry run makes no service account.
        serviceAccountName: undefined,
        automountServiceAccountToken: false,
        containers: withImages(template.spec.containers),
        initContainers: withImages(template.spec.initContainers),
      },
    }));
}
const templateOf = ({ podTemplate }: Json): Json => podTemplate;
