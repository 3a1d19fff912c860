/**
 * Service accounts of the controllers. The cluster stack binds IAM roles to them (Pod Identity), the platform stack
 * has their charts make them; both must say the same.
 */
export const controllers = {
  externalSecrets: { namespace: 'external-secrets', serviceAccount: 'external-secrets' },
  karpenter: { namespace: 'karpenter', serviceAccount: 'karpenter' },
  loadBalancerController: { namespace: 'kube-system', serviceAccount: 'aws-load-balancer-controller' },
} as const;

/** The ClusterSecretStore that every ExternalSecret refers to. */
export const secretStoreName = 'aws-secrets-manager';

/** Who is scheduled first, and whom it may push out, when nodes are full. The platform makes them, workloads name them. */
export const priorityClasses = {
  serving: { name: 'holdfast-serving', value: 100_000 },
  /** Work that waits in a queue and loses nothing by it. */
  background: { name: 'holdfast-background', value: 10_000 },
} as const;
