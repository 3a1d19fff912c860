/**
 * What Karpenter's controller and its node classes have to name: `settings.interruptionQueue` and
 * `spec.instanceProfile`. Made from the cluster's name, so that the platform needs no output of the cluster for them.
 */
export const karpenterNames = (clusterName: string) => ({
  queue: `${clusterName}-karpenter`,
  /** The role of its nodes, and the instance profile that holds it. */
  node: `${clusterName}-karpenter-node`,
});

/** On subnets and security groups: node classes select by it where nodes go. */
export const karpenterDiscovery = (clusterName: string) => ({ 'karpenter.sh/discovery': clusterName });
