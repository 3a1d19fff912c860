import type { TfValue } from '../core/tf-json';

/** A rule that the Kubernetes API itself holds (ValidatingAdmissionPolicy); what it demands is written in CEL. */
export interface AdmissionRule {
  readonly name: string;
  /** What is looked at whenever it is made or changed. */
  readonly resources: readonly {
    readonly apiGroup: '' | 'apps' | 'batch';
    readonly version: 'v1';
    readonly names: readonly string[];
  }[];
  /** Expressions that others may use as `variables.<name>`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly demands: readonly {
    /** True where everything is in order. */
    readonly expression: string;
    /** For whoever was refused: what to change. */
    readonly message: string;
  }[];
  /** Where the rule holds, as a label selector over namespaces. */
  readonly namespaces: { readonly operator: 'In' | 'NotIn'; readonly names: readonly string[] };
}

const pods = { apiGroup: '', version: 'v1', names: ['pods', 'pods/ephemeralcontainers'] } as const;
const workloads = [
  { apiGroup: 'apps', version: 'v1', names: ['deployments', 'statefulsets', 'daemonsets'] },
  { apiGroup: 'batch', version: 'v1', names: ['jobs', 'cronjobs'] },
] as const;

/** Those that `kubectl debug` adds, too. */
const containers = ['initContainers', 'ephemeralContainers'].reduce(
  (all, kind) => `${all} + (has(object.spec.${kind}) ? object.spec.${kind} : [])`,
  'object.spec.containers',
);

/** A regular expression (RE2) in a CEL string, both of which read backslashes. */
const celPattern = (pattern: string): string => `'${pattern.replaceAll('\\', '\\\\')}'`;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Somebody who may bring one image of their own, by the name that the Kubernetes API knows them by, and without our labels. */
export interface Guest {
  readonly user: string;
  readonly image: string;
}
const isGuest = ({ user }: Guest): string => `request.userInfo.username == '${user}'`;

/**
 * What somebody could swap under a running workload is its image: in namespaces of Holdfast's own workloads it comes from
 * our registry, where it was scanned, and by its digest, which can't be moved to another image as a tag can.
 */
export const ownImages = (registry: string, namespaces: readonly string[], guest?: Guest): AdmissionRule => ({
  name: 'holdfast-images',
  resources: [pods],
  variables: { containers },
  demands: [
    {
      expression: `variables.containers.all(container, container.image.matches(${celPattern(`^${escaped(registry)}/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$`)}))${guest ? ` || (${isGuest(guest)} && variables.containers.all(container, container.image == '${guest.image}'))` : ''}`,
      message: `every image must come from ${registry}, by digest: ${registry}/<repository>@sha256:<64 digits>`,
    },
  ],
  namespaces: { operator: 'In', names: namespaces },
});

const secure = (field: string, container = 'container') =>
  `has(${container}.securityContext) && has(${container}.securityContext.${field}) && ${container}.securityContext.${field}`;

/**
 * Pod Security says it by labels on namespaces, which whoever makes a namespace may leave out: this holds everywhere but
 * in the namespaces that are named.
 */
export const noPrivileges = (except: readonly string[]): AdmissionRule => ({
  name: 'holdfast-no-privileges',
  resources: [pods],
  variables: { containers },
  demands: [
    {
      expression: `variables.containers.all(container, !(${secure('privileged')}))`,
      message: 'no container may be privileged here',
    },
    {
      expression: ['hostNetwork', 'hostPID', 'hostIPC']
        .map((field) => `!(has(object.spec.${field}) && object.spec.${field})`)
        .join(' && '),
      message: 'no pod may use its node’s network, processes or memory here',
    },
    {
      expression: '!has(object.spec.volumes) || object.spec.volumes.all(volume, !has(volume.hostPath))',
      message: 'no pod may mount its node’s files here',
    },
  ],
  namespaces: { operator: 'NotIn', names: except },
});

/** By which dashboards, budgets and people find what belongs together, and who answers for it. */
export const requiredLabels = (
  labels: readonly string[],
  namespaces: readonly string[],
  guest?: Guest,
): AdmissionRule => ({
  name: 'holdfast-labels',
  resources: [...workloads, { apiGroup: '', version: 'v1', names: ['pods'] }],
  variables: { labels: 'has(object.metadata.labels) ? object.metadata.labels : {}' },
  demands: labels.map((label) => ({
    expression: `'${label}' in variables.labels && variables.labels['${label}'] != ''${guest ? ` || ${isGuest(guest)}` : ''}`,
    message: `the label ${label} must be set`,
  })),
  namespaces: { operator: 'In', names: namespaces },
});

/** `spec` of the policy. An expression that can't be evaluated refuses, too. */
export const policySpec = (rule: AdmissionRule): { readonly [key: string]: TfValue } => ({
  failurePolicy: 'Fail',
  matchConstraints: {
    resourceRules: rule.resources.map(({ apiGroup, version, names }) => ({
      apiGroups: [apiGroup],
      apiVersions: [version],
      operations: ['CREATE', 'UPDATE'],
      resources: [...names],
    })),
  },
  variables: Object.entries(rule.variables).map(([name, expression]) => ({ name, expression })),
  validations: rule.demands.map(({ expression, message }) => ({ expression, message, reason: 'Forbidden' })),
});

/** `spec` of the binding, which says where the policy holds. */
export const bindingSpec = (rule: AdmissionRule): { readonly [key: string]: TfValue } => ({
  policyName: rule.name,
  validationActions: ['Deny', 'Audit'],
  matchResources: {
    namespaceSelector: {
      matchExpressions: [
        {
          // Kubernetes sets it itself, and nobody can change it.
          key: 'kubernetes.io/metadata.name',
          operator: rule.namespaces.operator,
          values: [...rule.namespaces.names],
        },
      ],
    },
  },
});
