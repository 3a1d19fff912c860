import type { KubernetesObject } from '../../kubernetes/raw-objects';
import { containerSecurity, resources } from '../../platform/hardening';
import { priorityClasses } from '../../platform/names';
import { loggingNamespace } from '../names';
import { elasticPod } from './hardening';
import { stackName, stackVersion } from './names';

/**
 * Kibana: one copy, without a volume, since what it keeps lies in Elasticsearch. Nothing routes to it from outside; people
 * come by port-forward (docs/observability.md).
 */
export const kibana = (labels: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'kibana.k8s.elastic.co/v1',
  kind: 'Kibana',
  metadata: { name: stackName, namespace: loggingNamespace, labels },
  spec: {
    version: stackVersion,
    count: 1,
    elasticsearchRef: { name: stackName },
    http: { service: { spec: { type: 'ClusterIP' } } },
    config: {
      // Where the port-forward puts it.
      'server.publicBaseUrl': 'https://localhost:5601',
      // What it would ask the internet for; the namespace lets nothing out.
      'newsfeed.enabled': false,
      'telemetry.optIn': false,
      'map.includeElasticMapsService': false,
      'xpack.fleet.isAirGapped': true,
    },
    podTemplate: {
      metadata: { labels: { owner: labels.owner } },
      spec: {
        securityContext: elasticPod,
        priorityClassName: priorityClasses.background.name,
        automountServiceAccountToken: false,
        containers: [
          {
            name: 'kibana',
            securityContext: containerSecurity,
            // With less it dies while its plugins start.
            resources: resources('100m', '2Gi', '2Gi'),
          },
        ],
      },
    },
  },
});
