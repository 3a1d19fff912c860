import type { Alert, AlertGroup } from './alert';
import { logAlerts } from './logs/alerts';
import { ofExporter, query } from './query';

const nodes: readonly Alert[] = [
  {
    name: 'NodeNotReady',
    expr: query`${ofExporter('kube_node_status_condition', { condition: 'Ready', status: 'true' })} == 0`,
    for: '10m',
    severity: 'warning',
    summary: '{{ $labels.node }} has not been ready for ten minutes',
    description: 'Its pods are started elsewhere, as far as there is room.',
    runbook: 'node-under-pressure',
  },
  {
    name: 'NodeUnderPressure',
    expr: query`${ofExporter('kube_node_status_condition', { condition: 'MemoryPressure|DiskPressure|PIDPressure', status: 'true' })} == 1`,
    for: '5m',
    severity: 'warning',
    summary: '{{ $labels.node }} reports {{ $labels.condition }}',
    description: 'The kubelet evicts pods until it is over.',
    runbook: 'node-under-pressure',
  },
  {
    name: 'NodeMemoryLow',
    expr: query`${ofExporter('node_memory_MemAvailable_bytes')} / ${ofExporter('node_memory_MemTotal_bytes')} < 0.05`,
    for: '10m',
    severity: 'warning',
    summary: '{{ $labels.instance }} has {{ $value | humanizePercentage }} of its memory left',
    description: 'Next the kernel kills what uses the most.',
    runbook: 'node-under-pressure',
  },
  {
    name: 'NodeDiskFilling',
    expr: query`${ofExporter('node_filesystem_avail_bytes', { fstype: 'ext4|xfs' })} / ${ofExporter('node_filesystem_size_bytes', { fstype: 'ext4|xfs' })} < 0.1`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $labels.mountpoint }} of {{ $labels.instance }} is {{ $value | humanizePercentage }} free',
    description: 'The kubelet removes images and evicts pods when it is full.',
    runbook: 'node-under-pressure',
  },
  {
    name: 'VolumeFilling',
    expr: query`${ofExporter('kubelet_volume_stats_available_bytes')} / ${ofExporter('kubelet_volume_stats_capacity_bytes')} < 0.1`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $labels.persistentvolumeclaim }} is {{ $value | humanizePercentage }} free',
    description: 'What writes to it stops when it is full.',
    runbook: 'node-under-pressure',
  },
];

const certificates: readonly Alert[] = [
  {
    name: 'ClusterCertificateExpiring',
    expr: query`${ofExporter('certmanager_certificate_expiration_timestamp_seconds')} - time() < 1209600`,
    for: '1h',
    severity: 'warning',
    summary: '{{ $labels.namespace }}/{{ $labels.name }} expires in {{ $value | humanizeDuration }}',
    description:
      'It should have been renewed by cert-manager. Certificates of load balancers are watched by CloudWatch.',
    runbook: 'certificate-of-cluster-expiring',
  },
];

/** Whoever watches has to be watched. */
const monitoring: readonly Alert[] = [
  {
    name: 'Watchdog',
    expr: query`vector(1)`,
    for: '0s',
    severity: 'none',
    summary: 'Alerts get through',
    description: 'Always fires. Whoever gets it raises the alarm when it stops coming.',
    runbook: 'monitoring-impaired',
  },
  {
    name: 'TargetDown',
    expr: query`sum by (job, namespace) (${ofExporter('up')} == bool 0) / count by (job, namespace) (${ofExporter('up')}) > 0.1`,
    for: '15m',
    severity: 'warning',
    summary:
      '{{ $value | humanizePercentage }} of {{ $labels.namespace }}/{{ $labels.job }} do not answer Prometheus',
    description: 'Alerts on what they report see nothing.',
    runbook: 'monitoring-impaired',
  },
  {
    name: 'RulesFailing',
    expr: query`sum by (pod, rule_group) (increase(${ofExporter('prometheus_rule_evaluation_failures_total')}[15m])) > 0`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $labels.rule_group }} can not be evaluated',
    description: 'Its alerts can not fire.',
    runbook: 'monitoring-impaired',
  },
  {
    name: 'ConfigurationNotLoaded',
    expr: query`${ofExporter('prometheus_config_last_reload_successful')} == 0 or ${ofExporter('alertmanager_config_last_reload_successful')} == 0`,
    for: '10m',
    severity: 'warning',
    summary: '{{ $labels.pod }} has refused its configuration',
    description: 'It runs on with the last good one, and starts with none.',
    runbook: 'monitoring-impaired',
  },
  {
    name: 'AlertsDropped',
    expr: query`sum by (pod) (rate(${ofExporter('prometheus_notifications_dropped_total')}[5m])) > 0`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $labels.pod }} can not hand its alerts to Alertmanager',
    description: 'Nobody hears of them.',
    runbook: 'monitoring-impaired',
  },
  {
    name: 'NotificationsFailing',
    expr: query`sum by (pod, integration) (rate(${ofExporter('alertmanager_notifications_failed_total')}[5m])) > 0`,
    for: '10m',
    severity: 'critical',
    summary: '{{ $labels.pod }} can not notify by {{ $labels.integration }}',
    description: 'Alerts reach nobody that way: its secret is empty or wrong, or the other side is down.',
    runbook: 'monitoring-impaired',
  },
];

/** What the cluster and its monitoring are watched for. */
export const clusterAlerts: readonly AlertGroup[] = [
  { name: 'cluster-nodes', alerts: nodes },
  { name: 'cluster-certificates', alerts: certificates },
  { name: 'cluster-monitoring', alerts: monitoring },
  { name: 'cluster-logs', alerts: logAlerts },
];
