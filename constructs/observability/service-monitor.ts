import { managementPaths, type PortName } from '../../app/src/contract';
import type { KubernetesObject } from '../kubernetes/raw-objects';

export interface ServiceMonitorProps {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  /** Labels of the Services whose management port is asked. */
  readonly serviceLabels: Readonly<Record<string, string>>;
  /** Where the Services are. Default: in the monitor's own namespace. */
  readonly serviceNamespace?: string;
}

/** Has Prometheus ask every pod behind the Services for its metrics. Which role a series is of, its labels say. */
export function serviceMonitor(props: ServiceMonitorProps): KubernetesObject {
  const port: PortName = 'management';
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: props.name, namespace: props.namespace, labels: props.labels },
    spec: {
      ...(props.serviceNamespace && { namespaceSelector: { matchNames: [props.serviceNamespace] } }),
      selector: { matchLabels: props.serviceLabels },
      // Becomes the label `job`, the same for all roles; `component` tells them apart.
      jobLabel: 'app.kubernetes.io/name',
      targetLabels: ['app.kubernetes.io/component'],
      endpoints: [{ port, path: managementPaths.metrics, interval: '30s', scrapeTimeout: '10s' }],
    },
  };
}
