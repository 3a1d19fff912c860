import { connections, type ServiceRoleName, settings } from '../app/src/contract';
import type { AwsEnvironment } from './schema';

/** Replicas beyond its number that a role's Deployment may have during a rollout (constructs/workload/service-role.ts). */
const surge = 0.25;
const poolSize = settings.HOLDFAST_DATABASE_POOL_SIZE.schema.parse(undefined);

/** Connections that all pods together may hold to the database's host: every role at its most, in the middle of a rollout. */
export const connectionsOfPods = (
  roles: Readonly<Record<ServiceRoleName, { readonly replicas: { readonly max: number } }>>,
): number =>
  Object.values(roles).reduce(
    (sum, { replicas }) => sum + (replicas.max + Math.ceil(surge * replicas.max)) * poolSize,
    0,
  );

/** How many of them there may be. The smallest class, with 1 GiB, takes about a hundred in all. */
export function connectionLimit({
  proxy,
  instanceClass,
}: Pick<AwsEnvironment['database'], 'proxy' | 'instanceClass'>): number {
  if (proxy) return connections.clients;
  return instanceClass.endsWith('.micro') ? connections.database / 2 : connections.database;
}
