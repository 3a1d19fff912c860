import type { KubernetesObject } from '../../kubernetes/raw-objects';
import { containerSecurity, resources } from '../../platform/hardening';
import { elasticOperatorNamespace, logCollectorsNamespace, loggingNamespace } from '../names';
import { beatsPort, deliverySecrets, logstashHost, stackVersion } from './names';

/** Of its DaemonSet; in its role and the operator's objects. */
export const filebeatName = 'filebeat';

const certificateFolder = '/etc/filebeat/delivery';
const logFolder = '/var/log';

/** Where a delivery has been confirmed, Filebeat notes it on the node: a new pod goes on from there. */
const config = {
  'filebeat.inputs': [
    {
      type: 'filestream',
      id: 'containers',
      paths: [`${logFolder}/containers/*.log`],
      // Their own lines about a failure to deliver would be delivered, and so on.
      'prospector.scanner.exclude_files': [
        loggingNamespace,
        logCollectorsNamespace,
        elasticOperatorNamespace,
      ].map((namespace) => `_${namespace}_`),
      // A file is known by its first bytes, not by its inode, which the next file may get. They hold the nanosecond of
      // its first line; with more of them a file would wait until it is as long.
      'file_identity.fingerprint': {},
      'prospector.scanner.fingerprint': { enabled: true, length: 64 },
      'prospector.scanner.symlinks': true,
      parsers: [{ container: {} }],
    },
  ],
  processors: [
    {
      add_kubernetes_metadata: {
        host: '${NODE_NAME}',
        default_indexers: { enabled: false },
        default_matchers: { enabled: false },
        indexers: [{ container: {} }],
        matchers: [{ logs_path: { logs_path: `${logFolder}/containers/` } }],
        // Only of pods: no right to read anything else is needed.
        add_resource_metadata: {
          node: { enabled: false },
          namespace: { enabled: false },
          deployment: false,
          cronjob: false,
        },
      },
    },
    { drop_fields: { fields: ['agent', 'ecs', 'host', 'input', 'kubernetes.labels'], ignore_missing: true } },
  ],
  'output.logstash': {
    hosts: [`${logstashHost}:${beatsPort}`],
    // A new connection now and then, so that a Logstash that came later gets its share.
    ttl: '5m',
    pipelining: 0,
    ssl: {
      certificate_authorities: [`${certificateFolder}/ca.crt`],
      certificate: `${certificateFolder}/tls.crt`,
      key: `${certificateFolder}/tls.key`,
    },
  },
  'logging.level': 'warning',
  'logging.metrics.enabled': false,
};

/**
 * Filebeat on every node. It is root because log files belong to root, without any capability; the node's files it sees
 * read-only, apart from its notes on how far it has read.
 */
export const filebeat = (labels: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'beat.k8s.elastic.co/v1beta1',
  kind: 'Beat',
  metadata: { name: filebeatName, namespace: logCollectorsNamespace, labels },
  spec: {
    type: 'filebeat',
    version: stackVersion,
    config,
    daemonSet: {
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
      podTemplate: {
        metadata: { labels: { owner: labels.owner } },
        spec: {
          serviceAccountName: filebeatName,
          automountServiceAccountToken: true,
          // On nodes of any kind there is something to read.
          tolerations: [{ operator: 'Exists' }],
          priorityClassName: 'system-node-critical',
          terminationGracePeriodSeconds: 30,
          securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'filebeat',
              securityContext: { ...containerSecurity, runAsNonRoot: false, runAsUser: 0 },
              resources: resources('50m', '128Mi', '384Mi'),
              env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
              // Ready is who reaches Logstash, with a certificate that it takes.
              readinessProbe: {
                exec: { command: ['filebeat', 'test', 'output', '-e', '-c', '/etc/beat.yml'] },
                initialDelaySeconds: 20,
                periodSeconds: 60,
                timeoutSeconds: 20,
              },
              volumeMounts: [
                { name: 'logs', mountPath: logFolder, readOnly: true },
                { name: 'delivery', mountPath: certificateFolder, readOnly: true },
              ],
            },
          ],
          volumes: [
            { name: 'logs', hostPath: { path: logFolder } },
            { name: 'delivery', secret: { secretName: deliverySecrets.client, defaultMode: 0o440 } },
          ],
        },
      },
    },
  },
});
