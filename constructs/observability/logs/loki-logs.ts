import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ChartRelease } from '../../platform/chart-release';
import { charts } from '../../platform/charts';
import { logCollectorsNamespace, loggingNamespace, monitoringNamespace } from '../names';
import { LokiSource } from './grafana-source';
import { logCollectorValues } from './loki-collector';
import { lokiValues } from './loki-values';
import { lokiPort } from './names';
import type { LogOpenings } from './network';
import type { LokiOptions } from './options';

export interface LokiLogsProps {
  readonly options: LokiOptions;
  readonly labels: Readonly<Record<string, string>>;
  /** The namespaces with their policies, and Grafana's. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Who may ask whom. */
export const lokiOpenings: LogOpenings = {
  openings: [
    {
      name: 'loki',
      pods: { 'app.kubernetes.io/name': 'loki' },
      fromNamespaces: [logCollectorsNamespace, monitoringNamespace],
      port: lokiPort,
    },
  ],
  deliveryPort: lokiPort,
  collectorsAskApi: false,
};

/** OpenTelemetry collector → Loki ← Grafana. */
export class LokiLogs extends Construct {
  constructor(scope: Construct, id: string, props: LokiLogsProps) {
    super(scope, id);
    const { labels, dependsOn } = props;
    const loki = new ChartRelease(this, 'chart', {
      chart: charts.loki,
      releaseName: 'loki',
      namespace: loggingNamespace,
      values: lokiValues(props.options),
      timeoutSeconds: 900,
      dependsOn,
    });
    new ChartRelease(this, 'collector', {
      chart: charts.openTelemetryCollector,
      // Not as that of Filebeat: the one may still be there when the other comes.
      releaseName: 'loki-collector',
      namespace: logCollectorsNamespace,
      values: logCollectorValues(labels),
      dependsOn: [loki.release],
    });
    new LokiSource(this, 'grafana-source', { labels, dependsOn: [loki.release] });
  }
}
