import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { escapeTemplate } from '../../core/tf-json';
import { monitoringNamespace } from '../names';
import { costDashboard } from './cost';
import { type Dashboard, dashboardModel } from './dashboard';
import { eventsDashboard } from './events';
import { flagsDashboard } from './flags';
import { postgresDashboard } from './postgres';
import { serviceDashboard } from './service';
import { sloDashboard } from './slos';
import { valkeyDashboard } from './valkey';
import { workloadDashboard } from './workload';

export const dashboards: readonly Dashboard[] = [
  serviceDashboard,
  eventsDashboard,
  sloDashboard,
  postgresDashboard,
  valkeyDashboard,
  flagsDashboard,
  workloadDashboard,
  costDashboard,
];

/** One ConfigMap each: all of them in the chart's values would come near the limit of a Helm release. */
export class Dashboards extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly labels: Readonly<Record<string, string>>;
      readonly dependsOn: readonly ITerraformDependable[];
    },
  ) {
    super(scope, id);
    for (const dashboard of dashboards) {
      new ConfigMapV1(this, dashboard.uid, {
        metadata: {
          name: `${dashboard.uid}-dashboard`,
          namespace: monitoringNamespace,
          labels: { ...props.labels, grafana_dashboard: '1' },
        },
        data: { [`${dashboard.uid}.json`]: escapeTemplate(JSON.stringify(dashboardModel(dashboard))) },
        dependsOn: [...props.dependsOn],
      });
    }
  }
}
