import type { RoleName } from '../../app/src/contract';

/** A role, the Job that runs before the roles, or what tells Prometheus about the database and the cache. */
export type Component = RoleName | 'migrate' | 'exporter';

/** Never change: selectors of a Deployment are immutable, and another value would replace it. */
export const selectorLabels = (component: Component): Record<string, string> => ({
  'app.kubernetes.io/name': 'holdfast',
  'app.kubernetes.io/component': component,
});

/** On everything that belongs to a workload. `instance` is the workload's own name, as scanners check. */
export const workloadLabels = (
  component: Component,
  instance: string,
  owner: string,
): Record<string, string> => ({
  ...sharedLabels(owner),
  ...selectorLabels(component),
  'app.kubernetes.io/instance': instance,
});

/** On what runs. Not on the rest, which would change with every release. */
export const versionLabel = (version: string): Record<string, string> => ({
  'app.kubernetes.io/version': labelValue(version),
});

/** On what the workloads share. */
export const sharedLabels = (owner: string): Record<string, string> => ({
  'app.kubernetes.io/name': 'holdfast',
  'app.kubernetes.io/part-of': 'holdfast',
  'app.kubernetes.io/managed-by': 'terraform',
  owner: labelValue(owner),
});

/** Kubernetes takes 63 letters, digits, `-`, `_` and `.`, the first and last of them a letter or digit. */
export const labelValue = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
