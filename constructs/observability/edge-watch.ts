import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { RawObjects } from '../kubernetes/raw-objects';
import { alertObject } from './alert';
import { CloudWatchExporter, type CloudWatchTargets } from './cloudwatch-exporter';
import { cloudWatchAlerts, publicRouteAlerts } from './edge-alerts';
import { monitoringNamespace } from './names';
import { PublicProbe } from './public-probe';

export interface EdgeWatchProps {
  /** On every alert. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Default: CloudWatch is not asked. */
  readonly cloudWatch: CloudWatchTargets | undefined;
  /** Names to ask the service by, from outside. None: it has no public name. */
  readonly hostnames: readonly string[];
  /** Brings the namespace, and the operator that reads the objects. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** What lies around the cluster: the way in from the internet, and what AWS alone knows. */
export class EdgeWatch extends Construct {
  constructor(scope: Construct, id: string, props: EdgeWatchProps) {
    super(scope, id);
    const { cloudWatch, hostnames, labels, owner, dependsOn } = props;
    if (cloudWatch) new CloudWatchExporter(this, 'cloudwatch-exporter', { ...cloudWatch, dependsOn });
    if (hostnames.length > 0) new PublicProbe(this, 'public-probe', { hostnames, labels, dependsOn });
    const groups = [
      ...(cloudWatch ? cloudWatchAlerts : []),
      ...(hostnames.length > 0 ? publicRouteAlerts : []),
    ];
    if (groups.length === 0) return;
    const namespace = monitoringNamespace;
    new RawObjects(this, 'alerts', {
      releaseName: 'edge-alerts',
      namespace,
      objects: [alertObject({ name: 'edge-alerts', namespace, labels, owner, groups })],
      dependsOn,
    });
  }
}
