/** What each alert has to do with series that are given: every one has a case in which it fires, and one in which not. */

export interface AlertCase {
  readonly alert: string;
  /** Values by series, one a minute, as promtool writes them: `0+6x30` are 0, 6, 12 … up to 30 steps. */
  readonly series: Readonly<Record<string, string>>;
  /** Minutes after which it is looked. */
  readonly at: number;
  /** Alerts that fire then: their labels beside severity and owner, and what they say. */
  readonly fires: readonly { readonly labels: Readonly<Record<string, string>>; readonly summary: string }[];
}

/** A case that fires and one that doesn't, with the same labels. */
export const pair = (
  alert: string,
  at: number,
  firing: Readonly<Record<string, string>>,
  quiet: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
  summary: string,
): AlertCase[] => [
  { alert, at, series: firing, fires: [{ labels, summary }] },
  { alert, at, series: quiet, fires: [] },
];

const pod = { namespace: 'holdfast', pod: 'p' };
const inPod = 'namespace="holdfast",pod="p"';
const events = '/v1/events';
const requests = (status: string) => `holdfast_http_requests_total{route="${events}",status="${status}"}`;
const buckets = (bound: string) =>
  `holdfast_http_request_duration_seconds_bucket{route="${events}",le="${bound}"}`;
const deployment = (metric: string) => `${metric}{namespace="holdfast",deployment="d"}`;
const autoscaler = (metric: string) => `${metric}{namespace="holdfast",horizontalpodautoscaler="h"}`;
const memory = (metric: string, more: string) => `${metric}{${inPod},container="c"${more}}`;
const condition = (type: string, status: string) =>
  `kube_node_status_condition{node="n",condition="${type}",status="${status}"}`;
const volume = (metric: string) => `${metric}{namespace="monitoring",persistentvolumeclaim="v"}`;
const disk = (metric: string, fstype: string) => `${metric}{instance="i",fstype="${fstype}",mountpoint="/"}`;
const certificate = 'certmanager_certificate_expiration_timestamp_seconds{namespace="argocd",name="tls"}';
const day = 86_400;

const roles = ['gateway', 'collector', 'worker'];
const absent = {
  alert: 'RoleAbsent',
  at: 10,
  series: { 'holdfast_build_info{app_kubernetes_io_component="worker"}': '1x20' },
  fires: ['gateway', 'collector'].map((role) => ({
    labels: { app_kubernetes_io_component: role },
    summary: `No ${role} is seen`,
  })),
};
const present = {
  alert: 'RoleAbsent',
  at: 10,
  series: Object.fromEntries(
    roles.map((role) => [`holdfast_build_info{app_kubernetes_io_component="${role}"}`, '1x20']),
  ),
  fires: [],
};

export const alertCases: readonly AlertCase[] = [
  absent,
  present,
  ...pair(
    'RequestsFailing',
    20,
    { [requests('202')]: '0+90x30', [requests('503')]: '0+10x30' },
    { [requests('202')]: '0+96x30', [requests('503')]: '0+4x30', [requests('422')]: '0+90x30' },
    { route: events },
    '/v1/events: 10% of the requests fail',
  ),
  ...pair(
    'IngestionBelowObjective',
    20,
    { [requests('202')]: '0+9980x30', [requests('500')]: '0+20x30' },
    { [requests('202')]: '0+99995x30', [requests('500')]: '0+5x30' },
    { slo: 'ingestion_availability' },
    '0.2% of the batches of events fail',
  ),
  ...pair(
    'DependencyDown',
    5,
    {
      'holdfast_component_up{component="database",pod="a"}': '0x10',
      'holdfast_component_up{component="database",pod="b"}': '0x10',
    },
    {
      'holdfast_component_up{component="database",pod="a"}': '0x10',
      'holdfast_component_up{component="database",pod="b"}': '1x10',
    },
    { component: 'database' },
    'database answers no pod',
  ),
  ...pair(
    'SevereErrors',
    20,
    { 'holdfast_errors_total{code="SYS_INTERNAL"}': '0+60x30' },
    { 'holdfast_errors_total{code="SYS_INTERNAL"}': '0+3x30' },
    {},
    '1 critical errors a second',
  ),
  ...pair(
    'RequestsSlow',
    30,
    { [buckets('1.0')]: '0+90x40', [buckets('2.5')]: '0+100x40', [buckets('+Inf')]: '0+100x40' },
    { [buckets('1.0')]: '0+100x40', [buckets('2.5')]: '0+100x40', [buckets('+Inf')]: '0+100x40' },
    { route: events },
    '/v1/events: one request in a hundred takes longer than 2.35s',
  ),
  ...pair(
    'QueueLagging',
    5,
    {
      'holdfast_aggregation_lag_seconds{pod="a"}': '9x10',
      'holdfast_aggregation_lag_seconds{pod="b"}': '0x10',
    },
    { 'holdfast_aggregation_lag_seconds{pod="a"}': '5x10' },
    {},
    'Events wait 9s to be aggregated',
  ),
  ...pair(
    'QueueStalled',
    10,
    { 'holdfast_aggregation_lag_seconds{pod="a"}': '400x20' },
    { 'holdfast_aggregation_lag_seconds{pod="a"}': '300x20' },
    {},
    'Events have waited 6m 40s to be aggregated',
  ),
  ...pair(
    'BatchesDead',
    70,
    { 'holdfast_aggregation_batches_total{pod="a",outcome="dead"}': '_x65 1x10' },
    {
      'holdfast_aggregation_batches_total{pod="a",outcome="dead"}': '3x80',
      'holdfast_aggregation_batches_total{pod="a",outcome="done"}': '0+5x80',
    },
    {},
    'Batches of events were put aside as dead',
  ),
  ...pair(
    'BatchesDead',
    70,
    { 'holdfast_aggregation_batches_total{pod="a",outcome="dead"}': '3x40 4x40' },
    {},
    {},
    'Batches of events were put aside as dead',
  ),
  ...pair(
    'ComponentUnhealthy',
    10,
    { 'holdfast_component_status{pod="a",component="cache",status="UNHEALTHY"}': '1x20' },
    { 'holdfast_component_status{pod="a",component="cache",status="DEGRADED"}': '1x20' },
    { pod: 'a', component: 'cache' },
    'cache of a is unhealthy',
  ),
  ...pair(
    'ComponentUnhealthy',
    10,
    { 'holdfast_component_status{pod="a",component="billing",status="UNHEALTHY"}': '1x20' },
    { 'holdfast_component_status{pod="a",component="queue",status="UNHEALTHY"}': '1x20' },
    { pod: 'a', component: 'billing' },
    'billing of a is unhealthy',
  ),
  ...pair(
    'FlagFileBroken',
    10,
    { 'holdfast_flag_file_valid{pod="a"}': '0x20', 'holdfast_flag_file_valid{pod="b"}': '1x20' },
    // Broken for less than five minutes: somebody is at it.
    { 'holdfast_flag_file_valid{pod="a"}': '1x6 0x3 1x10' },
    { pod: 'a' },
    'a ignores a broken flag file',
  ),
  ...pair(
    'ContainerRestarting',
    20,
    { [`kube_pod_container_status_restarts_total{${inPod},container="c"}`]: '0+1x30' },
    {
      [`kube_pod_container_status_restarts_total{${inPod},container="c"}`]: '0x10 1x20',
      'kube_pod_container_status_restarts_total{namespace="other",pod="p",container="c"}': '0+1x30',
    },
    { ...pod, container: 'c' },
    'p has restarted 15 times in 15 minutes',
  ),
  ...pair(
    'ReplicasMissing',
    20,
    {
      [deployment('kube_deployment_spec_replicas')]: '3x30',
      [deployment('kube_deployment_status_replicas_available')]: '2x30',
    },
    {
      [deployment('kube_deployment_spec_replicas')]: '3x30',
      [deployment('kube_deployment_status_replicas_available')]: '2x10 3x20',
    },
    { namespace: 'holdfast', deployment: 'd' },
    'd has had fewer pods than it should for 15 minutes',
  ),
  ...pair(
    'MemoryNearLimit',
    20,
    {
      [memory('container_memory_working_set_bytes', '')]: '95x30',
      [memory('kube_pod_container_resource_limits', ',resource="memory"')]: '100x30',
    },
    {
      [memory('container_memory_working_set_bytes', '')]: '85x30',
      [memory('kube_pod_container_resource_limits', ',resource="memory"')]: '100x30',
      [memory('kube_pod_container_resource_limits', ',resource="ephemeral_storage"')]: '10x30',
    },
    { ...pod, container: 'c' },
    'p uses 95% of its memory',
  ),
  ...pair(
    'RolloutStuck',
    5,
    {
      'kube_deployment_status_condition{namespace="holdfast",deployment="d",condition="Progressing",status="false"}':
        '1x10',
    },
    {
      'kube_deployment_status_condition{namespace="holdfast",deployment="d",condition="Progressing",status="false"}':
        '0x10',
    },
    { namespace: 'holdfast', deployment: 'd', condition: 'Progressing', status: 'false' },
    'The roll-out of d is stuck',
  ),
  ...pair(
    'PodPending',
    20,
    { [`kube_pod_status_phase{${inPod},phase="Pending"}`]: '1x30' },
    {
      [`kube_pod_status_phase{${inPod},phase="Pending"}`]: '1x10 0x20',
      [`kube_pod_status_phase{${inPod},phase="Running"}`]: '1x30',
    },
    { ...pod, phase: 'Pending' },
    'p has been pending for 15 minutes',
  ),
  ...pair(
    'MigrationFailed',
    5,
    { 'kube_job_status_failed{namespace="holdfast",job_name="holdfast-migrate-0123456789ab"}': '1x10' },
    { 'kube_job_status_failed{namespace="holdfast",job_name="holdfast-migrate-0123456789ab"}': '0x10' },
    { namespace: 'holdfast', job_name: 'holdfast-migrate-0123456789ab' },
    'holdfast-migrate-0123456789ab has failed',
  ),
  ...pair(
    'AutoscalerAtMaximum',
    20,
    {
      [autoscaler('kube_horizontalpodautoscaler_status_current_replicas')]: '9x30',
      [autoscaler('kube_horizontalpodautoscaler_spec_max_replicas')]: '9x30',
    },
    {
      [autoscaler('kube_horizontalpodautoscaler_status_current_replicas')]: '8x30',
      [autoscaler('kube_horizontalpodautoscaler_spec_max_replicas')]: '9x30',
    },
    { namespace: 'holdfast', horizontalpodautoscaler: 'h' },
    'h has been at its maximum for 15 minutes',
  ),
  ...pair(
    'NodeNotReady',
    15,
    { [condition('Ready', 'true')]: '0x20' },
    { [condition('Ready', 'true')]: '1x20', [condition('DiskPressure', 'true')]: '0x20' },
    { node: 'n', condition: 'Ready', status: 'true' },
    'n has not been ready for ten minutes',
  ),
  ...pair(
    'NodeUnderPressure',
    10,
    { [condition('DiskPressure', 'true')]: '1x20' },
    { [condition('DiskPressure', 'true')]: '0x20', [condition('Ready', 'true')]: '1x20' },
    { node: 'n', condition: 'DiskPressure', status: 'true' },
    'n reports DiskPressure',
  ),
  ...pair(
    'NodeMemoryLow',
    15,
    {
      'node_memory_MemAvailable_bytes{instance="i"}': '4x20',
      'node_memory_MemTotal_bytes{instance="i"}': '100x20',
    },
    {
      'node_memory_MemAvailable_bytes{instance="i"}': '6x20',
      'node_memory_MemTotal_bytes{instance="i"}': '100x20',
    },
    { instance: 'i' },
    'i has 4% of its memory left',
  ),
  ...pair(
    'NodeDiskFilling',
    20,
    {
      [disk('node_filesystem_avail_bytes', 'xfs')]: '9x30',
      [disk('node_filesystem_size_bytes', 'xfs')]: '100x30',
    },
    {
      [disk('node_filesystem_avail_bytes', 'tmpfs')]: '0x30',
      [disk('node_filesystem_size_bytes', 'tmpfs')]: '100x30',
    },
    { instance: 'i', fstype: 'xfs', mountpoint: '/' },
    '/ of i is 9% free',
  ),
  ...pair(
    'VolumeFilling',
    20,
    {
      [volume('kubelet_volume_stats_available_bytes')]: '5x30',
      [volume('kubelet_volume_stats_capacity_bytes')]: '100x30',
    },
    {
      [volume('kubelet_volume_stats_available_bytes')]: '15x30',
      [volume('kubelet_volume_stats_capacity_bytes')]: '100x30',
    },
    { namespace: 'monitoring', persistentvolumeclaim: 'v' },
    'v is 5% free',
  ),
  ...pair(
    'ClusterCertificateExpiring',
    80,
    { [certificate]: `${10 * day}x90` },
    { [certificate]: `${30 * day}x90` },
    { namespace: 'argocd', name: 'tls' },
    'argocd/tls expires in 9d 22h 40m 0s',
  ),
  { alert: 'Watchdog', at: 0, series: {}, fires: [{ labels: {}, summary: 'Alerts get through' }] },
  ...pair(
    'TargetDown',
    20,
    { 'up{job="j",namespace="n",instance="1"}': '0x30', 'up{job="j",namespace="n",instance="2"}': '1x30' },
    { 'up{job="j",namespace="n",instance="1"}': '1x30', 'up{job="j",namespace="n",instance="2"}': '1x30' },
    { job: 'j', namespace: 'n' },
    '50% of n/j do not answer Prometheus',
  ),
  ...pair(
    'RulesFailing',
    40,
    { 'prometheus_rule_evaluation_failures_total{pod="p",rule_group="g"}': '0+1x50' },
    { 'prometheus_rule_evaluation_failures_total{pod="p",rule_group="g"}': '3x50' },
    { pod: 'p', rule_group: 'g' },
    'g can not be evaluated',
  ),
  {
    alert: 'ConfigurationNotLoaded',
    at: 15,
    series: {
      'prometheus_config_last_reload_successful{pod="p"}': '0x20',
      'alertmanager_config_last_reload_successful{pod="a"}': '0x20',
    },
    fires: ['p', 'a'].map((name) => ({
      labels: { pod: name },
      summary: `${name} has refused its configuration`,
    })),
  },
  {
    alert: 'ConfigurationNotLoaded',
    at: 15,
    series: {
      'prometheus_config_last_reload_successful{pod="p"}': '1x20',
      'alertmanager_config_last_reload_successful{pod="a"}': '1x20',
    },
    fires: [],
  },
  ...pair(
    'AlertsDropped',
    25,
    { 'prometheus_notifications_dropped_total{pod="p"}': '0+1x40' },
    { 'prometheus_notifications_dropped_total{pod="p"}': '7x40' },
    { pod: 'p' },
    'p can not hand its alerts to Alertmanager',
  ),
  ...pair(
    'NotificationsFailing',
    20,
    { 'alertmanager_notifications_failed_total{pod="a",integration="slack"}': '0+1x40' },
    { 'alertmanager_notifications_failed_total{pod="a",integration="slack"}': '7x40' },
    { pod: 'a', integration: 'slack' },
    'a can not notify by slack',
  ),
];
