/**
 * Metrics of others that alerts may name, as the exporter's own documents list them at the version that the chart
 * brings. A name that is missing here doesn't compile.
 */
export const exporters = {
  'kube-state-metrics': {
    source: 'github.com/kubernetes/kube-state-metrics, docs/metrics',
    metrics: {
      kube_cronjob_created: ['namespace', 'cronjob'],
      kube_cronjob_status_last_successful_time: ['namespace', 'cronjob'],
      kube_daemonset_status_desired_number_scheduled: ['namespace', 'daemonset'],
      kube_daemonset_status_number_ready: ['namespace', 'daemonset'],
      kube_deployment_spec_replicas: ['namespace', 'deployment'],
      kube_deployment_status_condition: ['namespace', 'deployment', 'condition', 'status'],
      kube_deployment_status_replicas_available: ['namespace', 'deployment'],
      kube_horizontalpodautoscaler_spec_max_replicas: ['namespace', 'horizontalpodautoscaler'],
      kube_horizontalpodautoscaler_status_current_replicas: ['namespace', 'horizontalpodautoscaler'],
      kube_job_status_failed: ['namespace', 'job_name'],
      kube_node_labels: [
        'node',
        'label_node_kubernetes_io_instance_type',
        'label_karpenter_sh_capacity_type',
        'label_eks_amazonaws_com_capacity_type',
      ],
      kube_node_status_capacity: ['node', 'resource', 'unit'],
      kube_node_status_condition: ['node', 'condition', 'status'],
      kube_persistentvolume_capacity_bytes: ['persistentvolume'],
      kube_persistentvolumeclaim_resource_requests_storage_bytes: ['namespace', 'persistentvolumeclaim'],
      kube_pod_container_resource_limits: ['namespace', 'pod', 'container', 'resource'],
      kube_pod_container_resource_requests: ['namespace', 'pod', 'container', 'node', 'resource', 'unit'],
      kube_pod_container_status_restarts_total: ['namespace', 'pod', 'container'],
      kube_pod_status_phase: ['namespace', 'pod', 'phase'],
      kube_statefulset_replicas: ['namespace', 'statefulset'],
      kube_statefulset_status_replicas_ready: ['namespace', 'statefulset'],
    },
  },
  'node-exporter': {
    source: 'github.com/prometheus/node_exporter, collectors filesystem and meminfo',
    metrics: {
      node_filesystem_avail_bytes: ['instance', 'device', 'fstype', 'mountpoint'],
      node_filesystem_size_bytes: ['instance', 'device', 'fstype', 'mountpoint'],
      node_memory_MemAvailable_bytes: ['instance'],
      node_memory_MemTotal_bytes: ['instance'],
    },
  },
  kubelet: {
    source:
      'kubernetes.io/docs/reference/instrumentation/metrics; github.com/google/cadvisor, docs/storage/prometheus.md',
    metrics: {
      container_cpu_usage_seconds_total: ['namespace', 'pod', 'container'],
      container_memory_working_set_bytes: ['namespace', 'pod', 'container'],
      container_network_transmit_bytes_total: ['namespace', 'pod', 'interface'],
      kubelet_volume_stats_available_bytes: ['namespace', 'persistentvolumeclaim'],
      kubelet_volume_stats_capacity_bytes: ['namespace', 'persistentvolumeclaim'],
    },
  },
  'cert-manager': {
    source: 'cert-manager.io/docs/devops-tips/prometheus-metrics',
    metrics: { certmanager_certificate_expiration_timestamp_seconds: ['namespace', 'name'] },
  },
  /**
   * Names are made of namespace, metric and statistic (pkg/promutil); cloudwatch-exporter.ts asks for these and no
   * others.
   */
  'yet-another-cloudwatch-exporter': {
    source: 'github.com/prometheus-community/yet-another-cloudwatch-exporter, pkg/promutil, at v0.67.0',
    metrics: {
      aws_applicationelb_httpcode_elb_5_xx_count_sum: ['dimension_LoadBalancer'],
      aws_applicationelb_target_response_time_average: ['dimension_LoadBalancer'],
      aws_elasticache_engine_cpuutilization_maximum: ['dimension_CacheClusterId'],
      aws_rds_cpucredit_balance_average: ['dimension_DBInstanceIdentifier'],
      aws_rds_cpuutilization_average: ['dimension_DBInstanceIdentifier'],
      aws_rds_ebsiobalance_percent_minimum: ['dimension_DBInstanceIdentifier'],
      aws_rds_free_storage_space_minimum: ['dimension_DBInstanceIdentifier'],
    },
  },
  'blackbox-exporter': {
    source: 'github.com/prometheus/blackbox_exporter, prober/http.go and prober/handler.go, at v0.28.0',
    metrics: {
      probe_ssl_earliest_cert_expiry: ['instance'],
      probe_success: ['instance'],
    },
  },
  prometheus: {
    source: 'github.com/prometheus/prometheus, documentation/prometheus-mixin',
    metrics: {
      up: ['job', 'namespace', 'instance'],
      prometheus_config_last_reload_successful: ['pod'],
      prometheus_notifications_dropped_total: ['pod'],
      prometheus_rule_evaluation_failures_total: ['pod', 'rule_group'],
    },
  },
  alertmanager: {
    source: 'github.com/prometheus/alertmanager, doc/alertmanager-mixin',
    metrics: {
      alertmanager_config_last_reload_successful: ['pod'],
      alertmanager_notifications_failed_total: ['pod', 'integration'],
    },
  },
  'opentelemetry-collector': {
    source:
      'github.com/open-telemetry/opentelemetry-collector, receiver/receiverhelper and exporter/exporterhelper; …-collector-contrib, processor/tailsamplingprocessor: documentation.md',
    metrics: {
      otelcol_receiver_refused_spans: ['pod', 'receiver'],
      otelcol_exporter_send_failed_spans: ['pod', 'exporter'],
      otelcol_exporter_enqueue_failed_spans: ['pod', 'exporter'],
      otelcol_processor_tail_sampling_sampling_trace_dropped_too_early: ['pod'],
    },
  },
  velero: {
    source: 'github.com/vmware-tanzu/velero, pkg/metrics/metrics.go',
    metrics: {
      velero_backup_last_status: ['schedule'],
      velero_backup_last_successful_timestamp: ['schedule'],
    },
  },
  tempo: {
    source: 'github.com/grafana/tempo, operations/tempo-mixin',
    metrics: { tempo_ingester_failed_flushes_total: ['pod'] },
  },
} as const satisfies Record<
  string,
  { readonly source: string; readonly metrics: Readonly<Record<string, readonly string[]>> }
>;

type Exporters = typeof exporters;
type MetricsOf<E extends keyof Exporters> = Exporters[E]['metrics'];
/** Every metric of every exporter, with its labels. */
type AllMetrics = { [E in keyof Exporters]: MetricsOf<E> }[keyof Exporters];
export type ExporterMetric = AllMetrics extends infer M ? (M extends unknown ? keyof M : never) : never;
export type ExporterLabel<Name extends ExporterMetric> = AllMetrics extends infer M
  ? M extends { readonly [K in Name]: readonly (infer L)[] }
    ? L & string
    : never
  : never;
