import { veleroNamespace } from '../backup/velero/names';
import { logCollectorsNamespace, monitoringNamespace, nodeExporterNamespace } from '../observability/names';

/**
 * Service accounts of the controllers. The cluster stack binds IAM roles to them (Pod Identity), the platform stack
 * has their charts make them; both must say the same.
 */
export const controllers = {
  cloudWatchExporter: { namespace: monitoringNamespace, serviceAccount: 'cloudwatch-exporter' },
  externalSecrets: { namespace: 'external-secrets', serviceAccount: 'external-secrets' },
  externalDns: { namespace: 'external-dns', serviceAccount: 'external-dns' },
  karpenter: { namespace: 'karpenter', serviceAccount: 'karpenter' },
  loadBalancerController: { namespace: 'kube-system', serviceAccount: 'aws-load-balancer-controller' },
} as const;

/** Namespaces of the controllers that ask nothing of AWS. */
export const namespaces = {
  argoCd: 'argocd',
  certManager: 'cert-manager',
  istio: 'istio-system',
  keda: 'keda',
} as const;

/** Where privileged pods may run: what belongs to EKS, and agents of the nodes. Nowhere else, whatever labels say. */
export const privilegedNamespaces: readonly string[] = [
  'kube-system',
  // EKS's add-on makes it (accounts.ts, security.runtimeAgents).
  'amazon-guardduty',
  namespaces.istio,
  nodeExporterNamespace,
  logCollectorsNamespace,
  veleroNamespace,
];

/** The ClusterSecretStore that every ExternalSecret refers to. */
export const secretStoreName = 'aws-secrets-manager';

/** The EC2NodeClass of all our node pools. */
export const nodeClassName = 'holdfast';

/** Who is scheduled first, and whom it may push out, when nodes are full. The platform makes them, workloads name them. */
export const priorityClasses = {
  serving: { name: 'holdfast-serving', value: 100_000 },
  /** Work that waits in a queue and loses nothing by it. */
  background: { name: 'holdfast-background', value: 10_000 },
} as const;

/** On what the platform makes itself, as the image policy and scanners ask. */
export const platformLabels = (component: string): Record<string, string> => ({
  'app.kubernetes.io/name': component,
  'app.kubernetes.io/part-of': 'holdfast-platform',
  'app.kubernetes.io/managed-by': 'terraform',
});
