import { monitoringNamespace } from '../names';
import { tempoAddress, tempoPort } from './names';

/** Grafana's names of its data sources; links between them go by these. */
export const tempoUid = 'tempo';
const prometheusUid = 'prometheus';

/** Label of the ConfigMaps that Grafana takes data sources from. */
export const dataSourceLabel = { grafana_datasource: '1' } as const;

/**
 * Tempo as Grafana reads it.
 *
 * @param lokiUid data source of the logs that a span leads to; default: a span leads to none
 */
export const tempoDataSource = (lokiUid?: string) => ({
  apiVersion: 1,
  datasources: [
    {
      name: 'Tempo',
      uid: tempoUid,
      type: 'tempo',
      access: 'proxy',
      url: `http://${tempoAddress}:${tempoPort}`,
      jsonData: {
        nodeGraph: { enabled: true },
        serviceMap: { datasourceUid: prometheusUid },
        ...(lokiUid !== undefined && {
          tracesToLogsV2: {
            datasourceUid: lokiUid,
            spanStartTimeShift: '-5m',
            spanEndTimeShift: '5m',
            filterByTraceID: true,
          },
        }),
      },
    },
  ],
});

export const dataSourceMetadata = (name: string, labels: Readonly<Record<string, string>>) => ({
  name,
  namespace: monitoringNamespace,
  labels: { ...labels, ...dataSourceLabel },
});
