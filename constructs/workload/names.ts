import type { RoleName } from '../../app/src/contract';

/**
 * Where the service runs and who it is there. The data stack binds IAM roles to these service accounts, the app stack
 * makes them; both must say the same.
 */
export const serviceNamespace = 'holdfast';
export const serviceAccountName = (role: RoleName | 'exporter' | 'migrate'): string => `holdfast-${role}`;
/** Deployment, public Service, autoscaler and disruption budget of a role. */
export const workloadName = (role: RoleName | 'exporter'): string => `holdfast-${role}`;
export const managementServiceName = (role: RoleName | 'exporter'): string => `holdfast-${role}-management`;
