import type { KubernetesObject } from '../../kubernetes/raw-objects';
import { namespaces } from '../../platform/names';
import { logCollectorsNamespace, loggingNamespace } from '../names';
import { deliverySecrets, logstashHost } from './names';

const authority = 'log-delivery';
const root = `${authority}-root`;

const days = (count: number) => `${count * 24}h`;

/**
 * An authority of its own for the way from Filebeat to Logstash, by cert-manager: lines travel encrypted, and Logstash
 * takes none from somebody without a certificate. Neither reads a new certificate while it runs. So one is renewed a year
 * before it ends: nodes and pods are replaced far more often.
 */
export const deliveryCertificates = (labels: Readonly<Record<string, string>>): KubernetesObject[] => [
  issuer(root, labels, { selfSigned: {} }),
  certificate(root, namespaces.certManager, labels, root, {
    isCA: true,
    commonName: 'Holdfast log delivery',
    duration: days(3_650),
    renewBefore: days(1_095),
    usages: ['cert sign', 'crl sign', 'digital signature'],
  }),
  issuer(authority, labels, { ca: { secretName: root } }),
  certificate(deliverySecrets.server, loggingNamespace, labels, authority, {
    dnsNames: [logstashHost],
    usages: ['digital signature', 'key encipherment', 'server auth'],
  }),
  certificate(deliverySecrets.client, logCollectorsNamespace, labels, authority, {
    commonName: 'log-collector',
    usages: ['digital signature', 'key encipherment', 'client auth'],
  }),
];

/** Of the whole cluster: server and client are in two namespaces. */
const issuer = (
  name: string,
  labels: Readonly<Record<string, string>>,
  spec: KubernetesObject['spec'],
): KubernetesObject => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'ClusterIssuer',
  metadata: { name, labels },
  spec,
});

const certificate = (
  name: string,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  issuedBy: string,
  own: KubernetesObject['spec'],
): KubernetesObject => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name, namespace, labels },
  spec: {
    secretName: name,
    duration: days(730),
    renewBefore: days(365),
    // Logstash reads no other encoding.
    privateKey: { algorithm: 'RSA', size: 2048, encoding: 'PKCS8', rotationPolicy: 'Always' },
    issuerRef: { kind: 'ClusterIssuer', name: issuedBy },
    ...own,
  },
});
