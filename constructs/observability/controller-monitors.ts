import type { KubernetesObject } from '../kubernetes/raw-objects';
import { namespaces } from '../platform/names';
import { monitoringNamespace } from './names';

/**
 * Has Prometheus ask cert-manager's pods, which the platform's chart doesn't: the kinds of the monitoring come after it.
 * Their network policy lets it in.
 */
export const certManagerMonitor = (labels: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PodMonitor',
  metadata: { name: 'cert-manager', namespace: monitoringNamespace, labels },
  spec: {
    namespaceSelector: { matchNames: [namespaces.certManager] },
    selector: { matchLabels: { 'app.kubernetes.io/instance': 'cert-manager' } },
    podMetricsEndpoints: [{ port: 'http-metrics', interval: '60s', honorLabels: true }],
  },
});
