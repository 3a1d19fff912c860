import type { KnownObject } from './known';

/**
 * Kinds by what kubectl calls them. Those below the line come with the CRDs of the charts that Holdfast installs.
 * kubectl knows more; a step that needs one adds it here.
 */
export const kinds: Readonly<Record<string, string>> = {
  configmap: 'ConfigMap',
  daemonset: 'DaemonSet',
  deployment: 'Deployment',
  endpointslice: 'EndpointSlice',
  event: 'Event',
  horizontalpodautoscaler: 'HorizontalPodAutoscaler',
  ingress: 'Ingress',
  job: 'Job',
  cronjob: 'CronJob',
  namespace: 'Namespace',
  networkpolicy: 'NetworkPolicy',
  node: 'Node',
  persistentvolume: 'PersistentVolume',
  persistentvolumeclaim: 'PersistentVolumeClaim',
  pod: 'Pod',
  poddisruptionbudget: 'PodDisruptionBudget',
  replicaset: 'ReplicaSet',
  resourcequota: 'ResourceQuota',
  secret: 'Secret',
  service: 'Service',
  serviceaccount: 'ServiceAccount',
  statefulset: 'StatefulSet',
  // -- CRDs
  alertmanager: 'Alertmanager',
  beat: 'Beat',
  certificate: 'Certificate',
  certificaterequest: 'CertificateRequest',
  challenge: 'Challenge',
  clustersecretstore: 'ClusterSecretStore',
  elasticsearch: 'Elasticsearch',
  externalsecret: 'ExternalSecret',
  gateway: 'Gateway',
  httproute: 'HTTPRoute',
  kibana: 'Kibana',
  logstash: 'Logstash',
  nodeclaim: 'NodeClaim',
  nodepool: 'NodePool',
  order: 'Order',
  prometheus: 'Prometheus',
  prometheusrule: 'PrometheusRule',
  scaledobject: 'ScaledObject',
};

/** The kind of `pods`, `deployment` or `networkpolicies`; undefined when there is none. */
export function kindNamed(word: string): string | undefined {
  const name = word.toLowerCase();
  const singulars = [name, name.replace(/ies$/, 'y'), name.replace(/es$/, ''), name.replace(/s$/, '')];
  const found = singulars.find((singular) => Object.hasOwn(kinds, singular));
  return found === undefined ? undefined : kinds[found];
}

/** What operators and EKS make, which no synthesis contains: from the release names that the synthesis does contain. */
export const madeByOthers: readonly Pick<KnownObject, 'kind' | 'namespace' | 'name'>[] = [
  { kind: 'Service', namespace: 'monitoring', name: 'prometheus-operated' },
  { kind: 'Service', namespace: 'monitoring', name: 'alertmanager-operated' },
  { kind: 'Service', namespace: 'monitoring', name: 'monitoring-grafana' },
  { kind: 'Pod', namespace: 'monitoring', name: 'prometheus-monitoring-0' },
  { kind: 'Pod', namespace: 'monitoring', name: 'prometheus-monitoring-1' },
  { kind: 'Pod', namespace: 'monitoring', name: 'alertmanager-monitoring-0' },
  { kind: 'Pod', namespace: 'monitoring', name: 'alertmanager-monitoring-1' },
  {
    kind: 'PersistentVolumeClaim',
    namespace: 'monitoring',
    name: 'prometheus-monitoring-db-prometheus-monitoring-0',
  },
  // ECK names what it makes of an object called "logs" so.
  { kind: 'StatefulSet', namespace: 'elastic-system', name: 'elastic-operator' },
  { kind: 'Secret', namespace: 'logging', name: 'logs-es-elastic-user' },
  { kind: 'Pod', namespace: 'logging', name: 'logs-es-all-0' },
  { kind: 'StatefulSet', namespace: 'logging', name: 'logs-ls' },
  { kind: 'Pod', namespace: 'logging', name: 'logs-ls-0' },
  { kind: 'DaemonSet', namespace: 'log-collectors', name: 'filebeat-beat-filebeat' },
  { kind: 'PersistentVolumeClaim', namespace: 'logging', name: 'storage-loki-0' },
  // Charts' own objects, by the fullnameOverride or release name that we give.
  { kind: 'Deployment', namespace: 'kube-system', name: 'aws-load-balancer-controller' },
  { kind: 'Deployment', namespace: 'tracing', name: 'otel-sampler' },
  { kind: 'StatefulSet', namespace: 'tracing', name: 'tempo' },
  { kind: 'Service', namespace: 'tracing', name: 'tempo' },
];

/** Labels that charts and EKS put on their pods. */
export const labelsOfOthers: readonly string[] = [
  'k8s-app=kube-dns',
  // Helm's, on the Secrets that it keeps its releases in.
  'owner=helm',
  'beat.k8s.elastic.co/name=filebeat',
  'app.kubernetes.io/name=opentelemetry-collector',
  'app.kubernetes.io/name=alertmanager',
  'app.kubernetes.io/name=cert-manager',
  'app.kubernetes.io/name=prometheus',
  'app.kubernetes.io/name=grafana',
];
