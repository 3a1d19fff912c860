import type { stateful } from '../stateful';

/** What to do when such a resource is gone, by its type: names of files under runbooks/. Some have none. */
export const runbookOfLoss: Readonly<Partial<Record<keyof typeof stateful, string>>> = {
  aws_db_instance: 'database-lost',
  aws_elasticache_replication_group: 'cache-lost',
  aws_eks_cluster: 'cluster-lost',
  aws_kms_key: 'kms-key-lost',
  aws_route53_zone: 'public-route-down',
  aws_secretsmanager_secret: 'secrets-lost',
  kubernetes_namespace_v1: 'workload-unstable',
};
