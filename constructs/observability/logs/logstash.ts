import type { KubernetesObject } from '../../kubernetes/raw-objects';
import { volumeClass } from '../../kubernetes/storage-class';
import { resources } from '../../platform/hardening';
import { priorityClasses } from '../../platform/names';
import { loggingNamespace } from '../names';
import { elasticPod, writableRoot } from './hardening';
import { certificateFolder, deliver, keepRefused } from './logstash-pipelines';
import { beatsPort, deliverySecrets, stackName, stackVersion } from './names';
import type { ElasticOptions } from './options';

/** Labels that the operator puts on its pods. */
const podLabels = {
  'common.k8s.elastic.co/type': 'logstash',
  'logstash.k8s.elastic.co/name': stackName,
};

/** On disk: what was taken from Filebeat and waits for Elasticsearch, and what Elasticsearch refused. */
const queueGiB = 4;
const deadLettersGiB = 1;

const memory = '1536Mi';

/**
 * Logstash: takes lines from Filebeat, reads those of the service, hands them on. What it has taken lies on its volume
 * until Elasticsearch has it; with a full queue it takes no more, and Filebeat waits in the nodes' files.
 */
export function logstash(
  { nodes }: ElasticOptions,
  environment: string,
  labels: Readonly<Record<string, string>>,
): KubernetesObject[] {
  const copies = nodes > 1 ? 2 : 1;
  return [
    {
      apiVersion: 'logstash.k8s.elastic.co/v1alpha1',
      kind: 'Logstash',
      metadata: { name: stackName, namespace: loggingNamespace, labels },
      spec: {
        version: stackVersion,
        count: copies,
        elasticsearchRefs: [{ name: stackName, clusterName: stackName }],
        config: {
          'queue.type': 'persisted',
          'queue.max_bytes': `${queueGiB}gb`,
          'dead_letter_queue.enable': true,
          'dead_letter_queue.max_bytes': `${deadLettersGiB}gb`,
          'log.level': 'warn',
        },
        pipelines: [
          { 'pipeline.id': 'deliver', 'config.string': deliver(environment) },
          {
            'pipeline.id': 'keep-refused',
            'pipeline.workers': 1,
            // Else a line that is refused here, too, would go round for ever.
            'dead_letter_queue.enable': false,
            'queue.type': 'memory',
            'config.string': keepRefused(environment),
          },
        ],
        services: [
          {
            name: 'beats',
            service: {
              spec: {
                type: 'ClusterIP',
                ports: [{ name: 'beats', port: beatsPort, targetPort: beatsPort, protocol: 'TCP' }],
              },
            },
          },
        ],
        volumeClaimTemplates: [
          {
            metadata: { name: 'logstash-data' },
            spec: {
              storageClassName: volumeClass,
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: `${queueGiB + deadLettersGiB + 1}Gi` } },
            },
          },
        ],
        podTemplate: {
          metadata: { labels: { owner: labels.owner } },
          spec: {
            securityContext: elasticPod,
            priorityClassName: priorityClasses.background.name,
            automountServiceAccountToken: false,
            topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map(
              (topologyKey) => ({
                maxSkew: 1,
                topologyKey,
                whenUnsatisfiable: 'ScheduleAnyway',
                labelSelector: { matchLabels: podLabels },
              }),
            ),
            // The operator's own; without this it lacks what the namespace asks of each container.
            initContainers: [{ name: 'logstash-internal-init-config', securityContext: writableRoot }],
            containers: [
              {
                name: 'logstash',
                securityContext: writableRoot,
                resources: resources('200m', memory, memory),
                env: [{ name: 'LS_JAVA_OPTS', value: '-Xms768m -Xmx768m' }],
                ports: [{ name: 'beats', containerPort: beatsPort, protocol: 'TCP' }],
                volumeMounts: [{ name: 'delivery', mountPath: certificateFolder, readOnly: true }],
              },
            ],
            volumes: [{ name: 'delivery', secret: { secretName: deliverySecrets.server } }],
          },
        },
      },
    },
    ...(copies > 1 ? [budget(labels)] : []),
  ];
}

/** Alone it must be able to go: a budget would keep it on its node for ever. */
const budget = (labels: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'logstash', namespace: loggingNamespace, labels },
  spec: {
    minAvailable: 1,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
    selector: { matchLabels: podLabels },
  },
});
