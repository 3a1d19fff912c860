import { logFields } from '../../../app/src/contract';
import { containerSecurity, resources } from '../../platform/hardening';
import { logCollectorsNamespace, loggingNamespace } from '../names';
import { lokiAddress } from './names';

const logFolder = '/var/log/pods';
/** On the node: how far each file has been read, and what could not be delivered yet. */
const notesFolder = '/var/lib/otelcol';

const off = { enabled: false } as const;

/** Members of a line that are searched for as a whole: each becomes a label of its line (structured metadata). */
const words = Object.entries(logFields)
  .filter(([name, kind]) => kind === 'word' && !name.includes('.') && name !== 'correlationIds')
  .map(([name]) => name);

const operators = [
  // Says which pod, container and namespace, by the file's path, and puts lines together that were written in parts.
  { type: 'container', id: 'container' },
  {
    type: 'json_parser',
    id: 'line',
    if: 'body matches "^\\\\{"',
    parse_from: 'body',
    parse_to: 'attributes.line',
    // What is no JSON after all stays as it is.
    on_error: 'send_quiet',
  },
  ...words.map((name) => ({
    type: 'move',
    id: `word-${name}`,
    if: `attributes.line != nil and attributes.line.${name} != nil`,
    from: `attributes.line.${name}`,
    to: `attributes.${name}`,
    on_error: 'send_quiet',
  })),
  { type: 'remove', id: 'rest', if: 'attributes.line != nil', field: 'attributes.line' },
];

/** The line itself stays as it was written: Loki reads members out of it with `| json`. */
const config = {
  extensions: {
    health_check: { endpoint: '${env:MY_POD_IP}:13133' },
    file_storage: { directory: notesFolder, create_directory: true },
  },
  receivers: {
    file_log: {
      include: [`${logFolder}/*/*/*.log`],
      // Their own lines about a failure to deliver would be delivered, and so on.
      exclude: [loggingNamespace, logCollectorsNamespace].map(
        (namespace) => `${logFolder}/${namespace}_*/*/*.log`,
      ),
      // The first time from the start: what was written before the collector came belongs to somebody, too.
      start_at: 'beginning',
      include_file_path: true,
      storage: 'file_storage',
      retry_on_failure: { enabled: true, max_elapsed_time: '0s' },
      operators,
    },
  },
  processors: { memory_limiter: { check_interval: '5s', limit_percentage: 80, spike_limit_percentage: 25 } },
  exporters: {
    otlp_http: {
      endpoint: `${lokiAddress}/otlp`,
      // On disk and for ever; while it is full no file is read on. Without the last one what comes then would be dropped.
      sending_queue: { storage: 'file_storage', queue_size: 2_000, block_on_overflow: true },
      retry_on_failure: { max_elapsed_time: '0s' },
    },
  },
  service: {
    telemetry: { logs: { level: 'warn' }, metrics: { level: 'none' } },
    extensions: ['health_check', 'file_storage'],
    pipelines: {
      logs: { receivers: ['file_log'], processors: ['memory_limiter'], exporters: ['otlp_http'] },
    },
  },
} as const;

/**
 * Values of the OpenTelemetry collector on each node, which reads its log files. It is root because log files belong to
 * root, without any capability, and asks the Kubernetes API nothing.
 */
export const logCollectorValues = (labels: Readonly<Record<string, string>>) => ({
  mode: 'daemonset' as const,
  fullnameOverride: 'log-collector',
  image: {
    repository: 'ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s',
  },
  // Instead of the chart's defaults, which take traces and metrics from anybody.
  alternateConfig: config,
  serviceAccount: { create: true, automountServiceAccountToken: false },
  clusterRole: { create: false },
  additionalLabels: { owner: labels.owner },
  ports: Object.fromEntries(
    ['otlp', 'otlp-http', 'jaeger-compact', 'jaeger-thrift', 'jaeger-grpc', 'zipkin'].map((port) => [
      port,
      off,
    ]),
  ),
  podSecurityContext: { seccompProfile: { type: 'RuntimeDefault' as const } },
  securityContext: { ...containerSecurity, runAsNonRoot: false, runAsUser: 0 },
  resources: resources('50m', '128Mi', '256Mi'),
  priorityClassName: 'system-node-critical',
  // On nodes of any kind there is something to read.
  tolerations: [{ operator: 'Exists' as const }],
  extraVolumes: [
    { name: 'logs', hostPath: { path: logFolder } },
    { name: 'notes', hostPath: { path: notesFolder, type: 'DirectoryOrCreate' } },
  ],
  extraVolumeMounts: [
    { name: 'logs', mountPath: logFolder, readOnly: true },
    { name: 'notes', mountPath: notesFolder },
  ],
});

export type LogCollectorValues = ReturnType<typeof logCollectorValues>;
