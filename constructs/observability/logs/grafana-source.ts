import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { tfJson } from '../../core/tf-json';
import { monitoringNamespace } from '../names';
import { tempoUid } from '../traces/data-source';
import { lokiAddress } from './names';

/** Of this data source; a span's logs are looked for there. */
export const lokiUid = 'loki';

/** Tells Grafana about Loki: its sidecar reads every ConfigMap of its namespace with the label. JSON is YAML, too. */
export class LokiSource extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly labels: Readonly<Record<string, string>>;
      readonly dependsOn: readonly ITerraformDependable[];
    },
  ) {
    super(scope, id);
    new ConfigMapV1(this, 'source', {
      metadata: {
        name: 'loki-datasource',
        namespace: monitoringNamespace,
        labels: { ...props.labels, grafana_datasource: '1' },
      },
      data: { 'loki.yaml': tfJson(source) },
      dependsOn: [...props.dependsOn],
    });
  }
}

const source = {
  apiVersion: 1,
  datasources: [
    {
      name: 'Loki',
      uid: lokiUid,
      type: 'loki',
      access: 'proxy',
      url: lokiAddress,
      editable: false,
      jsonData: {
        derivedFields: [
          {
            name: 'traceId',
            matcherRegex: '"traceId":"(\\w+)"',
            // A line's trace id leads there.
            datasourceUid: tempoUid,
            // Grafana expands variables of its surroundings in these files: two dollars stand for one.
            url: '$${__value.raw}',
            urlDisplayLabel: 'Trace',
          },
        ],
      },
    },
  ],
};
