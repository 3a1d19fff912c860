import type { KubernetesObject } from '../../kubernetes/raw-objects';
import { volumeClass } from '../../kubernetes/storage-class';
import { containerSecurity, resources } from '../../platform/hardening';
import { priorityClasses } from '../../platform/names';
import { loggingNamespace } from '../names';
import { elasticPod } from './hardening';
import { stackName, stackVersion } from './names';
import type { ElasticOptions } from './options';

/**
 * Elasticsearch. Its volumes outlive the object: with the operator's default they would go with it. More nodes are added,
 * and fewer emptied first, one by one; another volume size grows the volumes, and can't shrink them.
 *
 * The operator keeps a disruption budget of its own, which lets one node go while every index has its copy, and none
 * else; a single node may always go.
 */
export const elasticsearch = (
  options: ElasticOptions,
  labels: Readonly<Record<string, string>>,
): KubernetesObject => ({
  apiVersion: 'elasticsearch.k8s.elastic.co/v1',
  kind: 'Elasticsearch',
  metadata: { name: stackName, namespace: loggingNamespace, labels },
  spec: {
    version: stackVersion,
    volumeClaimDeletePolicy: 'DeleteOnScaledownOnly',
    updateStrategy: { changeBudget: { maxSurge: 0, maxUnavailable: 1 } },
    nodeSets: [
      {
        name: 'all',
        count: options.nodes,
        config: {
          // Else every node would need a changed kernel setting, by a privileged pod.
          'node.store.allow_mmap': false,
          // Neither is used, and both would reach for the internet or for memory.
          'ingest.geoip.downloader.enabled': false,
          'xpack.ml.enabled': false,
        },
        // One node each while zones last, and a copy never in the zone of its original.
        ...(options.nodes > 1 && { zoneAwareness: {} }),
        volumeClaimTemplates: [
          {
            metadata: { name: 'elasticsearch-data' },
            spec: {
              storageClassName: volumeClass,
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: `${options.storageGiB}Gi` } },
            },
          },
        ],
        podTemplate: {
          metadata: { labels: { owner: labels.owner } },
          spec: {
            securityContext: elasticPod,
            priorityClassName: priorityClasses.background.name,
            automountServiceAccountToken: false,
            containers: [
              {
                name: 'elasticsearch',
                securityContext: containerSecurity,
                resources: resources('250m', `${options.memoryMiB}Mi`, `${options.memoryMiB}Mi`),
              },
            ],
          },
        },
      },
    ],
  },
});
