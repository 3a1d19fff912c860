import { type ServiceRoleName, serviceRoleNames, slos } from '../../app/src/contract';
import { serviceNamespace } from '../workload/names';
import type { Alert, AlertGroup, AlertRunbook } from './alert';
import type { PromQl } from './promql';
import { bucketsOf, either, ofExporter, ofRule, ofService, query, roleLabel } from './query';
import { errorRate, sloErrorRatio } from './recording-rules';
import { share, sloAlerts } from './slo-alerts';

const namespace = serviceNamespace;

/** Nothing at all, unless no pod of the role answers Prometheus. */
const absent = (role: ServiceRoleName): PromQl =>
  query`absent(${ofService('holdfast_build_info', { [roleLabel]: role })})`;

const failing: readonly Alert[] = [
  {
    name: 'RoleAbsent',
    expr: either(serviceRoleNames.map(absent)),
    for: '5m',
    severity: 'critical',
    summary: `No {{ $labels.${roleLabel} }} is seen`,
    description: 'For five minutes no pod of the role has answered Prometheus: it is down, or cut off.',
    runbook: 'service-failing',
  },
  {
    name: 'RequestsFailing',
    expr: query`sum by (route) (rate(${ofService('holdfast_http_requests_total', { status: '5..' })}[5m])) / sum by (route) (rate(${ofService('holdfast_http_requests_total')}[5m])) > 0.05`,
    for: '5m',
    severity: 'critical',
    summary: '{{ $labels.route }}: {{ $value | humanizePercentage }} of the requests fail',
    description: 'More than 5 % of the answers on this route are 5xx: clients see errors.',
    runbook: 'service-failing',
  },
  {
    name: 'IngestionBelowObjective',
    expr: query`${ofRule(sloErrorRatio('5m'), { slo: 'ingestion_availability' })} > ${share(1 - slos.ingestion_availability.objective)}`,
    for: '10m',
    severity: 'warning',
    summary: '{{ $value | humanizePercentage }} of the batches of events fail',
    description: `For ten minutes fewer than ${share(slos.ingestion_availability.objective * 100)} % of the batches were answered without an error of ours.`,
    runbook: 'service-failing',
  },
  {
    name: 'DependencyDown',
    expr: query`max by (component) (${ofService('holdfast_component_up', { component: 'database|cache' })}) == 0`,
    for: '2m',
    severity: 'critical',
    summary: '{{ $labels.component }} answers no pod',
    description: 'No pod of any role reaches it. The service runs degraded, and what needs it fails.',
    runbook: 'service-failing',
  },
  {
    name: 'SevereErrors',
    expr: query`${ofRule(errorRate, { severity: 'critical' })} > 0.1`,
    for: '5m',
    severity: 'critical',
    summary: '{{ $value | humanize }} critical errors a second',
    description: 'Errors that the contract calls critical come more than every ten seconds.',
    runbook: 'service-failing',
  },
];

/** Components of the service's own health, and where each leads. The queue has alerts of its own. */
const componentRunbooks = {
  cache: 'cache-unreachable',
  cpu: 'processor-saturated',
  database: 'database-unreachable',
  disk: 'disk-full',
  event_loop: 'event-loop-blocked',
  memory: 'memory-exhausted',
} as const satisfies Record<string, AlertRunbook>;

const unhealthy = (expr: PromQl, component: string, runbook: AlertRunbook): Alert => ({
  name: 'ComponentUnhealthy',
  expr,
  for: '5m',
  severity: 'warning',
  summary: '{{ $labels.component }} of {{ $labels.pod }} is unhealthy',
  description: `The pod has called its component ${component} UNHEALTHY for five minutes.`,
  runbook,
});
const status = (component?: string) =>
  ofService('holdfast_component_status', { component, status: 'UNHEALTHY' });

const health: readonly Alert[] = [
  ...Object.entries(componentRunbooks).map(([component, runbook]) => ({
    ...unhealthy(query`max by (pod, component) (${status(component)}) == 1`, component, runbook),
    labels: { component },
  })),
  unhealthy(
    query`max by (pod, component) (${status()} unless ${status([...Object.keys(componentRunbooks), 'queue'].join('|'))}) == 1`,
    'that is another service',
    'dependency-unreachable',
  ),
];

const dead = ofService('holdfast_aggregation_batches_total', { outcome: 'dead' });

const slow: readonly Alert[] = [
  {
    name: 'RequestsSlow',
    expr: query`histogram_quantile(0.99, sum by (route, le) (rate(${bucketsOf('holdfast_http_request_duration_seconds')}[5m]))) > 1`,
    for: '10m',
    severity: 'warning',
    summary:
      '{{ $labels.route }}: one request in a hundred takes longer than {{ $value | humanizeDuration }}',
    description: 'The 99th percentile has been above one second for ten minutes.',
    runbook: 'service-slow',
  },
  {
    name: 'QueueLagging',
    expr: query`max(${ofService('holdfast_aggregation_lag_seconds')}) > 5`,
    for: '2m',
    severity: 'warning',
    summary: 'Events wait {{ $value | humanizeDuration }} to be aggregated',
    description: 'The oldest accepted batch is older than five seconds: queries answer from what was.',
    runbook: 'queue-lagging',
  },
  {
    name: 'QueueStalled',
    expr: query`max(${ofService('holdfast_aggregation_lag_seconds')}) > 300`,
    for: '5m',
    severity: 'critical',
    summary: 'Events have waited {{ $value | humanizeDuration }} to be aggregated',
    description:
      'Nothing is lost, but the queue grows faster than the workers empty it, or they stand still.',
    runbook: 'queue-lagging',
  },
];

const queue: readonly Alert[] = [
  {
    name: 'BatchesDead',
    // The counter of a pod begins with its first dead batch: from nothing to one is no increase.
    expr: query`sum(increase(${dead}[1h])) > 0 or sum(${dead} unless ${dead} offset 1h) > 0`,
    for: '0s',
    severity: 'warning',
    summary: 'Batches of events were put aside as dead',
    description: 'They failed too often. Their events are in no aggregate until somebody takes them up.',
    runbook: 'queue-lagging',
  },
];

const flags: readonly Alert[] = [
  {
    name: 'FlagFileBroken',
    expr: query`min by (pod) (${ofService('holdfast_flag_file_valid')}) == 0`,
    for: '5m',
    severity: 'warning',
    summary: '{{ $labels.pod }} ignores a broken flag file',
    description: 'The last good file stays in force; changes to flags have no effect until it is mended.',
    runbook: 'flag-file-broken',
  },
];

const workload: readonly Alert[] = [
  {
    name: 'ContainerRestarting',
    expr: query`increase(${ofExporter('kube_pod_container_status_restarts_total', { namespace })}[15m]) > 2`,
    for: '5m',
    severity: 'warning',
    summary: '{{ $labels.pod }} has restarted {{ $value | humanize }} times in 15 minutes',
    description: 'The process ends by itself, is killed for its memory, or fails its liveness probe.',
    runbook: 'workload-unstable',
  },
  {
    name: 'ReplicasMissing',
    expr: query`${ofExporter('kube_deployment_spec_replicas', { namespace })} > ${ofExporter('kube_deployment_status_replicas_available', { namespace })}`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $labels.deployment }} has had fewer pods than it should for 15 minutes',
    description: 'What is left carries the load; the loss of another zone may be too much.',
    runbook: 'workload-unstable',
  },
  {
    name: 'MemoryNearLimit',
    expr: query`max by (namespace, pod, container) (${ofExporter('container_memory_working_set_bytes', { namespace, container: '.+' })}) / max by (namespace, pod, container) (${ofExporter('kube_pod_container_resource_limits', { namespace, resource: 'memory' })}) > 0.9`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $labels.pod }} uses {{ $value | humanizePercentage }} of its memory',
    description: 'At its limit the kernel kills it.',
    runbook: 'workload-unstable',
  },
  {
    name: 'RolloutStuck',
    expr: query`${ofExporter('kube_deployment_status_condition', { namespace, condition: 'Progressing', status: 'false' })} == 1`,
    for: '1m',
    severity: 'critical',
    summary: 'The roll-out of {{ $labels.deployment }} is stuck',
    description: 'New pods have not become ready within the deadline. The old ones serve on.',
    runbook: 'rollout-stuck',
  },
  {
    name: 'PodPending',
    expr: query`${ofExporter('kube_pod_status_phase', { namespace, phase: 'Pending' })} == 1`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $labels.pod }} has been pending for 15 minutes',
    description: 'No node has room for it, or what it mounts is not there.',
    runbook: 'rollout-stuck',
  },
  {
    name: 'MigrationFailed',
    expr: query`${ofExporter('kube_job_status_failed', { namespace, job_name: 'holdfast-migrate.*' })} > 0`,
    for: '1m',
    severity: 'critical',
    summary: '{{ $labels.job_name }} has failed',
    description: 'The release that it belongs to does not start; what ran before runs on.',
    runbook: 'rollout-stuck',
  },
  {
    name: 'AutoscalerAtMaximum',
    expr: query`${ofExporter('kube_horizontalpodautoscaler_status_current_replicas', { namespace })} >= ${ofExporter('kube_horizontalpodautoscaler_spec_max_replicas', { namespace })}`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $labels.horizontalpodautoscaler }} has been at its maximum for 15 minutes',
    description: 'More load finds no more pods.',
    runbook: 'service-saturated',
  },
];

/** What the service is watched for: its own metrics, and what Kubernetes says about its pods. */
export const serviceAlerts: readonly AlertGroup[] = [
  { name: 'holdfast-failing', alerts: failing },
  { name: 'holdfast-health', alerts: health },
  { name: 'holdfast-slow', alerts: slow },
  { name: 'holdfast-queue', alerts: queue },
  { name: 'holdfast-flags', alerts: flags },
  { name: 'holdfast-workload', alerts: workload },
  sloAlerts(slos),
];
