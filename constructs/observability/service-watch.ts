import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { RawObjects } from '../kubernetes/raw-objects';
import { alertObject } from './alert';
import { recordingRules } from './recording-rules';
import { serviceAlerts } from './service-alerts';
import { serviceMonitor } from './service-monitor';

export interface ServiceWatchProps {
  readonly namespace: string;
  /** Who is responsible for the service; on every alert. */
  readonly owner: string;
  /** On the objects themselves. */
  readonly labels: Record<string, string>;
  /** Labels of the Services whose management port is asked for metrics. */
  readonly serviceLabels: Readonly<Record<string, string>>;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** What Prometheus is to ask the service, and what it is to record of the answers. */
export class ServiceWatch extends Construct {
  constructor(scope: Construct, id: string, props: ServiceWatchProps) {
    super(scope, id);
    const { namespace, labels, dependsOn } = props;
    new RawObjects(this, 'monitors', {
      releaseName: 'holdfast-monitors',
      namespace,
      objects: [serviceMonitor({ name: 'holdfast', namespace, labels, serviceLabels: props.serviceLabels })],
      dependsOn,
    });
    new RawObjects(this, 'rules', {
      releaseName: 'holdfast-recording-rules',
      namespace,
      objects: [recordingRules(namespace, labels)],
      dependsOn,
    });
    new RawObjects(this, 'alerts', {
      releaseName: 'holdfast-alerts',
      namespace,
      objects: [
        alertObject({
          name: 'holdfast-alerts',
          namespace,
          labels,
          owner: props.owner,
          groups: serviceAlerts,
        }),
      ],
      dependsOn,
    });
  }
}
