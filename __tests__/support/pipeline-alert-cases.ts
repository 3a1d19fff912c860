import { type AlertCase, pair } from './alert-cases';

const collectors = (metric: string) => `${metric}{namespace="log-collectors",daemonset="d"}`;
const keepers = (metric: string, statefulset = 's') =>
  `${metric}{namespace="logging",statefulset="${statefulset}"}`;
const logVolume = (metric: string, namespace: string) =>
  `${metric}{namespace="${namespace}",persistentvolumeclaim="v"}`;

/** Of what carries logs and traces. */
export const pipelineAlertCases: readonly AlertCase[] = [
  ...pair(
    'LogCollectorsMissing',
    20,
    {
      [collectors('kube_daemonset_status_desired_number_scheduled')]: '5x30',
      [collectors('kube_daemonset_status_number_ready')]: '3x30',
    },
    {
      [collectors('kube_daemonset_status_desired_number_scheduled')]: '5x30',
      [collectors('kube_daemonset_status_number_ready')]: '5x30',
    },
    { namespace: 'log-collectors', daemonset: 'd' },
    '2 nodes have no collector of logs that is ready',
  ),
  ...pair(
    'LogPipelineDegraded',
    20,
    {
      [keepers('kube_statefulset_replicas')]: '3x30',
      [keepers('kube_statefulset_status_replicas_ready')]: '2x30',
    },
    {
      [keepers('kube_statefulset_replicas')]: '3x30',
      [keepers('kube_statefulset_status_replicas_ready')]: '3x30',
    },
    { namespace: 'logging', statefulset: 's' },
    '1 pods of s are not ready',
  ),
  ...pair(
    'LogPipelineDown',
    15,
    {
      [keepers('kube_statefulset_replicas')]: '3x30',
      [keepers('kube_statefulset_status_replicas_ready')]: '0x30',
    },
    // One is left of the one; the other is meant to be none.
    {
      [keepers('kube_statefulset_replicas')]: '3x30',
      [keepers('kube_statefulset_status_replicas_ready')]: '1x30',
      [keepers('kube_statefulset_replicas', 'scaled-down')]: '0x30',
      [keepers('kube_statefulset_status_replicas_ready', 'scaled-down')]: '0x30',
    },
    { namespace: 'logging', statefulset: 's' },
    'No pod of s is ready',
  ),
  ...pair(
    'LogVolumeFilling',
    40,
    {
      [logVolume('kubelet_volume_stats_available_bytes', 'logging')]: '15x50',
      [logVolume('kubelet_volume_stats_capacity_bytes', 'logging')]: '100x50',
    },
    // Others' volumes may be as full as that.
    {
      [logVolume('kubelet_volume_stats_available_bytes', 'monitoring')]: '15x50',
      [logVolume('kubelet_volume_stats_capacity_bytes', 'monitoring')]: '100x50',
    },
    { namespace: 'logging', persistentvolumeclaim: 'v' },
    'v is 15% free',
  ),
  ...pair(
    'TracesRefused',
    20,
    { 'otelcol_receiver_refused_spans{pod="g",receiver="otlp"}': '0+6x30' },
    { 'otelcol_receiver_refused_spans{pod="g",receiver="otlp"}': '7x30' },
    { pod: 'g' },
    'g refuses spans',
  ),
  ...pair(
    'TracesNotDelivered',
    20,
    { 'otelcol_exporter_send_failed_spans{pod="s",exporter="otlp_grpc/tempo"}': '0+6x30' },
    { 'otelcol_exporter_send_failed_spans{pod="s",exporter="otlp_grpc/tempo"}': '0+6x5 30x25' },
    { pod: 's', exporter: 'otlp_grpc/tempo' },
    's can not deliver spans by otlp_grpc/tempo',
  ),
  ...pair(
    'TracesNotDelivered',
    20,
    { 'otelcol_exporter_enqueue_failed_spans{pod="g",exporter="load_balancing"}': '0+6x30' },
    { 'otelcol_exporter_enqueue_failed_spans{pod="g",exporter="load_balancing"}': '3x30' },
    { pod: 'g', exporter: 'load_balancing' },
    'g can not deliver spans by load_balancing',
  ),
  ...pair(
    'TracesUndecided',
    20,
    { 'otelcol_processor_tail_sampling_sampling_trace_dropped_too_early{pod="s"}': '0+6x30' },
    { 'otelcol_processor_tail_sampling_sampling_trace_dropped_too_early{pod="s"}': '3x30' },
    { pod: 's' },
    's drops traces before it has decided on them',
  ),
  ...pair(
    'TracesNotStored',
    40,
    { 'tempo_ingester_failed_flushes_total{pod="tempo-0"}': '0+1x50' },
    { 'tempo_ingester_failed_flushes_total{pod="tempo-0"}': '3x50' },
    { pod: 'tempo-0' },
    'tempo-0 can not write traces to its bucket',
  ),
];
