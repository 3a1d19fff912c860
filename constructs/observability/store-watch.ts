import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { RawObjects } from '../kubernetes/raw-objects';
import { alertObject } from './alert';
import { serviceMonitor } from './service-monitor';
import { storeAlerts } from './store-alerts';

export interface StoreWatchProps {
  readonly namespace: string;
  /** On every alert. */
  readonly owner: string;
  /** On the objects themselves. */
  readonly labels: Record<string, string>;
  /** Labels of the exporter's Service. */
  readonly serviceLabels: Readonly<Record<string, string>>;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** What Prometheus is to ask about the database and the cache, and whom to tell what. */
export class StoreWatch extends Construct {
  constructor(scope: Construct, id: string, props: StoreWatchProps) {
    super(scope, id);
    const { namespace, labels, owner } = props;
    const common = { name: 'holdfast-stores', namespace, labels };
    new RawObjects(this, 'objects', {
      releaseName: 'holdfast-stores',
      namespace,
      objects: [
        serviceMonitor({ ...common, serviceLabels: props.serviceLabels }),
        alertObject({ ...common, owner, groups: storeAlerts }),
      ],
      dependsOn: props.dependsOn,
    });
  }
}
