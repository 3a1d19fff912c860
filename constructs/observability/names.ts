/** Namespace that Prometheus runs in; network policies let it ask for metrics. */
export const monitoringNamespace = 'monitoring';
/** Where its query API is: the operator's own Service, called the same whatever the release is called. */
export const prometheusPort = 9090;
export const prometheusAddress = `http://prometheus-operated.${monitoringNamespace}.svc:${prometheusPort}`;
