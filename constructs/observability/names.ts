/** Namespace that Prometheus runs in; network policies let it ask for metrics. */
export const monitoringNamespace = 'monitoring';
/** Where its query API is: the operator's own Service, called the same whatever the release is called. */
export const prometheusPort = 9090;
export const prometheusAddress = `http://prometheus-operated.${monitoringNamespace}.svc:${prometheusPort}`;
/** Of node-exporter, which looks at the node itself: the one place of the monitoring that admits privileged pods. */
export const nodeExporterNamespace = 'node-exporter';
/** What the data stack makes empty, and the monitoring reads: members of the entries in Secrets Manager. */
export const grafanaPassword = 'password';
/** What Prometheus puts on each series of the service besides what it exports: which role answered (service-monitor.ts). */
export const roleLabel = 'app_kubernetes_io_component';
/** Where logs are kept and read. */
export const loggingNamespace = 'logging';
/** Of the agents that read every node's log files: they need its files, and nobody else gets in there. */
export const logCollectorsNamespace = 'log-collectors';
/** Of the operator that looks after Elasticsearch. */
export const elasticOperatorNamespace = 'elastic-system';
/** Members of the entry with the keys of other services, which a person fills. */
export const sentryDsn = 'sentry-dsn';
export const datadogApiKey = 'datadog-api-key';
/** Of Prometheus: the data stack binds an IAM role to it where metrics are copied to AWS, the chart makes it. */
export const prometheusAccount = {
  namespace: monitoringNamespace,
  serviceAccount: 'monitoring-prometheus',
} as const;
