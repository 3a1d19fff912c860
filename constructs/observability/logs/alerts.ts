import type { Alert } from '../alert';
import { logCollectorsNamespace, loggingNamespace } from '../names';
import { ofExporter, query } from '../query';

const collectors = { namespace: logCollectorsNamespace };
const keepers = { namespace: loggingNamespace };

/** Whichever kind of logs the environment has: the namespaces are the same. Without logs nothing is there to compare. */
export const logAlerts: readonly Alert[] = [
  {
    name: 'LogCollectorsMissing',
    expr: query`${ofExporter('kube_daemonset_status_desired_number_scheduled', collectors)} - ${ofExporter('kube_daemonset_status_number_ready', collectors)} > 0`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $value }} nodes have no collector of logs that is ready',
    description:
      'Lines stay on their nodes. They are lost when the kubelet rotates them away or the node goes.',
    runbook: 'log-pipeline-down',
  },
  {
    name: 'LogPipelineDegraded',
    expr: query`${ofExporter('kube_statefulset_replicas', keepers)} - ${ofExporter('kube_statefulset_status_replicas_ready', keepers)} > 0`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $value }} pods of {{ $labels.statefulset }} are not ready',
    description: 'What is left carries the load; with the loss of another one logs may stand still.',
    runbook: 'log-pipeline-down',
  },
  {
    name: 'LogPipelineDown',
    expr: query`${ofExporter('kube_statefulset_status_replicas_ready', keepers)} == 0 and ${ofExporter('kube_statefulset_replicas', keepers)} > 0`,
    for: '10m',
    severity: 'critical',
    summary: 'No pod of {{ $labels.statefulset }} is ready',
    description:
      'No line can be found that was written since. They wait in queues and on the nodes, and are lost when those are full.',
    runbook: 'log-pipeline-down',
  },
  {
    name: 'LogVolumeFilling',
    expr: query`${ofExporter('kubelet_volume_stats_available_bytes', keepers)} / ${ofExporter('kubelet_volume_stats_capacity_bytes', keepers)} < 0.2`,
    for: '30m',
    severity: 'warning',
    summary: '{{ $labels.persistentvolumeclaim }} is {{ $value | humanizePercentage }} free',
    description:
      'From 15 % on Elasticsearch puts no new index there, from 5 % on it takes no line any more; Loki stops when it is full.',
    runbook: 'log-pipeline-down',
  },
];
