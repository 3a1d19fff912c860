/**
 * Service accounts of the controllers. The cluster stack binds IAM roles to them (Pod Identity), the platform stack
 * has their charts make them; both must say the same.
 */
export const controllers = {
  externalSecrets: { namespace: 'external-secrets', serviceAccount: 'external-secrets' },
  loadBalancerController: { namespace: 'kube-system', serviceAccount: 'aws-load-balancer-controller' },
} as const;

/** The ClusterSecretStore that every ExternalSecret refers to. */
export const secretStoreName = 'aws-secrets-manager';
