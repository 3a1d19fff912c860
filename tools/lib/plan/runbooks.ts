import type { stateful } from '../stateful';

/** What to do when such a resource is gone, by its type: names of files under runbooks/. Some have none yet. */
export const runbookOfLoss: Readonly<Partial<Record<keyof typeof stateful, string>>> = {
  aws_db_instance: 'database-unreachable',
  aws_elasticache_replication_group: 'cache-unreachable',
  aws_eks_cluster: 'workload-unstable',
  aws_route53_zone: 'public-route-down',
  aws_secretsmanager_secret: 'secret-rotation-failed',
  kubernetes_namespace_v1: 'workload-unstable',
};
