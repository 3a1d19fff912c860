/** Namespace that Prometheus runs in; network policies let it ask for metrics. */
export const monitoringNamespace = 'monitoring';
